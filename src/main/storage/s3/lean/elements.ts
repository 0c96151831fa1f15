import { isAscii } from 'node:buffer';
import { unquote } from '../listing.ts';
import { textOf, type XmlText } from './xml-text.ts';

/** Where an element's content is. */
export interface Field {
  name: string;
  start: number;
  end: number;
}

const NAME = /^[A-Za-z][\w.-]*\/?$/u;

/**
 * Reads one element after another of a document that is as plain as servers write them: no comments, no CDATA, no
 * attributes, no prefixes of namespaces. Elements of one kind mostly have the same parts in the same order, so that what
 * comes next is known before it is read.
 */
export class Elements {
  readonly text: XmlText;
  readonly #texts: ReadonlySet<string>;
  #lastClass = '';
  /** Where the next element is looked for. */
  at: number;

  private constructor(text: XmlText, texts: ReadonlySet<string>, at: number) {
    this.text = text;
    this.#texts = texts;
    this.at = at;
  }

  /**
   * Stands at the first element inside the root; undefined for a document that is not plain, or has another root.
   * @param texts the elements that are read, so have to hold a text alone
   */
  static inside(bytes: Buffer, root: string, texts: ReadonlySet<string>): Elements | undefined {
    const xml = bytes.toString('latin1');
    const start = startOf(root).exec(xml.slice(0, 512));
    // A lone CR is a line end to XML; `<!` begins what is not plain.
    if (start === null || xml.includes('\r') || xml.includes('<!')) return undefined;
    return new Elements({ xml, bytes, isWide: !isAscii(bytes) }, texts, start[0].length);
  }

  skipSpace(): void {
    const { xml } = this.text;
    for (let unit = xml.charCodeAt(this.at); unit === 32 || unit === 10 || unit === 9;)
      unit = xml.charCodeAt(++this.at);
  }

  /** Goes behind `tag` if it comes next. */
  take(tag: string): boolean {
    if (!this.text.xml.startsWith(tag, this.at)) return false;
    this.at += tag.length;
    return true;
  }

  /** Whether nothing but space is left. */
  isAtEnd(): boolean {
    return this.text.xml.slice(this.at).trim() === '';
  }

  /**
   * The element that comes next, behind which it goes; undefined when there is none, or one that is not understood.
   * @param expected the name that it probably has
   */
  field(expected?: string): Field | undefined {
    const { xml } = this.text;
    const { at } = this;
    if (xml.charCodeAt(at) !== 60) return undefined;
    let name = expected;
    let start = at + (name?.length ?? 0) + 2;
    if (name === undefined || xml.charCodeAt(start - 1) !== 62 || !xml.startsWith(name, at + 1)) {
      const close = xml.indexOf('>', at);
      if (close === -1) return undefined;
      name = xml.slice(at + 1, close);
      if (!NAME.test(name)) return undefined;
      start = close + 1;
      if (name.endsWith('/')) {
        this.at = start;
        return { name: name.slice(0, -1), start: close, end: close };
      }
    }
    const end = xml.indexOf('<', start);
    if (end === -1) return undefined;
    if (xml.charCodeAt(end + 1) === 47) {
      const next = end + name.length + 3;
      if (!xml.startsWith(name, end + 2) || xml.charCodeAt(next - 1) !== 62) return undefined;
      this.at = next;
      return { name, start, end };
    }
    if (this.#texts.has(name)) return undefined;
    const last = xml.indexOf(`</${name}>`, end);
    // What holds an element of its own name could end sooner than it seems to.
    if (last === -1 || xml.slice(end, last).includes(`<${name}>`)) return undefined;
    if (!isBalanced(xml.slice(start, last))) return undefined;
    this.at = last + name.length + 3;
    return { name, start, end: last };
  }

  /** The text of an element; undefined when it has an entity that is not one of XML's own. */
  value({ start, end }: Field): string | undefined {
    return textOf(this.text, start, end);
  }

  /** A whole number of up to 15 digits; undefined for anything else. */
  number({ start, end }: Field): number | undefined {
    const { xml } = this.text;
    if (end - start < 1 || end - start > 15) return undefined;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = xml.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return undefined;
      value = value * 10 + digit;
    }
    return value;
  }

  /** An ETag without its quotes: mostly these are entities, with hex in between. */
  etag(field: Field): string | undefined {
    const { start, end } = field;
    if (end - start > 12 && this.has('&quot;', start) && this.has('&quot;', end - 6)) {
      const inner = { ...field, start: start + 6, end: end - 6 };
      const isPlain = this.xml.indexOf('&', inner.start) === inner.end;
      const value = isPlain ? this.value(inner) : undefined;
      if (value !== undefined && !value.includes('\n')) return value;
    }
    const value = this.value(field);
    return value === undefined ? undefined : unquote(value);
  }

  /** A storage class: nearly always that of the one before. */
  storageClass(field: Field): string | undefined {
    const last = this.#lastClass;
    const { start, end } = field;
    if (last !== '' && last.length === end - start && this.has(last, start)) return last;
    const value = this.value(field);
    // What was written with entities is not compared with what is.
    this.#lastClass = value !== undefined && /^\w+$/u.test(value) ? value : '';
    return value;
  }

  /** The prefix of a `<CommonPrefixes>` that was begun, behind which it goes; undefined for one that is not understood. */
  commonPrefix(): string | undefined {
    this.skipSpace();
    const field = this.field('Prefix');
    const prefix = field?.name === 'Prefix' ? this.value(field) : undefined;
    this.skipSpace();
    return this.take('</CommonPrefixes>') ? prefix : undefined;
  }

  /** Whether the document goes on at `at` exactly so. */
  has(text: string, at = this.at): boolean {
    return this.text.xml.startsWith(text, at);
  }

  /** A part of the document as it stands, a byte a character. It keeps all of the document in memory. */
  raw(start: number, end: number): string {
    return this.text.xml.slice(start, end);
  }

  get xml(): string {
    return this.text.xml;
  }
}

const starts = new Map<string, RegExp>();

function startOf(root: string): RegExp {
  const known = starts.get(root);
  if (known !== undefined) return known;
  const start = new RegExp(
    `^(<\\?xml version="1\\.0"( encoding="(?:UTF|utf)-8")?( standalone="yes")?\\s*\\?>)?\\s*<${root}( xmlns="[^"<>&]*")?>`,
    'u',
  );
  starts.set(root, start);
  return start;
}

/** Plain elements, each ended, as the owner of an object is. */
export function isBalanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, tag = ''] of xml.matchAll(/<([^>]*)(?:>|$)/gu)) {
    if (tag.startsWith('/')) {
      if (open.pop() !== tag.slice(1)) return false;
    } else if (!NAME.test(tag)) return false;
    else if (!tag.endsWith('/')) open.push(tag);
  }
  return open.length === 0;
}
