import type { Owner } from '#shared/bucket-settings.ts';
import type { ObjectVersion, VersionPage } from '#shared/objects.ts';
import { toOwner } from '../bucket-calls.ts';
import { decodeKey } from '../listing.ts';
import { makeToken } from '../tokens.ts';
import { Elements, type Field } from './elements.ts';
import { timeOf } from './times.ts';

/** What is read, so has to hold a text alone. */
const TEXTS: ReadonlySet<string> = new Set([
  'Key',
  'VersionId',
  'IsLatest',
  'LastModified',
  'ETag',
  'Size',
  'StorageClass',
  'Prefix',
  'EncodingType',
  'IsTruncated',
  'NextKeyMarker',
  'NextVersionIdMarker',
]);
/** What is read of a whole page. */
const OF_PAGE: ReadonlySet<string> = new Set([
  'EncodingType',
  'IsTruncated',
  'NextKeyMarker',
  'NextVersionIdMarker',
]);
const OWNER_TEXTS: ReadonlySet<string> = new Set(['ID', 'DisplayName']);
const ROOT = 'ListVersionsResult';
const END = `</${ROOT}>`;

/**
 * A page of ListObjectVersions out of its bytes: the same that the SDK and `toVersionPage` make of them. Undefined for
 * whatever is not as plain as servers write it: then the SDK reads it.
 */
export function scanVersionPage(bytes: Buffer): VersionPage | undefined {
  const elements = Elements.inside(bytes, ROOT, TEXTS);
  return elements && new VersionScan(elements).page();
}

class VersionScan {
  readonly #elements: Elements;
  readonly #of = new Map<string, string>();
  readonly #versions: ObjectVersion[] = [];
  readonly #prefixes: string[] = [];
  #decode = (key: string): string => key;
  /** The parts of the last version and the last delete marker, in their order. */
  readonly #parts = { version: [] as string[], 'delete-marker': [] as string[] };
  /** The element of an owner as it stands, and what it says. */
  #lastOwner: { element: string; owner: Owner | undefined } = { element: '', owner: undefined };
  #lastTime = { raw: '', time: 0 };

  constructor(elements: Elements) {
    this.#elements = elements;
  }

