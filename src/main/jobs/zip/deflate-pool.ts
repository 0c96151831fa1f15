import { availableParallelism } from 'node:os';
import { ThreadPool } from '#jobs/thread-pool.ts';

const WORK = `(({ crc32, deflateRawSync }) => ({ bytes, options }) => {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Uint8Array(deflateRawSync(raw, options)); // exactly so long, and free to be handed over
  return { result: { raw: bytes, data, crc32: crc32(raw) }, transfer: [bytes.buffer, data.buffer] };
})(require('node:zlib'))`;

export interface DeflateOptions {
  /** What came before, to which the bytes may refer: up to 32 KiB. */
  dictionary?: Uint8Array;
  /** zlib's constant. Default: the stream ends. */
  finishFlush?: number;
}

export interface Deflated {
  /** The bytes as they were given. */
  raw: Uint8Array;
  /** The same as a raw deflate stream (RFC 1951). */
  data: Uint8Array;
  /** Of the bytes as they were given. */
  crc32: number;
}

/**
 * Deflates on threads of its own, as many as there are cores: libuv's four are shared with files and names, however many
 * cores there are, and a stream for each call costs the event loop as much as a small object takes to fetch.
 */
export class DeflatePool {
  readonly #threads: ThreadPool<{ bytes: Uint8Array<ArrayBuffer>; options: DeflateOptions }, Deflated>;

  constructor(size = availableParallelism()) {
    this.#threads = new ThreadPool({ size, work: WORK });
  }

  /**
   * @param bytes are handed over: they must be alone in their buffer, and are empty from here on.
   * @throws Error when the thread fails, or the options are wrong.
   */
  deflate(bytes: Uint8Array<ArrayBuffer>, options: DeflateOptions = {}): Promise<Deflated> {
    return this.#threads.run({ bytes, options }, [bytes.buffer]);
  }
}

/** The pool of this process. */
export const deflatePool = new DeflatePool();
