import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppendFile } from './append-file.ts';

/** A pack is full when it has this many bytes. */
const PACK_BYTES = 256 * 1024 * 1024;

/**
 * Small objects, one after the other in a few big files: a file each would cost three system calls and a block of disk.
 * What is removed leaves a hole, which is reclaimed when the sandbox starts (`compact.ts`).
 */
export class Packs {
  readonly #folder: string;
  readonly #files = new Map<number, Promise<AppendFile>>();
  #active: number;
  #closed = false;

  private constructor(folder: string, active: number) {
    this.#folder = folder;
    this.#active = active;
  }

  static async open(folder: string): Promise<Packs> {
    await mkdir(folder, { recursive: true });
    const numbers = await packNumbers(folder);
    return new Packs(folder, Math.max(0, ...numbers));
  }

  async append(bytes: Buffer): Promise<{ pack: number; offset: number }> {
    let pack = this.#active;
    let file = await this.#file(pack);
    while (file.size + bytes.length > PACK_BYTES && file.size > 0) {
      if (pack === this.#active) this.#active++;
      pack = this.#active;
      file = await this.#file(pack);
    }
    const { offset, written } = file.append(bytes);
    await written;
    return { pack, offset };
  }

  async read(pack: number, offset: number, length: number): Promise<Buffer> {
    return (await this.#file(pack)).read(offset, length);
  }

  /** What comes next goes into a new pack, so that the ones before can be removed. */
  startNew(): void {
    this.#active++;
  }

  /** The packs on disk, with their sizes in bytes. */
  async sizes(): Promise<Map<number, number>> {
    const sizes = new Map<number, number>();
    for (const number of await packNumbers(this.#folder)) {
      sizes.set(number, (await stat(this.#path(number))).size);
    }
    return sizes;
  }

  /** Removes the packs that are not in `kept`. */
  async sweep(kept: ReadonlySet<number>): Promise<void> {
    for (const number of await packNumbers(this.#folder)) {
      if (kept.has(number)) continue;
      const file = this.#files.get(number);
      this.#files.delete(number);
      if (file !== undefined) await (await file).close();
      await rm(this.#path(number), { force: true });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const file of this.#files.values()) await (await file).close();
    this.#files.clear();
  }

  #path(number: number): string {
    return join(this.#folder, `${String(number)}.pack`);
  }

  #file(number: number): Promise<AppendFile> {
    // Another process may have the folder by now.
    if (this.#closed) return Promise.reject(new Error('The packs are closed.'));
    let file = this.#files.get(number);
    if (file === undefined) {
      file = openPack(this.#path(number));
      this.#files.set(number, file);
      file.catch(() => this.#files.delete(number));
    }
    return file;
  }
}

async function openPack(path: string): Promise<AppendFile> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  return AppendFile.open(path, { size, onFailure: 'drop' });
}

async function packNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => (/^\d+\.pack$/.test(name) ? [parseInt(name, 10)] : []));
}
