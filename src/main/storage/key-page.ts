import { isUtf8 } from 'node:buffer';

/** What a page of keys is made of, and where it goes on. */
export interface KeyColumns {
  /** The keys in UTF-8, one after another. */
  bytes: Buffer;
  /** Where each key ends in `bytes`; it begins where the one before ends. */
  ends: Uint32Array;
  /** Bytes of each object. */
  sizes: Float64Array;
  /** How many bytes of each key are the same as those of the key before; 0 for the first one. */
  shared: Uint32Array;
  /** Each key comes after the one before, in the order of UTF-8 bytes. */
  isSorted: boolean;
  /** Present when there is more; opaque. */
  nextToken?: string | undefined;
}

const REPLACEMENT = Buffer.from('\uFFFD');

/**
 * A page of a listing of which only keys and sizes matter, as columns: no key is a string before it is asked for. In
 * UTF-8 the order of the bytes is S3's order.
 */
export class KeyPage {
  readonly bytes: Buffer;
  readonly ends: Uint32Array;
  readonly sizes: Float64Array;
  readonly shared: Uint32Array;
  readonly isSorted: boolean;
  readonly nextToken: string | undefined;

  /** @param columns their keys have to be UTF-8, each for itself (`isKeys`). */
  constructor({ bytes, ends, sizes, shared, isSorted, nextToken }: KeyColumns) {
    this.bytes = bytes;
    this.ends = ends;
    this.sizes = sizes;
    this.shared = shared;
    this.isSorted = isSorted;
    this.nextToken = nextToken;
  }

  /** How many keys there are. */
  get count(): number {
    return this.ends.length;
  }

  /** Where a key begins in `bytes`. */
  startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? 0);
  }

  /** A key as a string; undefined where there is none. Negative ones are counted from the end. */
  key(index: number): string | undefined {
    const at = index < 0 ? this.count + index : index;
    const end = this.ends[at];
    return end === undefined ? undefined : this.bytes.toString('utf8', this.startOf(at), end);
  }

  /** The first `count` keys, over the same memory; `isSorted` is still that of all. */
  first(count: number): KeyPage {
    if (count >= this.count) return this;
    const { bytes, ends, sizes, shared, isSorted, nextToken } = this;
    return new KeyPage({
      bytes: bytes.subarray(0, count === 0 ? 0 : ends[count - 1]),
      ends: ends.subarray(0, count),
      sizes: sizes.subarray(0, count),
      shared: shared.subarray(0, count),
      isSorted,
      nextToken,
    });
  }

  /** How many of its keys, which have to be sorted, come before `key` or are it. */
  countUpTo(key: string): number {
    const sought = Buffer.from(key);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.bytes.compare(sought, 0, sought.length, this.startOf(middle), this.ends[middle]) <= 0)
        low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether a key has the character that stands for what is no UTF-8: where that key really stands, nobody knows. */
  hasReplacement(): boolean {
    return this.bytes.includes(REPLACEMENT);
  }
}

/** The page of some objects, in their order. */
export function keyPageOf(objects: readonly { key: string; size: number }[], nextToken?: string): KeyPage {
  const count = objects.length;
  const ends = new Uint32Array(count);
  const sizes = new Float64Array(count);
  const shared = new Uint32Array(count);
  let length = 0;
  for (const [index, { key, size }] of objects.entries()) {
    length += Buffer.byteLength(key);
    ends[index] = length;
    sizes[index] = size;
  }
  const bytes = Buffer.alloc(length);
  let isSorted = true;
  let before = 0;
  let start = 0;
  for (const [index, { key }] of objects.entries()) {
    const end = ends[index] ?? start;
    bytes.write(key, start);
    if (index > 0) {
      const same = sharedLength(bytes, { before, start, end });
      shared[index] = same;
      isSorted &&= isAfter(bytes, { before, start, end, same });
    }
    before = start;
    start = end;
  }
  return new KeyPage({ bytes, ends, sizes, shared, isSorted, nextToken });
}

/**
 * How many bytes the key from `start` to `end` has in common with the one from `before` to `start`; the first `from` are
 * known to be.
 */
export function sharedLength(
  bytes: Uint8Array,
  { before, start, end, from = 0 }: { before: number; start: number; end: number; from?: number },
): number {
  const most = Math.min(start - before, end - start);
  let same = from;
  while (same < most && bytes[before + same] === bytes[start + same]) same++;
  return same;
}

/** Whether the key from `start` to `end` comes after the one from `before` to `start`. */
export function isAfter(
  bytes: Uint8Array,
  { before, start, end, same }: { before: number; start: number; end: number; same: number },
): boolean {
  if (before + same === start) return start + same < end;
  return start + same < end && (bytes[before + same] ?? 0) < (bytes[start + same] ?? 0);
}

/** Whether each of some keys is UTF-8 for itself. */
export function isKeys({ bytes, ends }: Pick<KeyColumns, 'bytes' | 'ends'>): boolean {
  if (!isUtf8(bytes)) return false;
  let start = 0;
  for (const end of ends) {
    // A key that begins with a continuation goes on with the one before: two halves are no whole.
    if (start < end && ((bytes[start] ?? 0) & 0xc0) === 0x80) return false;
    start = end;
  }
  return true;
}
