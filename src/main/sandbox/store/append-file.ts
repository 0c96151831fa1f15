import { open, type FileHandle } from 'node:fs/promises';

interface Batch {
  chunks: Buffer[];
  written: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface AppendFileOptions {
  /** Where the next byte goes; what lies behind is overwritten. */
  size: number;
  /**
   * What becomes of bytes that could not be written (a full disk). `retry`: they stay first in line and go out with the
   * next append, so that the file never lacks what came before. `drop`: a hole stays where they would be.
   */
  onFailure: 'retry' | 'drop';
}

/**
 * A file that only grows. Appends that arrive while one is being written go out together in the next write.
 *
 * When `append` has resolved, the bytes are with the operating system: they survive a kill of this process at any
 * moment, but not a loss of power (nothing is fsynced, which would cost a disk flush per object).
 */
export class AppendFile {
  readonly #file: FileHandle;
  readonly #onFailure: 'retry' | 'drop';
  /** Where the next appended byte will lie. */
  #size: number;
  /** Where the next written byte goes. */
  #writtenSize: number;
  #pending: Batch | undefined;
  #flushing: Promise<void> | undefined;

  private constructor(file: FileHandle, options: AppendFileOptions) {
    this.#file = file;
    this.#onFailure = options.onFailure;
    this.#size = options.size;
    this.#writtenSize = options.size;
  }

  /** @throws what the operating system says when the file cannot be made or opened. */
  static async open(path: string, options: AppendFileOptions): Promise<AppendFile> {
    // Not the flag 'a': with it Linux ignores positions.
    const file = await open(path, 'r+').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return open(path, 'wx+');
      throw error;
    });
    return new AppendFile(file, options);
  }

  get size(): number {
    return this.#size;
  }

  /** The offset is settled at once, in the order of calls; `written` resolves when the bytes are in the file. */
  append(bytes: Buffer): { offset: number; written: Promise<void> } {
    const offset = this.#size;
    this.#size += bytes.length;
    const batch = (this.#pending ??= newBatch());
    batch.chunks.push(bytes);
    this.#flushing ??= this.#flush();
    return { offset, written: batch.written };
  }

  /** @throws RangeError when the file ends before `length` bytes are read. */
  async read(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#file.read(buffer, done, length - done, offset + done);
      if (bytesRead === 0) throw new RangeError('The file ends before the data does.');
      done += bytesRead;
    }
    return buffer;
  }

  /** Waits for what is under way, and tries once more what could not be written. */
  async close(): Promise<void> {
    if (this.#pending !== undefined) this.#flushing ??= this.#flush();
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    await Promise.resolve();
    while (this.#pending !== undefined) {
      const batch = this.#pending;
      this.#pending = undefined;
      const bytes = batch.chunks.length === 1 ? batch.chunks[0] : undefined;
      if (!(await this.#write(batch, bytes ?? Buffer.concat(batch.chunks)))) break;
    }
    this.#flushing = undefined;
  }

  async #write(batch: Batch, bytes: Buffer): Promise<boolean> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(
          bytes,
          done,
          bytes.length - done,
          this.#writtenSize + done,
        );
        done += bytesWritten;
      }
      this.#writtenSize += bytes.length;
      batch.resolve();
      return true;
    } catch (error) {
      batch.reject(error);
      if (this.#onFailure === 'drop') {
        this.#writtenSize += bytes.length;
        return true;
      }
      // Whoever waits in the next batch waits for this one's bytes too, and fails with it: the disk is the same.
      const next = this.#pending;
      next?.reject(error);
      this.#pending = undefined;
      this.#carry([...batch.chunks, ...(next?.chunks ?? [])]);
      return false;
    }
  }

  #carry(chunks: Buffer[]): void {
    this.#pending = newBatch();
    this.#pending.chunks.push(...chunks);
  }
}

function newBatch(): Batch {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const written = new Promise<void>((onWritten, onFailed) => {
    resolve = onWritten;
    reject = onFailed;
  });
  // A carried batch may have nobody waiting for it.
  written.catch(() => {});
  return { chunks: [], written, resolve, reject };
}
