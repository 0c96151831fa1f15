import { isFolder, folderRow, type Level, type Row } from './level.ts';
import { pacer } from './pacer.ts';

export type SortColumn = 'name' | 'size' | 'modified' | 'type';
export interface Sort {
  column: SortColumn;
  descending: boolean;
}

/** Row numbers. */
type Rows = Int32Array<ArrayBuffer>;

export const byName: Sort = { column: 'name', descending: false };

/** A list of rows that grows by doubling. */
class RowList {
  rows: Rows = new Int32Array(1024);
  length = 0;

  set(rows: Rows): void {
    this.rows = rows;
    this.length = rows.length;
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

  #reserve(length: number): void {
    if (length <= this.rows.length) return;
    const grown = new Int32Array(Math.max(length, this.rows.length * 2));
    grown.set(this.rows.subarray(0, this.length));
    this.rows = grown;
  }
}

/** Whether one object's row comes before another's, ascending. Total: rows that are equal keep the server's order. */
type Order = (a: Row, b: Row) => boolean;

function orderOf(level: Level, column: Exclude<SortColumn, 'name'>): Order {
  if (column === 'type') {
    const { types, typeNames } = level;
    const collator = new Intl.Collator();
    const rank: number[] = [];
    typeNames
      .map((name, id) => ({ name, id }))
      .sort((a, b) => collator.compare(a.name, b.name))
      .forEach(({ id }, place) => (rank[id] = place));
    const rankOf = (row: Row) => rank[types[row] ?? 0] ?? 0;
    return (a, b) => rankOf(a) < rankOf(b) || (rankOf(a) === rankOf(b) && a < b);
  }
  const values = column === 'size' ? level.sizes : level.times;
  return (a, b) => {
    const x = values[a] ?? 0;
    const y = values[b] ?? 0;
    return x < y || (x === y && a < b);
  };
}

const SORT_RUN = 16_384;
const FILTER_RUN = 4_096;

/**
 * What is shown of a level and in which order: folders first, then objects. Rows are kept ascending and read
 * backwards for a descending sort. By name is the server's own order, so it costs nothing and a page that arrives
 * later only ever goes to the end; the other columns merge it in.
 */
export class View {
  readonly level: Level;
  readonly filter: string;
  readonly sort: Sort;
  readonly #folders = new RowList();
  readonly #objects = new RowList();
  readonly #pattern: RegExp | undefined;
  #foldersSeen = 0;
  #objectsSeen = 0;

  constructor(level: Level, filter = '', sort = byName) {
    this.level = level;
    this.filter = filter;
    this.sort = sort;
    this.#pattern = filterPattern(filter);
  }

  get length(): number {
    return this.#folders.length + this.#objects.length;
  }

  get folderCount(): number {
    return this.#folders.length;
  }

  /** The row at a position from the top. */
  at(position: number): Row | undefined {
    if (position < 0 || position >= this.length) return undefined;
    const { length } = this.#folders;
    const backwards = this.sort.descending;
    if (position < length) {
      const folders = this.#folders.rows;
      return folders[backwards && this.sort.column === 'name' ? length - 1 - position : position];
    }
    const index = position - length;
    return this.#objects.rows[backwards ? this.#objects.length - 1 - index : index];
  }

  /** Where a row is shown, or -1. */
  positionOf(row: Row): number {
    const list = isFolder(row) ? this.#folders : this.#objects;
    const index = list.rows.subarray(0, list.length).indexOf(row);
    if (index === -1) return -1;
    const backwards = this.sort.descending && (!isFolder(row) || this.sort.column === 'name');
    return (isFolder(row) ? 0 : this.#folders.length) + (backwards ? list.length - 1 - index : index);
  }

  /** Takes in what was appended to the level since the last time. Quick for a page or a few; see `build`. */
  catchUp(): void {
    const { level } = this;
    const folders = this.#matching(this.#foldersSeen, level.folders.length, folderRow);
    this.#foldersSeen = level.folders.length;
    this.#folders.append(folders);
    const objects = this.#matching(this.#objectsSeen, level.keys.length, (index) => index);
    this.#objectsSeen = level.keys.length;
    if (this.sort.column === 'name') this.#objects.append(objects);
    else {
      const before = orderOf(level, this.sort.column);
      this.#objects.merge(sortRun(objects, before), before);
    }
  }

  /** Takes in a whole level, in slices that leave the window responsive. Throws the signal's reason on abort. */
  async build(signal: AbortSignal): Promise<void> {
    const rest = pacer(signal);
    const { level } = this;
    const count = level.keys.length;
    const found = new RowList();
    for (let from = 0; from < count; from += FILTER_RUN) {
      await rest();
      found.append(this.#matching(from, Math.min(count, from + FILTER_RUN), (index) => index));
    }
    this.#objectsSeen = count;
    const rows = found.rows.slice(0, found.length);
    this.#objects.set(
      this.sort.column === 'name' ? rows : await sortPaced(rows, orderOf(level, this.sort.column), rest),
    );
    this.catchUp();
  }

  /** The first position from `start` on, going round, whose name starts with what was typed; -1 when none does. */
  jump(typed: string, start: number): number {
    const { level, length } = this;
    const pattern = new RegExp(escape(typed), 'iuy');
    for (let step = 0; step < length; step += 1) {
      const position = (start + step) % length;
      const row = this.at(position);
      if (row === undefined) continue;
      pattern.lastIndex = level.nameStart;
      if (pattern.test(level.keyOf(row))) return position;
    }
    return -1;
  }

  #matching(from: number, to: number, rowOf: (index: number) => Row): Rows {
    const rows = new Int32Array(to - from);
    const pattern = this.#pattern;
    let length = 0;
    for (let index = from; index < to; index += 1) {
      const row = rowOf(index);
      if (pattern !== undefined) {
        pattern.lastIndex = this.level.nameStart;
        if (!pattern.test(this.level.keyOf(row))) continue;
      }
      rows[length] = row;
      length += 1;
    }
    return rows.subarray(0, length);
  }
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\\-/g, '\\x2d');

/** Matches a name that has the text in it, in either case and however its accents are spelled. */
function filterPattern(filter: string): RegExp | undefined {
  if (filter === '') return undefined;
  const spellings = new Set([filter, filter.normalize('NFC'), filter.normalize('NFD')]);
  return new RegExp([...spellings].map(escape).join('|'), 'giu');
}

function sortRun(rows: Rows, before: Order): Rows {
  return rows.sort((a, b) => (before(a, b) ? -1 : 1));
}

/** Merge sort, bottom up, in slices. */
async function sortPaced(rows: Rows, before: Order, rest: () => Promise<void>): Promise<Rows> {
  for (let from = 0; from < rows.length; from += SORT_RUN) {
    await rest();
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
        if ((to & 0xfff) === 0) await rest();
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
