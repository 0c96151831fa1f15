import { scanListPage } from './scan-list.ts';

/** What a text in a record is. */
export const OTHER = 0;
export const KEY = 1;
export const SIZE = 2;

/**
 * How a server writes an object in a listing: what stands between its texts, from `<Contents>` to `</Contents>`. It writes
 * them all alike, so that a record needs no more than to be compared with the layout of one that was read.
 */
export interface Layout {
  /** All that stands between the texts: ASCII, each at least eight bytes. */
  marks: DataView;
  /** Where each mark ends in `marks`. A text follows each of them but the last. */
  ends: readonly number[];
  /** What the text after a mark is. */
  texts: readonly number[];
}

const MARK = /^[\t\n -~]{8,}$/u;
const CONTENTS_END = '</Contents>';

/**
 * The layout of the record at `from`, which begins with `<Contents>`, and its object as the scan of a whole page has it.
 * Undefined when that does not read it, or when one of its texts cannot be told from what stands between them.
 */
export function learnLayout(
  bytes: Buffer,
  from: number,
  encoding: string,
): { layout: Layout; key: string; size: number; end: number } | undefined {
  const end = bytes.indexOf(CONTENTS_END, from) + CONTENTS_END.length;
  if (end < from) return undefined;
  const record = bytes.subarray(from, end);
  const page = scanListPage(
    Buffer.concat([
      Buffer.from(`<ListBucketResult><IsTruncated>false</IsTruncated>${encoding}`),
      record,
      Buffer.from('</ListBucketResult>'),
    ]),
  );
  const [object] = page?.objects ?? [];
  if (object === undefined || page?.objects.length !== 1 || page.prefixes.length > 0) return undefined;

  const xml = record.toString('latin1');
  const marks: string[] = [];
  const texts: number[] = [];
  let markFrom = 0;
  for (const { index, 0: text } of xml.matchAll(/(?<=>)[^<]+/gu)) {
    if (text.trim() === '') continue;
    const mark = xml.slice(markFrom, index);
    marks.push(mark);
    texts.push(mark.endsWith('<Key>') ? KEY : mark.endsWith('<Size>') ? SIZE : OTHER);
    markFrom = index + text.length;
  }
  marks.push(xml.slice(markFrom));
  if (count(texts, KEY) !== 1 || count(texts, SIZE) !== 1) return undefined;
  if (marks.some((mark) => !MARK.test(mark))) return undefined;
  let length = 0;
  const ends = marks.map((mark) => (length += mark.length));
  const between = Uint8Array.from(Buffer.from(marks.join(''), 'latin1'));
  const layout: Layout = { marks: new DataView(between.buffer), ends, texts };
  return { layout, key: object.key, size: object.size, end };
}

function count(texts: readonly number[], kind: number): number {
  return texts.filter((text) => text === kind).length;
}
