import { type KeyPage, keyPageOf } from '#storage/key-page.ts';
import { isBalanced } from './elements.ts';
import { KeyColumn, KeyRoom } from './key-column.ts';
import { KEY, type Layout, learnLayout, SIZE } from './layout.ts';
import { scanListPage } from './scan-list.ts';

const CONTENTS = '<Contents>';
const ENCODED = '<EncodingType>url</EncodingType>';
/** Layouts that are kept: AWS writes objects with a checksum and such without one. */
const MOST_LAYOUTS = 8;
/** A page with more layouts than that is read by the general scan, which learns nothing. */
const MOST_LEARNED = 32;

/**
 * Reads pages of ListObjectsV2 for their keys and sizes, without a string for each key. What it keeps from page to page is
 * memory, and how the server writes objects.
 */
export class KeyScanner {
  readonly #layouts: Layout[] = [];
  readonly #room = new KeyRoom();

  /**
   * The keys and sizes of a page out of its bytes: the same that `scanListPage` makes of them. What it says of other things
   * (dates, ETags) is not looked at. Undefined for what that does not read either: then the SDK does.
   */
  page(bytes: Buffer): KeyPage | undefined {
    const page = this.#plainPage(bytes);
    if (page !== undefined) return page;
    const read = scanListPage(bytes);
    return read && keyPageOf(read.objects, read.nextToken);
  }

  #plainPage(xml: Buffer): KeyPage | undefined {
    const from = xml.indexOf(CONTENTS);
    if (from === -1) return undefined;
    const head = xml.toString('latin1', 0, from);
    // The records have to be the document's own, not part of another element.
    const root = head.indexOf('<ListBucketResult');
    if (root === -1 || !isBalanced(head.slice(head.indexOf('>', root) + 1))) return undefined;
    const encoding = head.includes(ENCODED) || xml.includes(ENCODED) ? ENCODED : '';
    const keys = new KeyColumn(xml, this.#room, encoding !== '');
    const end = new Records(xml, keys, { encoding, layouts: this.#layouts }).read(from);
    if (end === undefined) return undefined;
    const rest = scanListPage(Buffer.concat([xml.subarray(0, from), xml.subarray(end)]));
    // Records between other elements are for the scan of the whole.
    if (rest === undefined || rest.objects.length > 0) return undefined;
    return keys.page(rest.nextToken);
  }
}

/** The records of a page that follow each other. */
class Records {
  readonly #xml: Buffer;
  readonly #view: DataView;
  readonly #keys: KeyColumn;
  readonly #encoding: string;
  readonly #layouts: Layout[];
  #learned = 0;
  /** Of the record that was matched last. */
  #size = 0;

  constructor(xml: Buffer, keys: KeyColumn, { encoding, layouts }: { encoding: string; layouts: Layout[] }) {
    this.#xml = xml;
    this.#view = new DataView(xml.buffer, xml.byteOffset, xml.length);
    this.#keys = keys;
    this.#encoding = encoding;
    this.#layouts = layouts;
  }

  /** Reads one record after another. Where the last one ends; undefined when one of them is not understood. */
  read(from: number): number | undefined {
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
      this.#keys.take(this.#size);
      at = end;
      for (let byte = xml[at]; byte === 32 || byte === 10 || byte === 9;) byte = xml[++at];
    }
  }

  #learn(at: number): Layout | undefined {
    if (++this.#learned > MOST_LEARNED) return undefined;
    const learned = learnLayout(this.#xml, at, this.#encoding);
    if (learned === undefined) return undefined;
    const { layout, key, size, end } = learned;
    const isRight = this.#match(layout, at) === end && this.#size === size && this.#keys.lastRead() === key;
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
        at = this.#keys.read(at);
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
}

function startsWith(bytes: Buffer, text: string, at: number): boolean {
  return bytes.toString('latin1', at, at + text.length) === text;
}
