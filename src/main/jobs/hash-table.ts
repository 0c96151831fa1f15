/** So many tables stand beside each other, so that no single growth holds up the event loop. */
const SHARDS = 64;
const FIRST_SLOTS = 16;
/** A table grows when more than this part of it is taken. */
const FULL = 0.7;

/**
 * Hashes of 53 bits (`hash53`), each with a number or without, in typed arrays: 8 or 16 bytes a slot, and no object for
 * each of them. A `Map` of as many numbers takes some 50 bytes each, and copies all of them at once when it grows.
 */
export class HashTable {
  readonly #shards: (Shard | undefined)[] = Array.from({ length: SHARDS });
  readonly #hasValues: boolean;
  #size = 0;

  /** @param options.values false when it is only kept which hashes there are. */
  constructor({ values }: { values: boolean }) {
    this.#hasValues = values;
  }

  get size(): number {
    return this.#size;
  }

  has(hash: number): boolean {
    return this.#shards[shardOf(hash)]?.find(hash) ?? false;
  }

  /** The number kept with `hash`; undefined when it is not there, or has none. */
  get(hash: number): number | undefined {
    return this.#shards[shardOf(hash)]?.get(hash);
  }

  /** Keeps `hash`, with `value` in place of the one before. */
  set(hash: number, value = 0): void {
    const index = shardOf(hash);
    const shard = (this.#shards[index] ??= new Shard(this.#hasValues));
    if (shard.set(hash, value)) this.#size++;
  }
}

/** The upper bits choose the table, the lower ones the slot in it. */
function shardOf(hash: number): number {
  return Math.floor(hash / 0x1_0000_0000) % SHARDS;
}

/** Open addressing with linear probing. A slot holds the hash and one, so that 0 is free. */
class Shard {
  #hashes = new Float64Array(FIRST_SLOTS);
  #values: Float64Array | undefined;
  #taken = 0;

  constructor(hasValues: boolean) {
    this.#values = hasValues ? new Float64Array(FIRST_SLOTS) : undefined;
  }

  find(hash: number): boolean {
    return this.#hashes[this.#slot(hash)] !== 0;
  }

  get(hash: number): number | undefined {
    const slot = this.#slot(hash);
    return this.#hashes[slot] === 0 ? undefined : this.#values?.[slot];
  }

  /** True when the hash is new. */
  set(hash: number, value: number): boolean {
    let slot = this.#slot(hash);
    const isNew = this.#hashes[slot] === 0;
    if (isNew && this.#taken + 1 > this.#hashes.length * FULL) {
      this.#grow();
      slot = this.#slot(hash);
    }
    if (isNew) this.#taken++;
    this.#hashes[slot] = hash + 1;
    if (this.#values !== undefined) this.#values[slot] = value;
    return isNew;
  }

  /** Where the hash is, or would be. */
  #slot(hash: number): number {
    const hashes = this.#hashes;
    const last = hashes.length - 1;
    let slot = (hash >>> 0) & last;
    while (hashes[slot] !== 0 && hashes[slot] !== hash + 1) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#hashes = new Float64Array(hashes.length * 2);
    if (values !== undefined) this.#values = new Float64Array(hashes.length * 2);
    for (const [from, kept] of hashes.entries()) {
      if (kept === 0) continue;
      const slot = this.#slot(kept - 1);
      this.#hashes[slot] = kept;
      if (this.#values !== undefined && values !== undefined) this.#values[slot] = values[from] ?? 0;
    }
  }
}
