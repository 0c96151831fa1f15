import { isAfter, isKeys, KeyPage, keyPageOf, sharedLength } from '#storage/key-page.ts';
import { decodeKey } from '../listing.ts';
import { textOf } from './xml-text.ts';

/** Shorter than the shortest record of a listing. */
const LEAST_RECORD = 32;
/** Keys are copied four bytes at a time, so that some are written behind the last one. */
const SLACK = 8;
/** Escapes of a key that are remembered for the next one. */
const MOST_ESCAPES = 64;

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

/** What the keys of pages are read into, one page after another. */
export class KeyRoom {
  keys = Buffer.alloc(0);
  view = new DataView(this.keys.buffer);
  ends = new Uint32Array(0);
  sizes = new Float64Array(0);
  shared = new Uint32Array(0);
  readonly escapes = new Int32Array(MOST_ESCAPES);

  /** Makes it large enough for a page of so many bytes. A key is never longer than its text. */
  fit(length: number): void {
    if (this.keys.length >= length + SLACK) return;
    const records = Math.ceil(length / LEAST_RECORD);
    this.keys = Buffer.from(new ArrayBuffer(length + SLACK));
    this.view = new DataView(this.keys.buffer);
    this.ends = new Uint32Array(records);
    this.sizes = new Float64Array(records);
    this.shared = new Uint32Array(records);
  }
}

/** The keys of one page, decoded one after another, with their sizes. */
export class KeyColumn {
  readonly #xml: Buffer;
  readonly #text: DataView;
  readonly #isEncoded: boolean;
  readonly #room: KeyRoom;
  readonly #keys: Buffer;
  #count = 0;
  #isWide = false;
  #isSorted = true;
  /** Where the last key begins that was taken, and where the next one goes. */
  #before = 0;
  #to = 0;
  /** Where the text of the last one that was taken is; empty when nothing of it can be used for the next one. */
  #textFrom = 0;
  #textEnd = 0;
  /** Of the key that was read last: its text, its end, how much it is known to have in common with the one before. */
  #readFrom = 0;
  #readEnd = 0;
  #keyEnd = 0;
  #same = 0;
  #escapes = 0;

  /** @param isEncoded keys are percent-encoded. */
  constructor(xml: Buffer, room: KeyRoom, isEncoded: boolean) {
    room.fit(xml.length);
    this.#xml = xml;
    this.#text = new DataView(xml.buffer, xml.byteOffset, xml.length);
    this.#isEncoded = isEncoded;
    this.#room = room;
    this.#keys = room.keys;
  }

  /** Reads the key whose text begins at `from`. Where that ends; -1 when it cannot be read. */
  read(from: number): number {
    const xml = this.#xml;
    const keys = this.#keys;
    const isEncoded = this.#isEncoded;
    const { escapes } = this.#room;
    const length = xml.length;
    let at = from + this.#readShared(from);
    let to = this.#to + this.#same;
    let isPlain = true;
    let count = this.#escapes;
    for (; at < length; at++) {
      let byte = xml[at] ?? 0;
      const kind = KINDS[byte] ?? PLAIN;
      if (kind !== PLAIN) {
        if (kind === END) {
          this.#readFrom = from;
          this.#readEnd = isPlain && count <= MOST_ESCAPES ? at : from;
          this.#escapes = count;
          this.#keyEnd = to;
          return at;
        }
        if (kind === ODD) return this.#readOdd(from);
        if (kind === WIDE) {
          if (isEncoded) return this.#readOdd(from);
          this.#isWide = true;
        } else if (isEncoded) {
          if (kind === PLUS) byte = 32;
          else {
            const high = HEX[xml[at + 1] ?? 0] ?? 255;
            const low = HEX[xml[at + 2] ?? 0] ?? 255;
            if (high < 16 && low < 16) {
              if (count < MOST_ESCAPES) escapes[count] = at - from;
              count++;
              byte = high * 16 + low;
              at += 2;
              if (byte >= 128) this.#isWide = true;
            } else isPlain = false; // it stands for itself, as `decodeKey` has it
          }
        }
      }
      keys[to++] = byte;
    }
    return -1;
  }

