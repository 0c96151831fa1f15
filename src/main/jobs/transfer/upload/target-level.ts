import { listPages } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import type { Existing } from '../existing.ts';

/** For more files of one folder than that its level is listed, if a page of the listing holds it. */
const FEW = 2;
/** For more than that it is listed up to so many pages, and beyond that its files are asked for one by one. */
const MANY = 16;
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
  /** Whether a page of it was not enough. */
  #isLong = false;

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
      this.#isLong = false;
    }
    if (this.#known === undefined) await this.#look(level);
    if (this.#known === undefined) return 'unknown';
    return this.#known === 'unknown' ? 'unknown' : this.#known.get(key);
  }

  /** Lists what is worth it by now. */
  async #look(level: string): Promise<void> {
    const asked = ++this.#asked;
    if (asked <= FEW || (this.#isLong && asked <= MANY)) return;
    const known = await this.#list(level, asked > MANY ? PAGES : 1);
    this.#isLong = known === 'unknown';
    if (known !== 'unknown' || asked > MANY) this.#known = known;
  }

  async #list(prefix: string, most: number): Promise<Map<string, Existing> | 'unknown'> {
    const known = new Map<string, Existing>();
    let pages = 0;
    const input = { bucket: this.#bucket, prefix, delimiter: '/' };
    for await (const { objects } of listPages(this.#storage, input, { signal: this.#signal })) {
      if (++pages > most) return 'unknown';
      for (const { key, size, etag, modifiedAt } of objects)
        known.set(key, { size, etag, modifiedMs: modifiedAt.getTime() });
    }
    return known;
  }
}
