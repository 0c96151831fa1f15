import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { whileBusy } from '#jobs/target-file.ts';
import { localError } from './local-error.ts';

const READ_BYTES = 1024 * 1024;

/**
 * A file under a partial name that is filled in any order, several writers at once. Errors name the file that it is to
 * become, and are StorageErrors.
 */
export class PartialFile {
  readonly path: string;
  /** Whether it was made just now: then there is nothing in it. */
  readonly isNew: boolean;
  readonly #file: FileHandle;
  readonly #target: string;

  private constructor(path: string, file: FileHandle, target: string, isNew: boolean) {
    this.path = path;
    this.isNew = isNew;
    this.#file = file;
    this.#target = target;
  }

  /** @param path must not exist */
  static async create(path: string, target: string): Promise<PartialFile> {
    try {
      return new PartialFile(path, await open(path, 'wx+'), target, true);
    } catch (error) {
      throw localError(error, target);
    }
  }

  /** Opens one that was left; undefined when it is gone, or is no plain file. */
  static async reopen(path: string, target: string): Promise<PartialFile | undefined> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
      if ((await file.stat()).isFile()) return new PartialFile(path, file, target, false);
    } catch {
      // Then it is begun anew, under another name.
    }
    await file?.close();
    return undefined;
  }

  /** For who reads it on another thread; while it is open. */
  get fd(): number {
    return this.#file.fd;
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    await this.#attempt('write', async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, at + done);
        done += bytesWritten;
      }
    });
  }

  /** Several pieces, one after another, in one go. */
  async writeAll(pieces: readonly Uint8Array[], at: number): Promise<void> {
    const { bytesWritten } = await this.#attempt('write', () => this.#file.writev(pieces, at));
    let start = 0;
    for (const piece of pieces) {
      const done = Math.max(0, bytesWritten - start);
      if (done < piece.length) await this.write(piece.subarray(done), at + start + done);
      start += piece.length;
    }
  }

  /** Bytes from the start to `end`, in pieces that are valid until the next is asked for. */
  async *read(end: number, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(READ_BYTES, end)));
    for (let at = 0; at < end;) {
      signal.throwIfAborted();
      const length = Math.min(buffer.length, end - at);
      const { bytesRead } = await this.#attempt('read', () => this.#file.read(buffer, 0, length, at));
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async stat(): Promise<{ size: number; mtimeMs: number }> {
    return this.#attempt('read', () => this.#file.stat());
  }

  async truncate(length: number): Promise<void> {
    await this.#attempt('write', () => this.#file.truncate(length));
  }

  /** Resolves when what was written is on the disk itself. */
  async sync(): Promise<void> {
    await this.#attempt('write', () => this.#file.sync());
  }

  /** Where the disk can keep it. */
  async setDate(ms: number): Promise<void> {
    await this.#file.utimes(ms / 1000, ms / 1000).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#attempt('write', () => this.#file.close());
  }

  async #attempt<T>(operation: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw diskError(error, { operation, path: this.#target });
    }
  }
}

/** Takes a partial file away; one that is gone already is no error. @throws StorageError of a `disk-*` kind */
export async function removePartial(path: string): Promise<void> {
  await whileBusy(() => unlink(path)).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR')
      throw diskError(error, { operation: 'remove', path });
  });
}
