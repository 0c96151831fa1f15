import { isAscii } from 'node:buffer';
import type { ListPage, ListedObject } from '#shared/objects.ts';
import { decodeKey } from '../listing.ts';
import { timeOf } from './times.ts';
import { isBalanced, isText, nameAt } from './xml-elements.ts';
import { type XmlText, textOf } from './xml-text.ts';

/** Parts of an object as it is mostly written, with an MD5 as its ETag. */
const AHEAD = '<Key>';
const AFTER_KEY = '</Key><LastModified>';
const AFTER_TIME = '</LastModified><ETag>&quot;';
const AFTER_ETAG = '&quot;</ETag><Size>';
const TIME_LENGTH = 24;
const ETAG_LENGTH = 32;
const TAIL = /^<\/Size>(<StorageClass>(\w+)<\/StorageClass>)?<\/Contents>/u;
const UNKNOWN = new Date(0);

const NAMESPACE = '( xmlns="[^"<>&]*")?';
const START = new RegExp(
  `^(<\\?xml version="1\\.0"( encoding="(?:UTF|utf)-8")?( standalone="yes")?\\s*\\?>)?\\s*<ListBucketResult${NAMESPACE}>`,
  'u',
);
const END = '</ListBucketResult>';

/**
 * A page of ListObjectsV2 out of its bytes, without a tree in between: the same that the SDK and `toListPage` make of
 * them. Undefined for whatever is not as plain as servers write it (comments, CDATA, attributes, elements twice, rare
 * entities): then the SDK reads it.
 *
 * @param isBrief of objects only the keys and sizes are wanted; keys are then parts of the page's text, which lives as
 *   long as they do.
 */
export function scanListPage(bytes: Buffer, isBrief = false): ListPage | undefined {
  const xml = bytes.toString('latin1');
  const start = START.exec(xml.slice(0, 512));
  // A lone CR is a line end to XML; `<!` begins what is not plain.
  if (start === null || xml.includes('\r') || xml.includes('<!')) return undefined;
  return new Scan({ xml, bytes, isWide: !isAscii(bytes) }, isBrief).page(start[0].length);
}

class Scan {
  readonly #text: XmlText;
  readonly #xml: string;
  readonly #decode: (key: string) => string;
  readonly #isBrief: boolean;
  readonly #objects: ListedObject[] = [];
  readonly #prefixes: string[] = [];
  /** Where the element that was read last ends; -1 when it was none that is understood. */
  #at = 0;
  #lastClass: string | undefined;
  /** From the digits of the size to the end of the object before, and what it says. */
  #lastTail = '';
  #lastTailClass: string | undefined;

