import type { CountResult, FolderTotal } from '#shared/job-results.ts';
import { compareKeys } from '#shared/key-order.ts';
import type { ListedObject } from '#shared/objects.ts';
import type { KeyPage } from '#storage/key-page.ts';
import { isPlaceholder } from '../selection.ts';
import { Top } from './top.ts';

const SLASH = 47;
const NO_KEY = Buffer.alloc(0);
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
  #before = { prefix: '', key: NO_KEY };
  #first: { prefix: string; key: Buffer } | undefined;
  readonly #splitByPrefix: boolean;
  readonly #direct: FolderTotal = { prefix: '', files: 0, bytes: 0 };
  /** The first row and the last: they may go on in what is joined to this census. */
  #head: FolderTotal | undefined;
  #row: FolderTotal | undefined;
  readonly #rows = new Top<FolderTotal>(
    FOLDERS_SHOWN,
    (a, b) => b.bytes - a.bytes || compareKeys(a.prefix, b.prefix),
  );
  readonly #others = { folders: 0, files: 0, bytes: 0 };
  readonly #largest = new Top<{ key: string; size: number }>(
    LARGEST_SHOWN,
    (a, b) => b.size - a.size || compareKeys(a.key, b.key),
  );

  /** @param splitByPrefix true makes each prefix that is counted a row; else its next level of folders are the rows. */
  constructor(splitByPrefix: boolean) {
    this.#splitByPrefix = splitByPrefix;
  }

  /** Adds what was found under `prefix`. The pages of one prefix come together, in the listing's order. */
  add(page: KeyPage, prefix: string): void {
    const { bytes, ends, sizes, shared, count } = page;
    if (count === 0) return;
    const from = Buffer.byteLength(prefix);
    const before = this.#before.prefix === prefix ? this.#before.key : NO_KEY;
    const firstKey = bytes.subarray(0, ends[0]);
    let same = commonLength(firstKey, before);
    let slash = firstKey.indexOf(SLASH, from);
    let row = this.#rowOf(prefix, firstKey, slash);
    /** No object of this size or a lesser one that comes later in the page is among the largest. */
    let tooSmall = -1;
    let folders = 0;
    let files = 0;
    let total = 0;
    let start = 0;
    for (let index = 0; index < count; index++) {
      const end = ends[index] ?? 0;
      if (index > 0) {
        same = shared[index] ?? 0;
        const isSameRow = slash !== -1 && same > slash;
        const known = slash;
        if (!isSameRow) slash = -1;
        for (let at = start + Math.max(same, from); at < end; at++) {
          if (bytes[at] !== SLASH) continue;
          folders++;
          if (slash === -1) slash = at - start;
        }
        if (!isSameRow && (known !== -1 || slash !== -1))
          row = this.#rowOf(prefix, bytes.subarray(start, end), slash);
      } else {
        for (let at = Math.max(same, from); at < end; at++) if (bytes[at] === SLASH) folders++;
      }
      const size = sizes[index] ?? 0;
      if (size !== 0 || bytes[end - 1] !== SLASH || end === start) {
        row.files++;
        row.bytes += size;
        files++;
        total += size;
        if (size > tooSmall && !this.#keep(page.key(index) ?? '', size) && page.isSorted) tooSmall = size;
      }
      start = end;
    }
    this.files += files;
    this.bytes += total;
    this.#folders += folders;
    this.#first ??= { prefix, key: Buffer.from(firstKey) };
    this.#before = { prefix, key: Buffer.from(bytes.subarray(page.startOf(count - 1), ends[count - 1])) };
  }

  /** Adds an object that was chosen by itself. */
  addChosen(object: ListedObject): void {
    if (isPlaceholder(object)) return;
    const { key, size } = object;
    addTo(this.#direct, { files: 1, bytes: size });
    this.files++;
    this.bytes += size;
    this.#keep(key, size);
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
    rows.sort((a, b) => b.bytes - a.bytes || compareKeys(a.prefix, b.prefix));
    const shown = rows.slice(0, FOLDERS_SHOWN);
    const left = rows.slice(FOLDERS_SHOWN);
    const byFolder = (this.#direct.files > 0 ? [...shown, this.#direct] : shown).map((row) => ({ ...row }));
    byFolder.sort((a, b) => b.bytes - a.bytes || compareKeys(a.prefix, b.prefix));
    const otherFolders = { ...this.#others };
    for (const row of left) addRow(otherFolders, row);
    const { files, bytes } = this;
    return { files, folders: this.#folders, bytes, largest: this.#largest.sorted(), byFolder, otherFolders };
  }

  /** Notes an object if it is one of the largest. */
  #keep(key: string, size: number): boolean {
    const isLarge = this.#largest.takes({ key, size });
    if (isLarge) this.#largest.push({ key, size });
    return isLarge;
  }

  /** Folders of a key that comes next which the last one was in, too. */
  #sharedFolders({ prefix, key }: { prefix: string; key: Buffer }): number {
    if (this.#first === undefined || this.#before.prefix !== prefix) return 0;
    const end = commonLength(key, this.#before.key);
    let folders = 0;
    for (let at = Buffer.byteLength(prefix); at < end; at++) if (key[at] === SLASH) folders++;
    return folders;
  }

  /** @param slash the first one in the key behind the prefix, -1 for none. */
  #rowOf(prefix: string, key: Buffer, slash: number): FolderTotal {
    if (!this.#splitByPrefix && slash === -1) return this.#direct;
    const name = this.#splitByPrefix ? prefix : key.toString('utf8', 0, slash + 1);
    const row = this.#row;
    return row?.prefix === name ? row : this.#begin({ prefix: name, files: 0, bytes: 0 });
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

function commonLength(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a[same] === b[same]) same++;
  return same;
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
