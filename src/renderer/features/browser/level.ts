import type { ListColumns } from '#shared/list-columns.ts';
import { Column } from './column.ts';
import { typeOf } from './file-type.ts';
import { KeyTexts } from './key-texts.ts';
import { TypeColumn } from './type-column.ts';

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
  /** Of the objects. */
  readonly keys = new KeyTexts();
  /** Of the objects, as far as something asked for them. */
  readonly types = new TypeColumn();
  /** Which version each object is, where the listing names them: as of a date. */
  readonly versionIds: string[] = [];
  /** Where a row's own name starts in its key. */
  readonly nameStart: number;
  bytes = 0;
  readonly #sizes = new Column();
  readonly #times = new Column();
  /** A prefix that ends one page may start the next one. */
  readonly #seenFolders = new Set<string>();

  /** @param base the folder that the level shows: `''`, or a prefix that ends in `/` */
  constructor(base: string) {
    this.nameStart = base.length;
  }

  get length(): number {
    return this.folders.length + this.keys.length;
  }

  /** Bytes, by row. Valid until the next page comes. */
  get sizes(): Float64Array {
    return this.#sizes.values;
  }

  /** Milliseconds since 1970, by row. Valid until the next page comes. */
  get times(): Float64Array {
    return this.#times.values;
  }

  append({ prefixes, keys, ends, sizes, times, versionIds = [] }: ListColumns): void {
    for (const prefix of prefixes) {
      if (this.#seenFolders.has(prefix)) continue;
      this.#seenFolders.add(prefix);
      this.folders.push(prefix);
    }
    for (const [index, versionId] of versionIds.entries())
      if (versionId !== undefined) this.versionIds[this.keys.length + index] = versionId;
    this.keys.append(keys, ends);
    this.#sizes.append(sizes);
    this.#times.append(times);
    for (const size of sizes) this.bytes += size;
  }

  /** The whole key of an object, or the prefix of a folder. */
  keyOf(row: Row): string {
    return isFolder(row) ? (this.folders[~row] ?? '') : this.keys.at(row);
  }

  /** The row's own name, without the folder's closing `/`. Empty for a folder's placeholder, and for `//`. */
  nameOf(row: Row): string {
    const key = this.keyOf(row);
    return key.slice(this.nameStart, isFolder(row) ? -1 : undefined);
  }

  sizeOf(row: Row): number {
    return isFolder(row) ? 0 : (this.#sizes.values[row] ?? 0);
  }

  /** When an object was modified, in milliseconds since 1970. */
  timeOf(row: Row): number | undefined {
    return isFolder(row) ? undefined : this.#times.values[row];
  }

  typeNameOf(row: Row): string {
    return isFolder(row) ? 'Folder' : typeOf(this.keys.at(row));
  }

  /** The row of a key or of a folder's prefix, if it was listed. */
  find(key: string): Row | undefined {
    const folder = this.folders.indexOf(key);
    if (folder !== -1) return folderRow(folder);
    const index = this.keys.indexOf(key);
    return index === -1 ? undefined : index;
  }
}
