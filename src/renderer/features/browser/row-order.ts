import type { Level, Row } from './level.ts';

export type SortColumn = 'name' | 'size' | 'modified' | 'type';
export interface Sort {
  column: SortColumn;
  descending: boolean;
}

export const byName: Sort = { column: 'name', descending: false };

/** Row numbers. */
export type Rows = Int32Array<ArrayBuffer>;

/** Whether one object's row comes before another's, ascending. Total: rows that are equal keep the server's order. */
export type Order = (a: Row, b: Row) => boolean;

/** The order by a column; by `type`, of as many rows as the level has found the types of. */
export function orderOf(level: Level, column: Exclude<SortColumn, 'name'>): Order {
  if (column === 'type') {
    const rankOf = level.types.rank();
    return (a, b) => rankOf(a) < rankOf(b) || (rankOf(a) === rankOf(b) && a < b);
  }
  const values = column === 'size' ? level.sizes : level.times;
  return (a, b) => {
    const x = values[a] ?? 0;
    const y = values[b] ?? 0;
    return x < y || (x === y && a < b);
  };
}

const SORT_RUN = 4_096;

export function sortRun(rows: Rows, before: Order): Rows {
  return rows.sort((a, b) => (before(a, b) ? -1 : 1));
}

/** Merge sort, bottom up; it rests every millisecond or so. Gives the rows in order, in this memory or in other. */
export function* sortInSteps(rows: Rows, before: Order): Generator<void, Rows> {
  for (let from = 0; from < rows.length; from += SORT_RUN) {
    yield;
    sortRun(rows.subarray(from, from + SORT_RUN), before);
  }
  let source = rows;
  let target = new Int32Array(rows.length);
  for (let width = SORT_RUN; width < rows.length; width *= 2) {
    for (let from = 0; from < rows.length; from += width * 2) {
      const middle = Math.min(from + width, rows.length);
      const end = Math.min(from + width * 2, rows.length);
      let left = from;
      let right = middle;
      for (let to = from; to < end; to += 1) {
        if ((to & 0xfff) === 0) yield;
        const a = source[left] ?? 0;
        const b = source[right] ?? 0;
        const takeLeft = left < middle && (right >= end || before(a, b));
        target[to] = takeLeft ? a : b;
        if (takeLeft) left += 1;
        else right += 1;
      }
    }
    [source, target] = [target, source];
  }
  return source;
}
