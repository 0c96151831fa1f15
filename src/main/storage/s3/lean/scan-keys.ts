import { isAfter, isKeys, KeyPage, keyPageOf, sharedLength } from '#storage/key-page.ts';
import { decodeKey } from '../listing.ts';
import { KEY, type Layout, learnLayout, SIZE } from './layout.ts';
import { scanListPage } from './scan-list.ts';
import { isBalanced } from './xml-elements.ts';
import { textOf } from './xml-text.ts';

const CONTENTS = '<Contents>';
const ENCODED = '<EncodingType>url</EncodingType>';
/** Layouts that are kept: AWS writes objects with a checksum and such without one. */
const MOST_LAYOUTS = 8;
/** Shorter than the shortest record. */
const LEAST_RECORD = 32;

/** What a byte of a key can be: a part of it as it stands, or more than that. */
const PLAIN = 0;
const WIDE = 1;
const END = 2;
const PERCENT = 3;
const PLUS = 4;
const ODD = 5;
const KINDS = new Uint8Array(256).fill(PLAIN).fill(WIDE, 128);
for (const [kind, characters] of [
  [END, '<'],
  [PERCENT, '%'],
  [PLUS, '+'],
  [ODD, '&\n\r'],
] as const)
  for (const character of characters) KINDS[character.charCodeAt(0)] = kind;

/** The value of a hexadecimal digit; above 15 for what is none. */
const HEX = new Uint8Array(256).fill(255);
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

/**
 * Reads pages of ListObjectsV2 for their keys and sizes, without a string for each key. What it keeps from page to page is
 * memory, and how the server writes objects.
 */
export class KeyScanner {
  readonly #layouts: Layout[] = [];
  #room = makeRoom(0);