  constructor(text: XmlText, isBrief: boolean) {
    this.#text = text;
    this.#xml = text.xml;
    this.#isBrief = isBrief;
    // No key holds a `<`, so this is the element, wherever it stands.
    const isEncoded = this.#xml.includes('<EncodingType>url</EncodingType>');
    const mayBeEncoded = isEncoded && (this.#xml.includes('%') || this.#xml.includes('+'));
    this.#decode = mayBeEncoded ? decodeKey : (key) => key;
  }

  page(from: number): ListPage | undefined {
    const xml = this.#xml;
    let truncated: string | undefined;
    let token: string | undefined;
    this.#at = from;
    for (;;) {
      const at = this.#skipSpace();
      if (xml.startsWith('<Contents>', at)) {
        const object = this.#usual(at + 10) ?? this.#object(at + 10);
        if (object === undefined) return undefined;
        this.#objects.push(object);
      } else if (xml.startsWith('<CommonPrefixes>', at)) {
        const prefix = this.#commonPrefix(at + 16);
        if (prefix === undefined) return undefined;
        this.#prefixes.push(prefix);
      } else if (xml.startsWith(END, at)) {
        if (xml.slice(at + END.length).trim() !== '') return undefined;
        break;
      } else {
        const field = this.#field(at);
        if (field === undefined) return undefined;
        if (field.name === 'IsTruncated') {
          if (truncated !== undefined) return undefined;
          truncated = this.#value(field);
        } else if (field.name === 'NextContinuationToken') {
          if (token !== undefined) return undefined;
          token = this.#value(field);
        }
        this.#at = field.next;
      }
    }
    const page: ListPage = { prefixes: this.#prefixes, objects: this.#objects };
    if (truncated === 'false') return page;
    // Without a token the SDK's way has the words for it.
    if (truncated !== 'true' || token === undefined || token === '') return undefined;
    return { ...page, nextToken: token };
  }

  /** An object as nearly all of AWS's and Ceph's are written; undefined when there is more to it. */
  #usual(from: number): ListedObject | undefined {
    const xml = this.#xml;
    if (!xml.startsWith(AHEAD, from)) return undefined;
    const keyAt = from + AHEAD.length;
    const keyEnd = xml.indexOf('<', keyAt);
    const timeAt = keyEnd + AFTER_KEY.length;
    const etagAt = timeAt + TIME_LENGTH + AFTER_TIME.length;
    const etagEnd = etagAt + ETAG_LENGTH;
    if (
      !xml.startsWith(AFTER_KEY, keyEnd) ||
      !xml.startsWith(AFTER_TIME, timeAt + TIME_LENGTH) ||
      !xml.startsWith(AFTER_ETAG, etagEnd)
    )
      return undefined;
    let at = etagEnd + AFTER_ETAG.length;
    let size = 0;
    const sizeAt = at;
    for (let digit = xml.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = xml.charCodeAt(++at) - 48)
      size = size * 10 + digit;
    if (at === sizeAt || at - sizeAt > 15) return undefined;
    if (!xml.startsWith(this.#lastTail, at) || this.#lastTail === '') {
      if (!this.#readTail(at)) return undefined;
    }
    const key =
      this.#isBrief && !this.#text.isWide ? this.#brief(keyAt, keyEnd) : textOf(this.#text, keyAt, keyEnd);
    const modifiedAt = this.#isBrief ? UNKNOWN : timeOf(xml, timeAt, timeAt + TIME_LENGTH);
    if (key === undefined || modifiedAt === undefined) return undefined;
    let etag = '';
    if (!this.#isBrief) {
      const amp = xml.indexOf('&', etagAt);
      if (amp !== -1 && amp < etagEnd) return undefined;
      etag = this.#text.bytes.toString('latin1', etagAt, etagEnd);
      if (this.#text.isWide || etag.includes('\n') || etag.includes('<')) return undefined;
    }
    this.#at = at + this.#lastTail.length;
    const storageClass = this.#lastTailClass;
    return storageClass === undefined
      ? { key: this.#decode(key), size, modifiedAt, etag }
      : { key: this.#decode(key), size, modifiedAt, etag, storageClass };
  }

  #brief(start: number, end: number): string | undefined {
    const key = this.#xml.slice(start, end);
    return key.includes('&') || key.includes('\n') ? textOf(this.#text, start, end) : key;
  }

  /** `</Size>`, and a storage class or nothing, up to the end of the object. */
  #readTail(at: number): boolean {
    const [tail, , storageClass] = TAIL.exec(this.#xml.slice(at, at + 128)) ?? [];
    if (tail === undefined) return false;
    this.#lastTail = tail;
    this.#lastTailClass = storageClass;
    return true;
  }

  #object(from: number): ListedObject | undefined {
    const xml = this.#xml;
    let key: string | undefined;
    let size: number | undefined;
    let modifiedAt: Date | undefined;
    let etag: string | undefined;
    let storageClass: string | undefined;
    this.#at = from;
    for (;;) {
      const at = this.#skipSpace();
      if (xml.startsWith('</Contents>', at)) {
        this.#at = at + 11;
        break;
      }
      const field = this.#field(at);
      if (field === undefined) return undefined;
      const { start, end, name } = field;
      switch (name) {
        case 'Key':
          if (key !== undefined) return undefined;
          key = this.#value(field);
          if (key === undefined) return undefined;
          break;
        case 'Size':
          if (size !== undefined) return undefined;
          size = this.#number(start, end);
          if (size === undefined) return undefined;
          break;
        case 'LastModified':
          if (modifiedAt !== undefined) return undefined;
          modifiedAt = timeOf(xml, start, end);
          if (modifiedAt === undefined) return undefined;
          break;
        case 'ETag':
          if (etag !== undefined) return undefined;
          etag = this.#etag(start, end);
          if (etag === undefined) return undefined;
          break;
        case 'StorageClass':
          if (storageClass !== undefined) return undefined;
          storageClass = this.#class(field);
          if (storageClass === undefined) return undefined;
          break;
        default:
      }
      this.#at = field.next;
    }
    if (key === undefined || size === undefined || modifiedAt === undefined || etag === undefined)
      return undefined;
    const object: ListedObject = { key: this.#decode(key), size, modifiedAt, etag };
    if (storageClass !== undefined) object.storageClass = storageClass;
    return object;
  }

  #commonPrefix(from: number): string | undefined {
    this.#at = from;
    const field = this.#field(this.#skipSpace());
    if (field?.name !== 'Prefix') return undefined;
    const prefix = this.#value(field);
    this.#at = field.next;
    const end = this.#skipSpace();
    if (prefix === undefined || !this.#xml.startsWith('</CommonPrefixes>', end)) return undefined;
    this.#at = end + 17;
    return this.#decode(prefix);
  }

  /** One element, and where its content is: text for the names that are asked for, anything for others. */
  #field(at: number): { name: string; start: number; end: number; next: number } | undefined {
    const xml = this.#xml;
    if (xml.charCodeAt(at) !== 60) return undefined;
    const close = xml.indexOf('>', at);
    if (close === -1) return undefined;
    const name = nameAt(xml, at + 1, close);
    if (name === undefined) return undefined;
    if (xml.charCodeAt(close - 1) === 47) return { name, start: close, end: close, next: close + 1 };
    const start = close + 1;
    const end = xml.indexOf('<', start);
    if (end === -1) return undefined;
    const after = end + name.length + 3;
    // A text and its own end, which is what nearly all are.
    if (xml.charCodeAt(end + 1) === 47) {
      if (!xml.startsWith(name, end + 2) || xml.charCodeAt(after - 1) !== 62) return undefined;
      return { name, start, end, next: after };
    }
    if (isText(name)) return undefined;
    const last = xml.indexOf(`</${name}>`, end);
    // What holds an element of its own name could end sooner than it seems to.
    if (last === -1 || xml.slice(end, last).includes(`<${name}>`)) return undefined;
    return isBalanced(xml.slice(start, last))
      ? { name, start, end: last, next: last + name.length + 3 }
      : undefined;
  }

  #value({ start, end }: { start: number; end: number }): string | undefined {
    return textOf(this.#text, start, end);
  }

  #number(start: number, end: number): number | undefined {
    const length = end - start;
    if (length < 1 || length > 15) return undefined;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = this.#xml.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return undefined;
      value = value * 10 + digit;
    }
    return value;
  }

  /** Mostly in quotes that are entities, and hex in between. */
  #etag(start: number, end: number): string | undefined {
    const xml = this.#xml;
    if (end - start > 12 && xml.startsWith('&quot;', start) && xml.startsWith('&quot;', end - 6)) {
      const amp = xml.indexOf('&', start + 6);
      const inner = amp === end - 6 ? textOf(this.#text, start + 6, end - 6) : undefined;
      if (inner !== undefined && !inner.includes('\n')) return inner;
    }
    return textOf(this.#text, start, end)?.replace(/^"(.*)"$/u, '$1');
  }

  /** Nearly always that of the object before. */
  #class({ start, end }: { start: number; end: number }): string | undefined {
    const last = this.#lastClass;
    if (last !== undefined && last.length === end - start && this.#xml.startsWith(last, start)) return last;
    const value = textOf(this.#text, start, end);
    // What was written with entities is not compared with what is.
    this.#lastClass = value !== undefined && /^\w+$/u.test(value) ? value : undefined;
    return value;
  }

  #skipSpace(): number {
    let at = this.#at;
    for (let unit = this.#xml.charCodeAt(at); unit === 32 || unit === 10 || unit === 9;)
      unit = this.#xml.charCodeAt(++at);
    return at;
  }
}
