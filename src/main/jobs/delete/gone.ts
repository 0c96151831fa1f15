import { hash53 } from '../segments.ts';

/** 2 MiB: of a million keys one in five hundred that is not in it is taken for one that is. */
const BITS = 2 ** 24;
const HASHES = 4;

/**
 * Remembers what a server said was deleted, in two megabytes, whatever it was: what it has not been told it may
 * rarely know all the same, and never the other way round (B. H. Bloom, "Space/Time Trade-offs in Hash Coding with
 * Allowable Errors", 1970).
 */
export class Gone {
  readonly #bits = new Uint8Array(BITS / 8);

  /** @param id of a version or an upload; left out: the key itself. */
  add(key: string, id?: string): void {
    const bits = this.#bits;
    const { start, step } = hashesOf(key, id);
    for (let n = 0, hash = start; n < HASHES; n++, hash = (hash + step) >>> 0) {
      const bit = hash % BITS;
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  has(key: string, id?: string): boolean {
    const { start, step } = hashesOf(key, id);
    for (let n = 0, hash = start; n < HASHES; n++, hash = (hash + step) >>> 0) {
      const bit = hash % BITS;
      if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}

function hashesOf(key: string, id = ''): { start: number; step: number } {
  const hash = hash53(id, hash53(key));
  return { start: hash >>> 0, step: (hash53(key, hash) | 1) >>> 0 };
}
