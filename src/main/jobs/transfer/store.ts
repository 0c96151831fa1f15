import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transferRecordSchema, type TransferRecord } from '#shared/transfer.ts';
import { diskError, systemCode } from '#storage/disk-errors.ts';

const FILE = 'transfer.json';
const DAMAGED = '.damaged';
const REMOVED = '.removed';

/**
 * The folder on this disk in which every transfer has a folder of its own, by its id, until it is dismissed: what it is
 * (this file), what it has to do and how far it is (`journal.ts`).
 */
export class TransferStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  folderOf(id: string): string {
    return join(this.#root, id);
  }

  /**
   * What was left from before, oldest first. What cannot be read is set aside under another name, never deleted.
   * @throws StorageError when the folder itself cannot be read
   */
  async list(): Promise<{ records: TransferRecord[]; damaged: string[] }> {
    const records: TransferRecord[] = [];
    const damaged: string[] = [];
    for (const name of await this.#names()) {
      if (name.endsWith(DAMAGED)) continue;
      const record = name.endsWith(REMOVED) ? undefined : await this.#read(name);
      if (record !== undefined) records.push(record);
      else if (name.endsWith(REMOVED) || (await this.#isUnbegun(name)))
        await this.#takeAway(this.folderOf(name));
      else damaged.push(await this.setAside(name));
    }
    return { records: records.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime()), damaged };
  }

  /** Keeps what a transfer is; in one step, so that there is always a whole one. @throws StorageError */
  async save(record: TransferRecord): Promise<void> {
    const folder = this.folderOf(record.id);
    const path = join(folder, FILE);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(record, undefined, 2));
      await rename(`${path}.new`, path);
    } catch (error) {
      throw diskError(error, { operation: 'write', path });
    }
  }

  /** Forgets a transfer; in one step, so that a kill leaves no half of it. @throws StorageError */
  async remove(id: string): Promise<void> {
    const folder = this.folderOf(id);
    try {
      await rename(folder, `${folder}${REMOVED}`);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw diskError(error, { operation: 'remove', path: folder });
    }
    await this.#takeAway(`${folder}${REMOVED}`);
  }

  /** Puts a transfer that cannot be read where nothing looks for it. @returns the folder's new path */
  async setAside(id: string): Promise<string> {
    const names = await this.#names();
    let number = 1;
    const nameOf = () => `${id}${number === 1 ? '' : `-${number}`}${DAMAGED}`;
    while (names.includes(nameOf())) number++;
    const target = this.folderOf(nameOf());
    await rename(this.folderOf(id), target).catch((error: unknown) => {
      throw diskError(error, { operation: 'set aside', path: this.folderOf(id) });
    });
    return target;
  }

  async #names(): Promise<string[]> {
    try {
      const entries = await readdir(this.#root, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw diskError(error, { operation: 'read', path: this.#root });
    }
  }

  /** Whether a kill came before anything of a transfer was kept. */
  async #isUnbegun(id: string): Promise<boolean> {
    const names = await readdir(this.folderOf(id)).catch(() => [FILE]);
    return names.every((name) => name === `${FILE}.new`);
  }

  async #takeAway(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw diskError(error, { operation: 'remove', path: folder });
    });
  }

  async #read(id: string): Promise<TransferRecord | undefined> {
    try {
      const parsed = transferRecordSchema.safeParse(
        JSON.parse(await readFile(join(this.#root, id, FILE), 'utf8')),
      );
      return parsed.success && parsed.data.id === id ? parsed.data : undefined;
    } catch {
      return undefined; // no file, or no JSON
    }
  }
}
