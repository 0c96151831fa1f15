import type { RawResponse } from '../http-handler.ts';
import { brokenOff } from './lean.ts';
import type { LoopShare } from './loop-share.ts';

/** Bytes that are kept for the pages to come: a page of a thousand keys has some 250,000. */
const MOST_KEPT_BYTES = 8 * 2 ** 20;
const LEAST_BYTES = 2 ** 16;

/**
 * Reads the answers that one connection has many of, one after another, in memory that is used again: made anew for each
 * page it would cost more than what is done with the page.
 */
export class PageReader {
  readonly #free: Buffer[] = [];
  #keptBytes = 0;
  readonly #share: LoopShare;

  constructor(share: LoopShare) {
    this.#share = share;
  }

  /**
   * What `scan` makes of the bytes of an answer; where that is undefined, what `retold` does. `scan` keeps none of the
   * bytes: they are written over.
   * @throws what broke the answer off; what `retold` throws
   */
  async read<Page>(
    response: RawResponse,
    scan: (bytes: Buffer) => Page | undefined,
    retold: (bytes: Buffer) => Promise<Page>,
  ): Promise<Page> {
    const { room, length } = await this.#collect(response);
    const bytes = room.subarray(0, length);
    const page = await this.#share.run(() => scan(bytes));
    if (page === undefined) return retold(bytes); // the SDK may keep them
    this.#give(room);
    return page;
  }

  #collect({ body, headers }: RawResponse): Promise<{ room: Buffer; length: number }> {
    return new Promise((resolve, reject) => {
      let room = this.#take(Number(headers['content-length'] ?? 0));
      let length = 0;
      body.on('data', (chunk: Buffer) => {
        if (length + chunk.length > room.length) {
          const longer = Buffer.allocUnsafeSlow(Math.max(2 * room.length, length + chunk.length));
          room.copy(longer, 0, 0, length);
          room = longer;
        }
        chunk.copy(room, length);
        length += chunk.length;
      });
      body.once('end', () => resolve({ room, length }));
      body.once('error', reject);
      body.once('close', () => body.readableEnded || reject(brokenOff()));
    });
  }

  /** Memory for an answer of about so many bytes. */
  #take(length: number): Buffer {
    const room = this.#free.pop();
    if (room !== undefined) this.#keptBytes -= room.length;
    if (room !== undefined && room.length >= length) return room;
    return Buffer.allocUnsafeSlow(
      Math.min(MOST_KEPT_BYTES, Math.max(LEAST_BYTES, length + (length >> 3)) || LEAST_BYTES),
    );
  }

  #give(room: Buffer): void {
    if (this.#keptBytes + room.length > MOST_KEPT_BYTES) return;
    this.#free.push(room);
    this.#keptBytes += room.length;
  }
}