  page(): VersionPage | undefined {
    const elements = this.#elements;
    for (;;) {
      elements.skipSpace();
      if (elements.take('<Version>')) {
        if (!this.#version('version', '</Version>')) return undefined;
      } else if (elements.take('<DeleteMarker>')) {
        if (!this.#version('delete-marker', '</DeleteMarker>')) return undefined;
      } else if (elements.take('<CommonPrefixes>')) {
        const prefix = elements.commonPrefix();
        if (prefix === undefined) return undefined;
        this.#prefixes.push(this.#decode(prefix));
      } else if (elements.take(END)) {
        return elements.isAtEnd() ? this.#whole() : undefined;
      } else if (!this.#other()) return undefined;
    }
  }

  #whole(): VersionPage | undefined {
    const page: VersionPage = { prefixes: this.#prefixes, versions: this.#versions };
    const truncated = this.#of.get('IsTruncated');
    if (truncated === 'false') return page;
    // Without a marker the SDK's way has the words for it.
    const key = this.#of.get('NextKeyMarker') ?? '';
    if (truncated !== 'true' || key === '') return undefined;
    return { ...page, nextToken: makeToken(this.#decode(key), this.#of.get('NextVersionIdMarker') ?? '') };
  }

  /** What is told of the page; false for what is not understood. */
  #other(): boolean {
    const elements = this.#elements;
    const field = elements.field();
    if (field === undefined || field.name === 'Versions' || field.name === 'DeleteMarkers') return false;
    if (!OF_PAGE.has(field.name)) return true;
    const value = elements.value(field);
    if (value === undefined || this.#of.has(field.name)) return false;
    this.#of.set(field.name, value);
    if (field.name !== 'EncodingType') return true;
    // What came before it was read as it stands.
    if (value !== 'url' || this.#versions.length + this.#prefixes.length > 0) return false;
    if (/[%+]/u.test(elements.xml)) this.#decode = decodeKey;
    return true;
  }

  #version(kind: ObjectVersion['kind'], end: string): boolean {
    const elements = this.#elements;
    const parts = this.#parts[kind];
    let key: string | undefined;
    let versionId: string | undefined;
    let isLatest: boolean | undefined;
    let time: number | undefined;
    let size: number | undefined;
    let etag: string | undefined;
    let storageClass: string | undefined;
    let owner: Owner | undefined;
    let hasOwner = false;
    for (let part = 0; ; part++) {
      elements.skipSpace();
      if (elements.take(end)) break;
      if (parts[part] === 'Owner' && !hasOwner && this.#isLastOwner()) {
        hasOwner = true;
        ({ owner } = this.#lastOwner);
        continue;
      }
      const field = elements.field(parts[part]);
      if (field === undefined) return false;
      const { name } = field;
      parts[part] = name;
      switch (name) {
        case 'Key':
          if (key !== undefined) return false;
          key = elements.value(field);
          if (key === undefined) return false;
          break;
        case 'VersionId':
          if (versionId !== undefined) return false;
          versionId = elements.value(field);
          if (versionId === undefined) return false;
          break;
        case 'IsLatest':
          if (isLatest !== undefined) return false;
          isLatest = this.#boolean(field);
          if (isLatest === undefined) return false;
          break;
        case 'LastModified':
          if (time !== undefined) return false;
          time = this.#time(field);
          if (time === undefined) return false;
          break;
        case 'Size':
          if (size !== undefined) return false;
          size = elements.number(field);
          if (size === undefined) return false;
          break;
        case 'ETag':
          if (etag !== undefined) return false;
          etag = elements.etag(field);
          if (etag === undefined) return false;
          break;
        case 'StorageClass':
          if (storageClass !== undefined) return false;
          storageClass = elements.storageClass(field);
          if (storageClass === undefined) return false;
          break;
        case 'Owner': {
          const found = hasOwner ? undefined : this.#owner(field);
          if (found === undefined) return false;
          hasOwner = true;
          ({ owner } = found);
          break;
        }
        default:
      }
    }
    if (key === undefined || versionId === undefined || isLatest === undefined || time === undefined)
      return false;
    if (kind === 'version' && size === undefined) return false;
    const version: ObjectVersion = {
      key: this.#decode(key),
      // What was written before versioning was switched on.
      versionId: versionId === '' ? 'null' : versionId,
      kind,
      isLatest,
      modifiedAt: new Date(time),
      size: kind === 'version' ? (size ?? 0) : 0,
    };
    if (kind === 'version') {
      if (etag !== undefined) version.etag = etag;
      if (storageClass !== undefined) version.storageClass = storageClass;
    }
    if (owner !== undefined) version.owner = owner;
    this.#versions.push(version);
    return true;
  }

  #boolean({ start, end }: Field): boolean | undefined {
    const text = this.#elements.raw(start, end);
    return text === 'true' ? true : text === 'false' ? false : undefined;
  }

  /** Mostly that of the version before, where many were written at once. */
  #time({ start, end }: Field): number | undefined {
    const { raw, time } = this.#lastTime;
    if (raw !== '' && raw.length === end - start && this.#elements.has(raw, start)) return time;
    const read = timeOf(this.#elements.xml, start, end)?.getTime();
    if (read === undefined) return undefined;
    this.#lastTime = { raw: this.#elements.raw(start, end), time: read };
    return read;
  }

  /** Nearly always that of the version before. */
  #isLastOwner(): boolean {
    const { element } = this.#lastOwner;
    return element !== '' && this.#elements.take(element);
  }

  #owner({ start, end }: Field): { owner: Owner | undefined } | undefined {
    const element = `<Owner>${this.#elements.raw(start, end)}</Owner>`;
    const inside = Elements.inside(Buffer.from(element, 'latin1'), 'Owner', OWNER_TEXTS);
    if (inside === undefined) return undefined;
    const of = new Map<string, string>();
    for (;;) {
      inside.skipSpace();
      if (inside.take('</Owner>')) break;
      const field = inside.field();
      const value = field && inside.value(field);
      if (field === undefined || value === undefined || of.has(field.name)) return undefined;
      of.set(field.name, value);
    }
    this.#lastOwner = { element, owner: toOwner({ ID: of.get('ID'), DisplayName: of.get('DisplayName') }) };
    return this.#lastOwner;
  }
}
