import { isFolder, folderRow, type Level, type Row } from './level.ts';
import { NameFilter } from './name-filter.ts';
import { pacer } from './pacer.ts';
import { RowList } from './row-list.ts';
import { byName, orderOf, sortInSteps, sortRun, type Rows, type Sort } from './row-order.ts';

export { byName, type Sort, type SortColumn } from './row-order.ts';

/** Rows that are looked at between two rests: well under a millisecond of work. */
const RUN = 4_096;

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
  readonly #filter: NameFilter | undefined;
  #foldersSeen = 0;
  #objectsSeen = 0;

  constructor(level: Level, filter = '', sort = byName) {
    this.level = level;
    this.filter = filter;
    this.sort = sort;
    this.#filter = filter === '' ? undefined : new NameFilter(filter);
  }

  get length(): number {
    return this.#folders.length + this.#objects.length;
  }

  get folderCount(): number {
    return this.#folders.length;
  }

  /** How many of the level's objects it has not taken in yet. */
  get behind(): number {
    return this.level.keys.length - this.#objectsSeen;
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
    const index = list.indexOf(row);
    if (index === -1) return -1;
    const backwards = this.sort.descending && (!isFolder(row) || this.sort.column === 'name');
    return (isFolder(row) ? 0 : this.#folders.length) + (backwards ? list.length - 1 - index : index);
  }

  /** Takes in what was appended to the level since the last time. Quick for a page or a few; see `build`. */
  catchUp(): void {
    const { level } = this;
    this.#takeFolders();
    const count = level.keys.length;
    if (this.sort.column === 'name') this.#takeObjects(this.#objects, this.#objectsSeen, count);
    else {
      const added = new RowList();
      this.#takeObjects(added, this.#objectsSeen, count);
      if (this.sort.column === 'type') level.types.fill(level.keys, count);
      const before = orderOf(level, this.sort.column);
      this.#objects.merge(sortRun(added.rows.slice(0, added.length), before), before);
    }
    this.#objectsSeen = count;
  }

  /** Takes in a whole level, in slices that leave the window responsive. Throws the signal's reason on abort. */
  async build(signal: AbortSignal): Promise<void> {
    const rest = pacer(signal);
    for (const _ of this.steps()) await rest();
  }

  /**
   * Takes in a whole level in steps of at most a millisecond or so. By name, what it has found shows meanwhile; by another
   * column, once it is through.
   *
   * @param sorted shows the same level in the same order without a filter: what saves sorting anew
   */
  *steps(sorted?: View): Generator<void, void> {
    const { level } = this;
    const { column } = this.sort;
    const count = sorted === undefined || column === 'name' ? level.keys.length : sorted.#objectsSeen;
    this.#takeFolders();
    const found = column === 'name' ? this.#objects : new RowList();
    for (let from = 0; from < count; from += RUN) {
      yield;
      const to = Math.min(count, from + RUN);
      this.#takeObjects(found, from, to);
      if (column === 'name') this.#objectsSeen = to;
    }
    if (column !== 'name') {
      const rows = found.rows.slice(0, found.length);
      if (sorted !== undefined) this.#objects.set(yield* inOrderOf(sorted.#objects, rows, count));
      else {
        for (let to = level.types.length; column === 'type' && to < count; to += RUN) {
          yield;
          level.types.fill(level.keys, Math.min(count, to + RUN));
        }
        this.#objects.set(yield* sortInSteps(rows, orderOf(level, column)));
      }
      this.#objectsSeen = count;
    }
    this.catchUp();
  }

  /** The first position from `start` on, going round, whose name starts with what was typed; -1 when none does. */
  jump(typed: string, start: number): number {
    const { level, length } = this;
    const { keys, nameStart } = level;
    const filter = new NameFilter(typed);
    for (let step = 0; step < length; step += 1) {
      const position = (start + step) % length;
      const row = this.at(position);
      if (row === undefined) continue;
      const starts = isFolder(row)
        ? filter.starts(level.keyOf(row).slice(nameStart))
        : keys.startsWith(row, nameStart, filter);
      if (starts) return position;
    }
    return -1;
  }

  #takeFolders(): void {
    const { folders, nameStart } = this.level;
    for (let index = this.#foldersSeen; index < folders.length; index += 1) {
      const isShown = this.#filter?.isIn((folders[index] ?? '').slice(nameStart)) ?? true;
      if (isShown) this.#folders.push(folderRow(index));
    }
    this.#foldersSeen = folders.length;
  }

  #takeObjects(into: RowList, from: number, to: number): void {
    const { keys, nameStart } = this.level;
    const filter = this.#filter;
    if (filter === undefined) for (let row = from; row < to; row += 1) into.push(row);
    else keys.match(from, to, { nameStart, filter, take: (row) => into.push(row) });
  }
}

/** Some of the rows of a list, in its order. @param count all rows are below it */
function* inOrderOf(list: RowList, some: Rows, count: number): Generator<void, Rows> {
  const isWanted = new Uint8Array(count);
  for (const row of some) isWanted[row] = 1;
  const rows = new Int32Array(some.length);
  let length = 0;
  for (let index = 0; index < list.length; index += 1) {
    if (index % RUN === 0) yield;
    const row = list.rows[index] ?? 0;
    if (isWanted[row] !== 1) continue;
    rows[length] = row;
    length += 1;
  }
  return rows;
}
