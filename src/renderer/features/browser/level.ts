import type { ListedObject, ListPage } from '#shared/objects.ts';
import { typeOf } from './file-type.ts';

/**
 * The rows of one level. A row is a number: objects count up from 0, folders down from -1. A number stays the same
 * row for as long as the level lives.
 */
export type Row = number;

export const isFolder = (row: Row): boolean => row < 0;
export const folderRow = (index: number): Row => ~index;

/**
 * One level of a bucket as far as it was listed, in columns and outside React: a million rows are a handful of
 * arrays. Pages are only ever appended. The order is the server's: UTF-8 bytes.
 */
export class Level {
  /** Folders' prefixes, each ending in `/`. */
  readonly folders: string[] = [];
  readonly keys: string[] = [];
  /** Which version each object is, where the listing names them: as of a date. */
  readonly versionIds: string[] = [];
  /** Bytes. */
  readonly sizes: number[] = [];
  /** Milliseconds since 1970. */
  readonly times: number[] = [];
  /** Indexes of `typeNames`. */
  readonly types: number[] = [];
  readonly typeNames: string[] = [];
  /** Where a row's own name starts in its key. */
  readonly nameStart: number;
  bytes = 0;
  readonly #typeIds = new Map<string, number>();
  /** A prefix that ends one page may start the next one. */
  readonly #seenFolders = new Set<string>();

  /** @param base the folder that the level shows: `''`, or a prefix that ends in `/` */
  constructor(base: string) {
    this.nameStart = base.length;
  }

  get length(): number {
    return this.folders.length + this.keys.length;
  }

  append(page: ListPage): void {
    for (const prefix of page.prefixes) {
      if (this.#seenFolders.has(prefix)) continue;
      this.#seenFolders.add(prefix);
      this.folders.push(prefix);
    }
    for (const object of page.objects) this.#appendObject(object);
  }

  #appendObject({ key, size, modifiedAt, versionId }: ListedObject): void {
    const type = typeOf(key);
    let typeId = this.#typeIds.get(type);
    if (typeId === undefined) {
      typeId = this.typeNames.push(type) - 1;
      this.#typeIds.set(type, typeId);
    }
    if (versionId !== undefined) this.versionIds[this.keys.length] = versionId;
    this.keys.push(key);
    this.sizes.push(size);
    this.times.push(modifiedAt.getTime());
    this.types.push(typeId);
    this.bytes += size;
  }

  /** The whole key of an object, or the prefix of a folder. */
  keyOf(row: Row): string {
    return (isFolder(row) ? this.folders[~row] : this.keys[row]) ?? '';
  }

  /** The row's own name, without the folder's closing `/`. Empty for a folder's placeholder, and for `//`. */
  nameOf(row: Row): string {
    const key = this.keyOf(row);
    return key.slice(this.nameStart, isFolder(row) ? -1 : undefined);
  }

  sizeOf(row: Row): number {
    return isFolder(row) ? 0 : (this.sizes[row] ?? 0);
  }

  typeNameOf(row: Row): string {
    return isFolder(row) ? 'Folder' : (this.typeNames[this.types[row] ?? -1] ?? '');
  }

  /** The row of a key or of a folder's prefix, if it was listed. */
  find(key: string): Row | undefined {
    const folder = this.folders.indexOf(key);
    if (folder !== -1) return folderRow(folder);
    const index = this.keys.indexOf(key);
    return index === -1 ? undefined : index;
  }
}