  /** Adds the key that was read last. */
  take(size: number): void {
    const keys = this.#keys;
    const { ends, sizes, shared } = this.#room;
    const before = this.#before;
    const start = this.#to;
    const end = this.#keyEnd;
    const count = this.#count;
    if (count > 0) {
      const same = sharedLength(keys, { before, start, end, from: this.#same });
      this.#isSorted &&= isAfter(keys, { before, start, end, same });
      shared[count] = same;
    } else shared[0] = 0;
    ends[count] = end;
    sizes[count] = size;
    this.#count = count + 1;
    this.#before = start;
    this.#to = end;
    this.#textFrom = this.#readFrom;
    this.#textEnd = this.#readEnd;
  }

  /** The key that was read last. */
  lastRead(): string {
    return this.#keys.toString('utf8', this.#to, this.#keyEnd);
  }

  /** What was taken, in memory of its own. */
  page(nextToken: string | undefined): KeyPage {
    const count = this.#count;
    const { ends, sizes, shared } = this.#room;
    const columns = {
      bytes: Buffer.from(this.#keys.subarray(0, this.#to)),
      ends: ends.slice(0, count),
      sizes: sizes.slice(0, count),
      shared: shared.slice(0, count),
      isSorted: this.#isSorted,
      nextToken,
    };
    const page = new KeyPage(columns);
    if (!this.#isWide || isKeys(columns)) return page;
    // What is no UTF-8 becomes U+FFFD, as in every other listing.
    const objects = Array.from(columns.sizes, (size, index) => ({ key: page.key(index) ?? '', size }));
    return keyPageOf(objects, nextToken);
  }

  /**
   * Copies what the key at `from` has in common with the one before, whose text needs no decoding again: most of it, in a
   * sorted listing. How much of the text that is; `same` has how much of the key.
   */
  #readShared(from: number): number {
    const text = this.#text;
    const textFrom = this.#textFrom;
    const most = this.#textEnd - textFrom;
    const before = this.#escapes;
    this.#textEnd = textFrom; // a second attempt at the same key begins anew
    this.#escapes = 0;
    this.#same = 0;
    if (most < 8 || from + most > text.byteLength) return 0;
    let length = 0;
    for (; length + 8 <= most; length += 8) {
      const eight = text.getFloat64(from + length);
      // Zero has two forms. What is not a number only ends this early.
      if (eight !== text.getFloat64(textFrom + length) || eight === 0) break;
    }
    while (length < most && this.#xml[from + length] === this.#xml[textFrom + length]) length++;
    const { escapes, view } = this.#room;
    let count = 0;
    for (; count < before; count++) {
      const escape = escapes[count] ?? 0;
      if (escape + 3 <= length) continue;
      if (escape < length) length = escape;
      break;
    }
    const same = length - 2 * count;
    const start = this.#to;
    for (let at = 0; at < same; at += 4) view.setInt32(start + at, view.getInt32(this.#before + at));
    this.#same = same;
    this.#escapes = count;
    return length;
  }

  /** Reads a key that has more in it than bytes and escapes. */
  #readOdd(from: number): number {
    const end = this.#xml.indexOf('<', from);
    const text = end === -1 ? undefined : textOf({ bytes: this.#xml, isWide: true }, from, end);
    // A lone CR is a line end to XML.
    if (text === undefined || this.#xml.subarray(from, end).includes('\r')) return -1;
    const key = Buffer.from(this.#isEncoded ? decodeKey(text) : text);
    if (this.#to + key.length + SLACK > this.#keys.length) return -1;
    key.copy(this.#keys, this.#to);
    this.#keyEnd = this.#to + key.length;
    this.#isWide = true;
    this.#readFrom = from;
    this.#readEnd = from;
    this.#escapes = 0;
    this.#same = 0;
    return end;
  }
}
