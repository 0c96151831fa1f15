import { listPages } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import type { Existing } from '../existing.ts';

/** Files of one folder up to this many are asked for one by one; for more, the level is listed. */
const ASKED = 16;
/** A level of the target is listed up to so many pages, and beyond that its files are asked for one by one. */
const PAGES = 20;

/**
 * What the target has, level by level, as a walk comes by: a listing for a folder with many files instead of a request for
 * each. Holds one level at a time.
 */
export class TargetLevels {
  readonly #storage: Storage;
  readonly #bucket: string;
  readonly #signal: AbortSignal;
  #level: string | undefined;
  #asked = 0;
  #known: Map<string, Existing> | 'unknown' | undefined;

  constructor(storage: Storage, bucket: string, signal: AbortSignal) {
    this.#storage = storage;
    this.#bucket = bucket;
    this.#signal = signal;
  }

  /** What has this key; `unknown` when it is to be asked for by itself. @throws StorageError */
  async find(key: string): Promise<Existing | undefined | 'unknown'> {
    const level = key.slice(0, key.lastIndexOf('/', key.length - 2) + 1);
    if (level !== this.#level) {
      this.#level = level;
      this.#asked = 0;
      this.#known = undefined;
    }
    if (this.#known === undefined && ++this.#asked <= ASKED) return 'unknown';
    this.#known ??= await this.#list(level);
    return this.#known === 'unknown' ? 'unknown' : this.#known.get(key);
  }

  async #list(prefix: string): Promise<Map<string, Existing> | 'unknown'> {
    const known = new Map<string, Existing>();
    let pages = 0;
    const input = { bucket: this.#bucket, prefix, delimiter: '/' };
    for await (const { objects } of listPages(this.#storage, input, { signal: this.#signal })) {
      if (++pages > PAGES) return 'unknown';
      for (const { key, size, etag, modifiedAt } of objects)
        known.set(key, { size, etag, modifiedMs: modifiedAt.getTime() });
    }
    return known;
  }
}
