import { isAscii } from 'node:buffer';
import { isBalanced } from './xml-elements.ts';
import { textOf, type XmlText } from './xml-text.ts';

/** Where an element's content is, and where the element ends. */
export interface Field {
  name: string;
  start: number;
  end: number;
  next: number;
}

const NAME = /^[A-Za-z][\w.-]*$/u;

/**
 * Reads one element after another of a document that is as plain as servers write them: no comments, no CDATA, no
 * attributes, no prefixes of namespaces. Elements of one kind mostly have the same parts in the same order, so that what
 * comes next is known before it is read.
 */
export class Elements {
  readonly #text: XmlText;
  readonly #texts: ReadonlySet<string>;
  /** Where the next element is looked for. */
  at: number;

  private constructor(text: XmlText, texts: ReadonlySet<string>, at: number) {
    this.#text = text;
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
    const { xml } = this.#text;
    for (let unit = xml.charCodeAt(this.at); unit === 32 || unit === 10 || unit === 9;)
      unit = xml.charCodeAt(++this.at);
  }

  /** Goes behind `tag` if it comes next. */
  take(tag: string): boolean {
    if (!this.#text.xml.startsWith(tag, this.at)) return false;
    this.at += tag.length;
    return true;
  }

  /** Whether nothing but space is left. */
  isAtEnd(): boolean {
    return this.#text.xml.slice(this.at).trim() === '';
  }

  /**
   * The element that comes next, behind which it goes; undefined when there is none, or one that is not understood.
   * @param expected the name that it probably has
   */
  field(expected?: string): Field | undefined {
    const { xml } = this.#text;
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
    }
    const end = xml.indexOf('<', start);
    if (end === -1) return undefined;
    if (xml.charCodeAt(end + 1) === 47) {
      const next = end + name.length + 3;
      if (!xml.startsWith(name, end + 2) || xml.charCodeAt(next - 1) !== 62) return undefined;
      this.at = next;
      return { name, start, end, next };
    }
    if (this.#texts.has(name)) return undefined;
    const last = xml.indexOf(`</${name}>`, end);
    // What holds an element of its own name could end sooner than it seems to.
    if (last === -1 || xml.slice(end, last).includes(`<${name}>`)) return undefined;
    if (!isBalanced(xml.slice(start, last))) return undefined;
    this.at = last + name.length + 3;
    return { name, start, end: last, next: this.at };
  }

  /** The text of an element; undefined when it has an entity that is not one of XML's own. */
  value({ start, end }: Field): string | undefined {
    return textOf(this.#text, start, end);
  }

  /** Whether the document goes on at `at` exactly so. */
  has(text: string, at = this.at): boolean {
    return this.#text.xml.startsWith(text, at);
  }

  /** A part of the document as it stands, a byte a character. It keeps all of the document in memory. */
  raw(start: number, end: number): string {
    return this.#text.xml.slice(start, end);
  }

  get xml(): string {
    return this.#text.xml;
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
