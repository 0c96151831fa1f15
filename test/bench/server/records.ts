import type { Bodies } from './bodies.ts';
import type { Keys } from './keys.ts';
import { keyText } from './xml.ts';

/** Records of one buffer: a million are about 230 MB. */
const PER_CHUNK = 2 ** 16;
const MOST_BYTES = 600;

/** The `<Contents>` of every key, written once, so that a page is nothing but a part of them. */
export class Records {
  readonly #chunks: Buffer[] = [];
  /** Where each record begins in its chunk. */
  readonly #starts: Uint32Array;
  readonly #count: number;

  constructor(keys: Keys, bodies: Bodies, isEncoded: boolean) {
    this.#count = keys.count;
    this.#starts = new Uint32Array(keys.count);
    const scratch = Buffer.alloc(Math.min(PER_CHUNK, keys.count) * MOST_BYTES);
    for (let first = 0; first < keys.count; first += PER_CHUNK) {
      let at = 0;
      const end = Math.min(first + PER_CHUNK, keys.count);
      for (let index = first; index < end; index++) {
        this.#starts[index] = at;
        at += scratch.write(record(keys.at(index), index, bodies, isEncoded), at);
      }
      this.#chunks.push(Buffer.from(scratch.subarray(0, at)));
    }
  }

  /** The records of the places from `start` on and before `end`. */
  between(start: number, end: number): Buffer[] {
    const pieces: Buffer[] = [];
    for (let at = start; at < end;) {
      const number = Math.floor(at / PER_CHUNK);
      const last = Math.min(end, (number + 1) * PER_CHUNK);
      const isWhole = last === (number + 1) * PER_CHUNK || last === this.#count;
      const chunk = this.#chunks[number];
      if (chunk === undefined) throw new RangeError(`There are ${this.#count} records, not ${end}.`);
      pieces.push(chunk.subarray(this.#starts[at], isWhole ? chunk.length : this.#starts[last]));
      at = last;
    }
    return pieces;
  }
}

function record(key: string, index: number, bodies: Bodies, isEncoded: boolean): string {
  return (
    `<Contents><Key>${keyText(key, isEncoded)}</Key><LastModified>${bodies.modifiedAt(index).toISOString()}</LastModified>` +
    `<ETag>&quot;${bodies.etag(index)}&quot;</ETag><Size>${bodies.size(index)}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  );
}
