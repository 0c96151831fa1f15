import { createHash } from 'node:crypto';
import { onFileThread } from '../disk/file-threads.ts';

/** A part is hashed in one go, which nothing can stop: that of a larger one would take too long. */
export const MOST_HASHED_BYTES = 64 * 2 ** 20;

/**
 * The ETag that S3 makes of an object's parts, made while they come: each is hashed when all of it was written, on another
 * thread and out of the system's cache, so that a large file need not be read once more from its start.
 */
export class PartDigests {
  readonly partBytes: number;
  readonly #fd: number;
  readonly #size: number;
  /** Bytes that are missing of each part. */
  readonly #missing: number[];
  readonly #digests: (Promise<string | undefined> | undefined)[] = [];

  /** @param fd of the file, open until `etag` or `settled` has resolved */
  constructor(fd: number, { size, partBytes }: { size: number; partBytes: number }) {
    this.#fd = fd;
    this.#size = size;
    this.partBytes = partBytes;
    this.#missing = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => this.#lengthOf(index));
  }

  /** The bytes from `start` to before `end` are in the file now; to be told once of each. */
  wrote(start: number, end: number): void {
    for (let index = Math.floor(start / this.partBytes); index * this.partBytes < end; index++) {
      const from = Math.max(start, index * this.partBytes);
      const to = Math.min(end, (index + 1) * this.partBytes);
      const missing = (this.#missing[index] ?? 0) - (to - from);
      this.#missing[index] = missing;
      if (missing === 0) this.#digests[index] = this.#hash(index);
    }
  }

  /** The ETag, when all was written; undefined when it could not be made. */
  async etag(): Promise<string | undefined> {
    const hash = createHash('md5');
    for (const digest of await this.#all()) {
      if (digest === undefined) return undefined;
      hash.update(digest, 'hex');
    }
    return `${hash.digest('hex')}-${this.#missing.length}`;
  }

  /** Resolves when the file is not read any more. */
  async settled(): Promise<void> {
    await this.#all();
  }

  #all(): Promise<(string | undefined)[]> {
    return Promise.all(this.#missing.map(async (_, index) => this.#digests[index]));
  }

  #lengthOf(index: number): number {
    return Math.min(this.partBytes, this.#size - index * this.partBytes);
  }

  async #hash(index: number): Promise<string | undefined> {
    const start = index * this.partBytes;
    const end = start + this.#lengthOf(index);
    const done = await onFileThread({ do: 'md5', fd: this.#fd, start, end });
    return done.is === 'md5' ? done.md5 : undefined;
  }
}
