import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const READ_BYTES = 256 * 1024;

/**
 * Files of bytes that never change, named by a random id (keys never become file names), in 256 folders. A file counts
 * only once the journal names its id; what a kill leaves behind before that is swept at the next start.
 */
export class Blobs {
  readonly #folder: string;
  readonly #folders = new Set<string>();
  /** How many are reading a blob. */
  readonly #pins = new Map<string, number>();
  /** Removed while somebody reads them. */
  readonly #doomed = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Blobs> {
    await mkdir(folder, { recursive: true });
    return new Blobs(folder);
  }

  async create(): Promise<BlobWriter> {
    const id = newId();
    await this.#makeFolder(id);
    return new BlobWriter(id, this.#path(id), await open(this.#path(id), 'wx'));
  }

  /** Bytes `start` to `end`, the latter not included. The blob must be pinned. */
  async *read(id: string, start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
    const file = await open(this.#path(id), 'r');
    try {
      for (let at = start; at < end;) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - at));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new RangeError('The file ends before the data does.');
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  /** A second name for the same bytes; a true copy where the file system has no links. */
  async duplicate(id: string): Promise<string> {
    const copy = newId();
    await this.#makeFolder(copy);
    await link(this.#path(id), this.#path(copy)).catch(() => copyFile(this.#path(id), this.#path(copy)));
    return copy;
  }

  /** Keeps a blob's file until `unpin`, even when it is removed meanwhile. */
  pin(id: string): void {
    this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1);
  }

  unpin(id: string): void {
    const left = (this.#pins.get(id) ?? 1) - 1;
    if (left > 0) {
      this.#pins.set(id, left);
      return;
    }
    this.#pins.delete(id);
    // What cannot be removed now is swept at the next start.
    if (this.#doomed.delete(id)) rm(this.#path(id), { force: true }).catch(() => {});
  }

  async remove(id: string): Promise<void> {
    if (this.#pins.has(id)) this.#doomed.add(id);
    else await rm(this.#path(id), { force: true });
  }

  /** Removes every file that is not in `kept`. */
  async sweep(kept: ReadonlySet<string>): Promise<void> {
    for (const folder of await readdir(this.#folder)) {
      for (const id of await readdir(join(this.#folder, folder))) {
        if (!kept.has(id)) await rm(join(this.#folder, folder, id), { recursive: true, force: true });
      }
    }
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id);
  }

  async #makeFolder(id: string): Promise<void> {
    const name = id.slice(0, 2);
    if (this.#folders.has(name)) return;
    // Not with its parents: those of a bucket that was deleted meanwhile must not come back.
    await mkdir(join(this.#folder, name)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    this.#folders.add(name);
  }
}

/** A blob being written. It ends with `finish` or `discard`. */
export class BlobWriter {
  readonly id: string;
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(id: string, path: string, file: FileHandle) {
    this.id = id;
    this.#path = path;
    this.#file = file;
  }

  async write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#file.write(bytes, done)).bytesWritten;
    }
  }

  finish(): Promise<void> {
    return this.#file.close();
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(this.#path, { force: true });
  }
}

function newId(): string {
  return randomBytes(16).toString('hex');
}
