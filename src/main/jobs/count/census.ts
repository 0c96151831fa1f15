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
  readonly #splitByPrefix: boolean;
  readonly #direct: FolderTotal = { prefix: '', files: 0, bytes: 0 };
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

  /** Adds folders that the server named (a listing of one level). */
  addFolders(count: number): void {
    this.#folders += count;
  }

  result(): CountResult {
    const rows = [...this.#rows.sorted(), ...(this.#row === undefined ? [] : [this.#row])];
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
    this.#largest.push({ key, size });
  }

  /** Folders of `key` under `prefix` that the key before was not in. */
  #newFolders(prefix: string, key: string): number {
    const before = this.#before.prefix === prefix ? this.#before.key : '';
    this.#before = { prefix, key };
    let same = prefix.length;
    while (same < key.length && same < before.length && key.charCodeAt(same) === before.charCodeAt(same))
      same++;
    let folders = 0;
    for (let at = key.indexOf('/', same); at !== -1; at = key.indexOf('/', at + 1)) folders++;
    return folders;
  }

  #rowOf(prefix: string, key: string): FolderTotal {
    const slash = key.indexOf('/', prefix.length);
    if (!this.#splitByPrefix && slash === -1) return this.#direct;
    const name = this.#splitByPrefix ? prefix : key.slice(0, slash + 1);
    if (this.#row?.prefix === name) return this.#row;
    const dropped = this.#row === undefined ? undefined : this.#rows.push(this.#row);
    if (dropped !== undefined) addRow(this.#others, dropped);
    this.#row = { prefix: name, files: 0, bytes: 0 };
    return this.#row;
  }
}

function addRow(total: { folders: number; files: number; bytes: number }, row: FolderTotal): void {
  total.folders++;
  total.files += row.files;
  total.bytes += row.bytes;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
