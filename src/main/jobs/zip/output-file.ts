import { open, type FileHandle } from 'node:fs/promises';
import { diskError } from '#storage/disk-errors.ts';

const BUFFER_BYTES = 1024 * 1024;
/** What is at least this long is written from where it lies instead of being copied to the buffer. */
const DIRECT_BYTES = 128 * 1024;

/**
 * A new file that grows at its end through one buffer, and whose written bytes can be replaced or taken back.
 * One caller at a time. Every method throws a StorageError of a `disk-*` kind that names the path.
 */
export class OutputFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Bytes in the file; those in the buffer follow. */
  #written = 0;
  #buffered = 0;
  #isClosed = false;

  /** Takes over a file that was opened for reading and writing, and is empty. */
  constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Creates `path`, which must not exist. */
  static async create(path: string): Promise<OutputFile> {
    try {
      return new OutputFile(path, await open(path, 'wx+'));
    } catch (error) {
      throw diskError(error, { operation: 'create', path });
    }
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#written + this.#buffered;
  }

  /** Appends `bytes`, which may be used again once this is done. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#buffered + bytes.length > BUFFER_BYTES || bytes.length >= DIRECT_BYTES) await this.flush();
    if (bytes.length >= DIRECT_BYTES) {
      await this.#writeAt(bytes, this.#written);
      this.#written += bytes.length;
    } else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
  }

  /** Replaces bytes that were written before, at `offset`. */
  async replace(bytes: Uint8Array, offset: number): Promise<void> {
    const inFile = Math.min(bytes.length, Math.max(0, this.#written - offset));
    if (inFile > 0) await this.#writeAt(bytes.subarray(0, inFile), offset);
    if (inFile < bytes.length) this.#buffer.set(bytes.subarray(inFile), Math.max(0, offset - this.#written));
  }

  /** Takes back everything from `offset` on. */
  async rewind(offset: number): Promise<void> {
    if (offset >= this.#written) {
      this.#buffered = offset - this.#written;
      return;
    }
    this.#buffered = 0;
    this.#written = offset;
    await this.#attempt(() => this.#file.truncate(offset));
  }

  async flush(): Promise<void> {
    if (this.#buffered === 0) return;
    await this.#writeAt(this.#buffer.subarray(0, this.#buffered), this.#written);
    this.#written += this.#buffered;
    this.#buffered = 0;
  }

  /** Writes everything out, to the disk itself, and gives the file's length as the file system tells it. */
  async sync(): Promise<number> {
    await this.flush();
    return this.#attempt(async () => {
      await this.#file.sync();
      return (await this.#file.stat()).size;
    });
  }

  /** `length` bytes from `offset` on; fewer at the end of the file. What is in the buffer is not read. */
  async read(offset: number, length: number): Promise<Buffer> {
    return this.#attempt(async () => {
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  }

  /** Closes the file as it is. Closing twice is no error. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#attempt(() => this.#file.close());
  }

  async #writeAt(bytes: Uint8Array, offset: number): Promise<void> {
    await this.#attempt(async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    });
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw diskError(error, { operation: 'write', path: this.path });
    }
  }
}
