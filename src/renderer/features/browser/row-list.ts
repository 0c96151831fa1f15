import type { Order, Rows } from './row-order.ts';

/** A list of rows that grows by doubling. */
export class RowList {
  rows: Rows = new Int32Array(1024);
  length = 0;

  set(rows: Rows): void {
    this.rows = rows;
    this.length = rows.length;
  }

  push(row: number): void {
    if (this.length === this.rows.length) this.#reserve(this.length + 1);
    this.rows[this.length] = row;
    this.length += 1;
  }

  append(added: Rows): void {
    this.#reserve(this.length + added.length);
    this.rows.set(added, this.length);
    this.length += added.length;
  }

  /** Merges rows in ascending order into these, in place, from the back. */
  merge(added: Rows, before: Order): void {
    this.#reserve(this.length + added.length);
    const { rows } = this;
    let from = this.length - 1;
    let next = added.length - 1;
    for (let to = from + added.length; next >= 0; to -= 1) {
      const a = rows[from] ?? 0;
      const b = added[next] ?? 0;
      if (from >= 0 && before(b, a)) {
        rows[to] = a;
        from -= 1;
      } else {
        rows[to] = b;
        next -= 1;
      }
    }
    this.length += added.length;
  }

  /** Where a row is in the list, or -1. */
  indexOf(row: number): number {
    // A list that nothing was taken out of has each row at its own place.
    if (row >= 0 && row < this.length && this.rows[row] === row) return row;
    return this.rows.subarray(0, this.length).indexOf(row);
  }

  #reserve(length: number): void {
    if (length <= this.rows.length) return;
    const grown = new Int32Array(Math.max(length, this.rows.length * 2));
    grown.set(this.rows.subarray(0, this.length));
    this.rows = grown;
  }
}