  /**
   * The keys and sizes of a page out of its bytes: the same that `scanListPage` makes of them. What it says of other things
   * (dates, ETags) is not looked at. Undefined for what that does not read either: then the SDK does.
   */
  page(bytes: Buffer): KeyPage | undefined {
    if (this.#room.keys.length < bytes.length) this.#room = makeRoom(bytes.length);
    const page = new KeyScan(bytes, this.#room, this.#layouts).page();
    if (page !== undefined) return page;
    const read = scanListPage(bytes);
    return read && keyPageOf(read.objects, read.nextToken);
  }
}

/** What the keys of a page of so many bytes are read into. A key is never longer than its text. */
function makeRoom(length: number) {
  const records = Math.ceil(length / LEAST_RECORD);
  return {
    keys: Buffer.alloc(length),
    ends: new Uint32Array(records),
    sizes: new Float64Array(records),
    shared: new Uint32Array(records),
  };
}

class KeyScan {
  readonly #xml: Buffer;
  readonly #view: DataView;
  readonly #keys: Buffer;
  readonly #ends: Uint32Array;
  readonly #sizes: Float64Array;
  readonly #shared: Uint32Array;
  readonly #layouts: Layout[];
  #count = 0;
  #encoding = '';
  #isWide = false;
  #isSorted = true;
  /** Where the next key goes in `keys`, and the last one is. */
  #to = 0;
  #before = 0;
  /** Of the record that was matched last. */
  #size = 0;
  #keyEnd = 0;

  constructor(xml: Buffer, { keys, ends, sizes, shared }: ReturnType<typeof makeRoom>, layouts: Layout[]) {
    this.#xml = xml;
    this.#view = new DataView(xml.buffer, xml.byteOffset, xml.length);
    this.#keys = keys;
    this.#ends = ends;
    this.#sizes = sizes;
    this.#shared = shared;
    this.#layouts = layouts;
  }

  page(): KeyPage | undefined {
    const xml = this.#xml;
    const from = xml.indexOf(CONTENTS);
    if (from === -1) return undefined;
    const head = xml.toString('latin1', 0, from);
    // The records have to be the document's own, not part of another element.
    const root = head.indexOf('<ListBucketResult');
    if (root === -1 || !isBalanced(head.slice(head.indexOf('>', root) + 1))) return undefined;
    if (head.includes(ENCODED) || xml.includes(ENCODED)) this.#encoding = ENCODED;
    const end = this.#records(from);
    if (end === undefined) return undefined;
    const rest = scanListPage(Buffer.concat([xml.subarray(0, from), xml.subarray(end)]));
    // Records between other elements, and folders, are for the scan of the whole.
    if (rest === undefined || rest.objects.length > 0) return undefined;
    return this.#columns(rest.nextToken);
  }

  #columns(nextToken: string | undefined): KeyPage {
    const count = this.#count;
    const columns = {
      bytes: Buffer.from(this.#keys.subarray(0, this.#to)),
      ends: this.#ends.slice(0, count),
      sizes: this.#sizes.slice(0, count),
      shared: this.#shared.slice(0, count),
      isSorted: this.#isSorted,
      nextToken,
    };
    const page = new KeyPage(columns);
    if (!this.#isWide || isKeys(columns)) return page;
    const objects = Array.from(columns.sizes, (size, index) => ({ key: page.key(index) ?? '', size }));
    return keyPageOf(objects, nextToken);
  }

  /** Reads one record after another. Where the last one ends; undefined when one of them is not understood. */
  #records(from: number): number | undefined {
    const xml = this.#xml;
    let layout: Layout | undefined;
    let at = from;
    for (;;) {
      let end = layout === undefined ? -1 : this.#match(layout, at);
      if (end === -1) {
        for (const known of this.#layouts) {
          if (known === layout) continue;
          end = this.#match(known, at);
          if (end === -1) continue;
          layout = known;
          break;
        }
      }
      if (end === -1) {
        if (!startsWith(xml, CONTENTS, at)) return at;
        layout = this.#learn(at);
        if (layout === undefined) return undefined;
        end = this.#match(layout, at);
        if (end === -1) return undefined;
      }
      this.#take();
      at = end;
      for (let byte = xml[at]; byte === 32 || byte === 10 || byte === 9;) byte = xml[++at];
    }
  }

  /** Keeps the key and the size that were matched. */
  #take(): void {
    const keys = this.#keys;
    const start = this.#to;
    const end = this.#keyEnd;
    const before = this.#before;
    const count = this.#count;
    let same = 0;
    if (count > 0) {
      same = sharedLength(keys, before, start, end);
      this.#isSorted &&= isAfter(keys, { before, start, end, same });
    }
    this.#ends[count] = end;
    this.#sizes[count] = this.#size;
    this.#shared[count] = same;
    this.#count = count + 1;
    this.#before = start;
    this.#to = end;
  }

  #learn(at: number): Layout | undefined {
    const learned = learnLayout(this.#xml, at, this.#encoding);
    if (learned === undefined) return undefined;
    const { layout, key, size, end } = learned;
    const isRight =
      this.#match(layout, at) === end &&
      this.#size === size &&
      this.#keys.toString('utf8', this.#to, this.#keyEnd) === key;
    if (!isRight) return undefined;
    if (this.#layouts.length >= MOST_LAYOUTS) this.#layouts.shift();
    this.#layouts.push(layout);
    return layout;
  }

  /** Where the record at `from` ends, its key and size noted; -1 when it has another layout, or an odd key or size. */
  #match({ marks, ends, texts }: Layout, from: number): number {
    const xml = this.#xml;
    const view = this.#view;
    const length = xml.length;
    let at = from;
    let mark = 0;
    for (let index = 0; index < ends.length; index++) {
      const markEnd = ends[index] ?? 0;
      if (at + markEnd - mark > length) return -1;
      // Eight at a time: as a number of 64 bits a layout, which is ASCII, is neither NaN nor zero, so that equal numbers are
      // the same bytes.
      for (; mark + 8 <= markEnd; mark += 8, at += 8)
        if (view.getFloat64(at) !== marks.getFloat64(mark)) return -1;
      at += markEnd - mark;
      mark = markEnd;
      if (view.getFloat64(at - 8) !== marks.getFloat64(mark - 8)) return -1;
      const text = texts[index];
      if (text === KEY) {
        at = this.#key(at);
        if (at === -1) return -1;
      } else if (text === SIZE) {
        const sizeAt = at;
        let size = 0;
        for (let digit = (xml[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (xml[++at] ?? 0) - 48)
          size = size * 10 + digit;
        if (at === sizeAt || at - sizeAt > 15) return -1;
        this.#size = size;
      } else if (text !== undefined) {
        for (; at + 4 <= length; at += 4) {
          const word = view.getInt32(at, true) ^ 0x3c3c3c3c;
          if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
        }
        while (at < length && xml[at] !== 60) at++;
      }
    }
    return at;
  }

  /** Decodes the key at `from` to the end of the others. Where it ends in the document; -1 when it cannot be read. */
  #key(from: number): number {
    const xml = this.#xml;
    const keys = this.#keys;
    const isEncoded = this.#encoding !== '';
    const length = xml.length;
    let to = this.#to;
    for (let at = from; at < length; at++) {
      let byte = xml[at] ?? 0;
      const kind = KINDS[byte] ?? PLAIN;
      if (kind !== PLAIN) {
        if (kind === END) {
          this.#keyEnd = to;
          return at;
        }
        if (kind === ODD) return this.#oddKey(from);
        if (kind === WIDE) {
          if (isEncoded) return this.#oddKey(from);
          this.#isWide = true;
        } else if (isEncoded) {
          if (kind === PLUS) byte = 32;
          else {
            const high = HEX[xml[at + 1] ?? 0] ?? 255;
            const low = HEX[xml[at + 2] ?? 0] ?? 255;
            // Else it stands for itself, as `decodeKey` has it.
            if (high < 16 && low < 16) {
              byte = high * 16 + low;
              at += 2;
              if (byte >= 128) this.#isWide = true;
            }
          }
        }
      }
      keys[to++] = byte;
    }
    return -1;
  }

  #oddKey(from: number): number {
    const end = this.#xml.indexOf('<', from);
    const text = end === -1 ? undefined : textOf({ bytes: this.#xml, isWide: true }, from, end);
    // A lone CR is a line end to XML.
    if (text === undefined || this.#xml.subarray(from, end).includes('\r')) return -1;
    const key = Buffer.from(this.#encoding === '' ? text : decodeKey(text));
    if (this.#to + key.length > this.#keys.length) return -1;
    key.copy(this.#keys, this.#to);
    this.#keyEnd = this.#to + key.length;
    this.#isWide = true;
    return end;
  }
}

function startsWith(bytes: Buffer, text: string, at: number): boolean {
  return bytes.toString('latin1', at, at + text.length) === text;
}
