import type { CountResult, FolderTotal } from '#shared/job-results.ts';
import type { ListedObject } from '#shared/objects.ts';
import { isPlaceholder } from '../selection.ts';
import { Top } from './top.ts';

const LARGEST_SHOWN = 100;
/** One of the 200 rows is for the objects that lie in none of the folders. */
const FOLDERS_SHOWN = 199;

/**
 * Adds up a listing. Relies on its order: keys come sorted, so that all keys of a folder follow each other, and a
 * folder is new exactly when the key before was not in it. So memory is that of one key and of what is shown, however
 * many objects and folders there are.
 */
export class Census {
  files = 0;
  bytes = 0;
  #folders = 0;
  #before = { prefix: '', key: '' };
  #first: { prefix: string; key: string } | undefined;
  readonly #splitByPrefix: boolean;
  readonly #direct: FolderTotal = { prefix: '', files: 0, bytes: 0 };
  /** The first row and the last: they may go on in what is joined to this census. */
  #head: FolderTotal | undefined;
  #row: FolderTotal | undefined;
  readonly #rows = new Top<FolderTotal>(
    FOLDERS_SHOWN,
    (a, b) => b.bytes - a.bytes || order(a.prefix, b.prefix),
  );
  readonly #others = { folders: 0, files: 0, bytes: 0 };
  readonly #largest = new Top<{ key: string; size: number }>(
    LARGEST_SHOWN,
    (a, b) => b.size - a.size || order(a.key, b.key),
  );

  /** @param splitByPrefix true makes each prefix that is counted a row; else its next level of folders are the rows. */
  constructor(splitByPrefix: boolean) {
    this.#splitByPrefix = splitByPrefix;
  }

  /** Adds an object that was found under `prefix`. Those of one prefix come together, in the listing's order. */
  add(object: ListedObject, prefix: string): void {
    const { key, size } = object;
    this.#folders += this.#newFolders(prefix, key);
    const row = this.#rowOf(prefix, key);
    if (isPlaceholder(object)) return;
    this.#addTo(row, object);
    this.files++;
    this.bytes += size;
  }

  /** Adds an object that was chosen by itself. */
  addChosen(object: ListedObject): void {
    if (isPlaceholder(object)) return;
    this.#addTo(this.#direct, object);
    this.files++;
    this.bytes += object.size;
  }

  /**
   * Joins the census of what comes right after all of this one, as if that had been added here. The other one stays as
   * it is.
   */
  absorb(other: Census): void {
    const first = other.#first;
    if (first !== undefined) {
      this.#folders -= this.#sharedFolders(first);
      this.#first ??= first;
      this.#before = other.#before;
    }
    this.#folders += other.#folders;
    this.files += other.files;
    this.bytes += other.bytes;
    addTo(this.#direct, other.#direct);
    for (const object of other.#largest.values()) this.#largest.push(object);
    this.#others.folders += other.#others.folders;
    addTo(this.#others, other.#others);
    const head = other.#head;
    if (head === undefined) return;
    if (this.#row?.prefix === head.prefix) addTo(this.#row, head);
    else this.#begin({ ...head });
    for (const row of other.#rows.values()) this.#close({ ...row });
    const last = other.#row;
    if (last !== undefined && last !== head) this.#begin({ ...last });
  }

  /** Adds folders that the server named (a listing of one level). */
  addFolders(count: number): void {
    this.#folders += count;
  }

  result(): CountResult {
    const ends = [this.#head, this.#row === this.#head ? undefined : this.#row];
    const rows = [...this.#rows.values(), ...ends.filter((row) => row !== undefined)];
    rows.sort((a, b) => b.bytes - a.bytes || order(a.prefix, b.prefix));
    const shown = rows.slice(0, FOLDERS_SHOWN);
    const left = rows.slice(FOLDERS_SHOWN);
    const byFolder = (this.#direct.files > 0 ? [...shown, this.#direct] : shown).map((row) => ({ ...row }));
    byFolder.sort((a, b) => b.bytes - a.bytes || order(a.prefix, b.prefix));
    const otherFolders = { ...this.#others };
    for (const row of left) addRow(otherFolders, row);
    const { files, bytes } = this;
    return { files, folders: this.#folders, bytes, largest: this.#largest.sorted(), byFolder, otherFolders };
  }

  #addTo(row: FolderTotal, { key, size }: ListedObject): void {
    row.files++;
    row.bytes += size;
    // The key may be a part of its page's text, which is not to be kept.
    if (this.#largest.takes({ key, size })) this.#largest.push({ key: copyOf(key), size });
  }

  /** Folders of `key` under `prefix` that the key before was not in. */
  #newFolders(prefix: string, key: string): number {
    const before = this.#before.prefix === prefix ? this.#before.key : '';
    this.#before = { prefix, key };
    this.#first ??= { prefix, key: copyOf(key) };
    let folders = 0;
    const from = commonLength(key, before, prefix.length);
    for (let at = key.indexOf('/', from); at !== -1; at = key.indexOf('/', at + 1)) folders++;
    return folders;
  }

  /** Folders of a key that comes next which the last one was in, too. */
  #sharedFolders({ prefix, key }: { prefix: string; key: string }): number {
    if (this.#first === undefined || this.#before.prefix !== prefix) return 0;
    const end = commonLength(key, this.#before.key, prefix.length);
    let folders = 0;
    for (let at = key.indexOf('/', prefix.length); at !== -1 && at < end; at = key.indexOf('/', at + 1))
      folders++;
    return folders;
  }

  #rowOf(prefix: string, key: string): FolderTotal {
    const slash = key.indexOf('/', prefix.length);
    if (!this.#splitByPrefix && slash === -1) return this.#direct;
    const row = this.#row;
    if (row !== undefined && (this.#splitByPrefix ? row.prefix === prefix : isRow(row.prefix, key, slash)))
      return row;
    const name = this.#splitByPrefix ? prefix : copyOf(key.slice(0, slash + 1));
    return this.#begin({ prefix: name, files: 0, bytes: 0 });
  }

  /** The row before is complete, unless it is the first one. */
  #begin(row: FolderTotal): FolderTotal {
    if (this.#head === undefined) this.#head = row;
    else if (this.#row !== undefined && this.#row !== this.#head) this.#close(this.#row);
    this.#row = row;
    return row;
  }

  #close(row: FolderTotal): void {
    const dropped = this.#rows.push(row);
    if (dropped !== undefined) addRow(this.#others, dropped);
  }
}

/** Of the same key up to the same slash. */
function isRow(name: string, key: string, slash: number): boolean {
  return name.length === slash + 1 && key.startsWith(name);
}

function commonLength(a: string, b: string, from: number): number {
  let same = from;
  while (same < a.length && same < b.length && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  return same;
}

/** The same text in memory of its own. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function addTo(total: { files: number; bytes: number }, row: { files: number; bytes: number }): void {
  total.files += row.files;
  total.bytes += row.bytes;
}

function addRow(total: { folders: number; files: number; bytes: number }, row: FolderTotal): void {
  total.folders++;
  total.files += row.files;
  total.bytes += row.bytes;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
