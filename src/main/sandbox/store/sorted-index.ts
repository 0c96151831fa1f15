import { compareKeys } from '#shared/key-order.ts';

export { compareKeys };

/** A place in the index. It holds until the index is changed. */
export interface Cursor<T> {
  readonly item: T | undefined;
  next(): void;
  /** Goes to the first item whose key is not before, as in `SortedIndex.cursor`. */
  seek(isBefore: (key: string) => boolean): void;
}

const BLOCK_ITEMS = 512;

/**
 * Items in the order of their keys, one per key. A sorted list of sorted blocks: an insert shifts one block, never the
 * whole, and a search is two binary ones.
 */
export class SortedIndex<T extends { readonly key: string }> {
  #blocks: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): T | undefined {
    const item = this.#itemAt(this.#locate(key));
    return item?.key === key ? item : undefined;
  }

  /** Puts in the item that `make` makes of the one with its key, in whose place it comes. */
  set(key: string, make: (before: T | undefined) => T): void {
    const { block, at } = this.#locate(key);
    const items = this.#blocks[block];
    const before = items?.[at];
    if (items !== undefined && before?.key === key) {
      items[at] = make(before);
      return;
    }
    const item = make(undefined);
    this.#size++;
    if (items === undefined) {
      this.#append(item);
      return;
    }
    items.splice(at, 0, item);
    if (items.length > BLOCK_ITEMS) this.#blocks.splice(block + 1, 0, items.splice(BLOCK_ITEMS / 2));
  }

  delete(key: string): void {
    const { block, at } = this.#locate(key);
    const items = this.#blocks[block];
    if (items?.[at]?.key !== key) return;
    items.splice(at, 1);
    if (items.length === 0) this.#blocks.splice(block, 1);
    this.#size--;
  }

  /**
   * Stands at the first item whose key is not before, found by binary search: `isBefore` is true for some first keys in
   * the order, and false for all others.
   */
  cursor(isBefore: (key: string) => boolean): Cursor<T> {
    let place = this.#find(isBefore);
    const itemAt = () => this.#itemAt(place);
    return {
      get item() {
        return itemAt();
      },
      next: () => {
        place.at++;
        if (place.at >= (this.#blocks[place.block]?.length ?? 0)) place = { block: place.block + 1, at: 0 };
      },
      seek: (before) => {
        place = this.#find(before);
      },
    };
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const block of this.#blocks) yield* block;
  }

  /** At the very end, where a listing read in order arrives: full blocks stay full. */
  #append(item: T): void {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.length < BLOCK_ITEMS) last.push(item);
    else this.#blocks.push([item]);
  }

  /** The place of a key, or the one where it would be. */
  #locate(key: string): Place {
    const last = this.#blocks.at(-1)?.at(-1);
    // A journal that was compacted is read in order.
    if (last === undefined || compareKeys(last.key, key) < 0) return { block: this.#blocks.length, at: 0 };
    return this.#find((other) => compareKeys(other, key) < 0);
  }

  #itemAt({ block, at }: Place): T | undefined {
    return this.#blocks[block]?.[at];
  }

  /** The first place whose key is not before; behind the last block when all are. */
  #find(isBefore: (key: string) => boolean): Place {
    const block = firstIndex(this.#blocks.length, (i) => {
      const last = this.#blocks[i]?.at(-1);
      return last !== undefined && isBefore(last.key);
    });
    const items = this.#blocks[block] ?? [];
    const at = firstIndex(items.length, (i) => {
      const item = items[i];
      return item !== undefined && isBefore(item.key);
    });
    return { block, at };
  }
}

interface Place {
  block: number;
  at: number;
}

function firstIndex(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
