import type { ListPage, ListedObject } from '#shared/objects.ts';
import { decodeKey } from '../listing.ts';
import { Elements } from './elements.ts';
import { timeOf } from './times.ts';
import { textOf } from './xml-text.ts';

/** Parts of an object as it is mostly written, with an MD5 as its ETag. */
const AHEAD = '<Key>';
const AFTER_KEY = '</Key><LastModified>';
const AFTER_TIME = '</LastModified><ETag>&quot;';
const AFTER_ETAG = '&quot;</ETag><Size>';
const TIME_LENGTH = 24;
const ETAG_LENGTH = 32;
const TAIL = /^<\/Size>(<StorageClass>(\w+)<\/StorageClass>)?<\/Contents>/u;
const UNKNOWN = new Date(0);

/** What is read, so has to hold a text alone, or is read as a whole. */
const TEXTS: ReadonlySet<string> = new Set([
  'Key',
  'Size',
  'LastModified',
  'ETag',
  'StorageClass',
  'Prefix',
  'IsTruncated',
  'NextContinuationToken',
  'EncodingType',
  'Contents',
  'CommonPrefixes',
]);
const ROOT = 'ListBucketResult';
const END = `</${ROOT}>`;

/**
 * A page of ListObjectsV2 out of its bytes, without a tree in between: the same that the SDK and `toListPage` make of
 * them. Undefined for whatever is not as plain as servers write it (comments, CDATA, attributes, elements twice, rare
 * entities): then the SDK reads it.
 *
 * @param isBrief of objects only the keys and sizes are wanted; keys are then parts of the page's text, which lives as
 *   long as they do.
 */
export function scanListPage(bytes: Buffer, isBrief = false): ListPage | undefined {
  const elements = Elements.inside(bytes, ROOT, TEXTS);
  return elements && new Scan(elements, isBrief).page();
}

class Scan {
  readonly #elements: Elements;
  readonly #decode: (key: string) => string;
  readonly #isBrief: boolean;
  readonly #objects: ListedObject[] = [];
  readonly #prefixes: string[] = [];
  /** The parts of the last object, in their order. */
  readonly #parts: string[] = [];
  /** From the digits of the size to the end of the object before, and what it says. */
  #lastTail = '';
  #lastTailClass: string | undefined;

  constructor(elements: Elements, isBrief: boolean) {
    this.#elements = elements;
    this.#isBrief = isBrief;
    const { xml } = elements;
    // No key holds a `<`, so this is the element, wherever it stands.
    const isEncoded = xml.includes('<EncodingType>url</EncodingType>');
    const mayBeEncoded = isEncoded && (xml.includes('%') || xml.includes('+'));
    this.#decode = mayBeEncoded ? decodeKey : (key) => key;
  }

  page(): ListPage | undefined {
    const elements = this.#elements;
    let truncated: string | undefined;
    let token: string | undefined;
    for (;;) {
      elements.skipSpace();
      if (elements.take('<Contents>')) {
        const object = this.#usual() ?? this.#object();
        if (object === undefined) return undefined;
        this.#objects.push(object);
      } else if (elements.take('<CommonPrefixes>')) {
        const prefix = elements.commonPrefix();
        if (prefix === undefined) return undefined;
        this.#prefixes.push(this.#decode(prefix));
      } else if (elements.take(END)) {
        if (!elements.isAtEnd()) return undefined;
        break;
      } else {
        const field = elements.field();
        if (field === undefined) return undefined;
        if (field.name === 'IsTruncated') {
          if (truncated !== undefined) return undefined;
          truncated = elements.value(field);
        } else if (field.name === 'NextContinuationToken') {
          if (token !== undefined) return undefined;
          token = elements.value(field);
        }
      }
    }
    const page: ListPage = { prefixes: this.#prefixes, objects: this.#objects };
    if (truncated === 'false') return page;
    // Without a token the SDK's way has the words for it.
    if (truncated !== 'true' || token === undefined || token === '') return undefined;
    return { ...page, nextToken: token };
  }

  /** An object as nearly all of AWS's and Ceph's are written; undefined when there is more to it. */
  #usual(): ListedObject | undefined {
    const { text, xml, at: from } = this.#elements;
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
    const key = this.#isBrief && !text.isWide ? this.#brief(keyAt, keyEnd) : textOf(text, keyAt, keyEnd);
    const modifiedAt = this.#isBrief ? UNKNOWN : timeOf(xml, timeAt, timeAt + TIME_LENGTH);
    if (key === undefined || modifiedAt === undefined) return undefined;
    let etag = '';
    if (!this.#isBrief) {
      const amp = xml.indexOf('&', etagAt);
      if (amp !== -1 && amp < etagEnd) return undefined;
      etag = text.bytes.toString('latin1', etagAt, etagEnd);
      if (text.isWide || etag.includes('\n') || etag.includes('<')) return undefined;
    }
    this.#elements.at = at + this.#lastTail.length;
    const storageClass = this.#lastTailClass;
    return storageClass === undefined
      ? { key: this.#decode(key), size, modifiedAt, etag }
      : { key: this.#decode(key), size, modifiedAt, etag, storageClass };
  }

  #brief(start: number, end: number): string | undefined {
    const key = this.#elements.raw(start, end);
    return key.includes('&') || key.includes('\n') ? textOf(this.#elements.text, start, end) : key;
  }

  /** `</Size>`, and a storage class or nothing, up to the end of the object. */
  #readTail(at: number): boolean {
    const [tail, , storageClass] = TAIL.exec(this.#elements.raw(at, at + 128)) ?? [];
    if (tail === undefined) return false;
    this.#lastTail = tail;
    this.#lastTailClass = storageClass;
    return true;
  }

  #object(): ListedObject | undefined {
    const elements = this.#elements;
    const parts = this.#parts;
    let key: string | undefined;
    let size: number | undefined;
    let modifiedAt: Date | undefined;
    let etag: string | undefined;
    let storageClass: string | undefined;
    for (let part = 0; ; part++) {
      elements.skipSpace();
      if (elements.take('</Contents>')) break;
      const field = elements.field(parts[part]);
      if (field === undefined) return undefined;
      const { name } = field;
      parts[part] = name;
      switch (name) {
        case 'Key':
          if (key !== undefined) return undefined;
          key = elements.value(field);
          if (key === undefined) return undefined;
          break;
        case 'Size':
          if (size !== undefined) return undefined;
          size = elements.number(field);
          if (size === undefined) return undefined;
          break;
        case 'LastModified':
          if (modifiedAt !== undefined) return undefined;
          modifiedAt = timeOf(elements.xml, field.start, field.end);
          if (modifiedAt === undefined) return undefined;
          break;
        case 'ETag':
          if (etag !== undefined) return undefined;
          etag = elements.etag(field);
          if (etag === undefined) return undefined;
          break;
        case 'StorageClass':
          if (storageClass !== undefined) return undefined;
          storageClass = elements.storageClass(field);
          if (storageClass === undefined) return undefined;
          break;
        default:
      }
    }
    if (key === undefined || size === undefined || modifiedAt === undefined || etag === undefined)
      return undefined;
    const object: ListedObject = { key: this.#decode(key), size, modifiedAt, etag };
    if (storageClass !== undefined) object.storageClass = storageClass;
    return object;
  }
}
