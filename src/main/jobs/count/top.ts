/** Keeps the `limit` greatest of any number of values: a binary heap with the least of them on top. */
export class Top<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  readonly #heap: T[] = [];

  /** @param compare negative when `a` is the greater one, as for a sort that begins with the greatest. */
  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** Adds a value, and gives back what is not among the greatest then: a lesser one, the value itself, or nothing. */
  push(value: T): T | undefined {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(value);
      this.#rise(heap.length - 1);
      return undefined;
    }
    const least = heap[0];
    if (least === undefined || this.#compare(value, least) >= 0) return value;
    heap[0] = value;
    this.#sink(0);
    return least;
  }

  /** Whether a value would be kept, as things are. */
  takes(value: T): boolean {
    const least = this.#heap[0];
    return this.#heap.length < this.#limit || least === undefined || this.#compare(value, least) < 0;
  }

  /** Those that are kept, in no order. */
  values(): readonly T[] {
    return this.#heap;
  }

  /** The greatest first. */
  sorted(): T[] {
    return [...this.#heap].sort(this.#compare);
  }

  #rise(index: number): void {
    for (let child = index; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfLess(child, parent)) return;
      child = parent;
    }
  }

  #sink(index: number): void {
    for (let parent = index; ;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const least = this.#isLess(right, left) ? right : left;
      if (!this.#swapIfLess(least, parent)) return;
      parent = least;
    }
  }

  #isLess(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    return first !== undefined && second !== undefined && this.#compare(first, second) > 0;
  }

  #swapIfLess(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined || this.#compare(first, second) <= 0) return false;
    this.#heap[a] = second;
    this.#heap[b] = first;
    return true;
  }
}
