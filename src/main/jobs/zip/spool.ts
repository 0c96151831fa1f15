import { rm } from 'node:fs/promises';
import { OutputFile } from './output-file.ts';

const MEMORY_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;

/** Text or bytes that are written once and then read once: in memory while it is little, in a file at `path` beyond that. */
export class Spool {
  readonly #path: string;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #file: OutputFile | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param text bytes must not change afterwards.
   * @throws StorageError of a `disk-*` kind.
   */
  async append(text: string | Buffer): Promise<void> {
    const piece = typeof text === 'string' ? Buffer.from(text) : text;
    this.#bytes += piece.length;
    if (this.#file === undefined && this.#bytes <= MEMORY_BYTES) {
      this.#pieces.push(piece);
      return;
    }
    if (this.#file === undefined) {
      this.#file = await OutputFile.create(this.#path);
      await this.#file.write(Buffer.concat(this.#pieces));
      this.#pieces = [];
    }
    await this.#file.write(piece);
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#pieces;
    if (this.#file === undefined) return;
    await this.#file.flush();
    for (let offset = 0; offset < this.#bytes; offset += READ_BYTES)
      yield this.#file.read(offset, READ_BYTES);
  }

  /** Forgets everything; the file is gone then. */
  async dispose(): Promise<void> {
    this.#pieces = [];
    if (this.#file === undefined) return;
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
