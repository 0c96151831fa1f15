import { isFolder, type Level, type Row } from './level.ts';
import type { View } from './view.ts';

/** A growing set of small numbers: one byte each, so that a million is a megabyte. */
class Marks {
  #bytes = new Uint8Array(1024);

  has(index: number): boolean {
    return this.#bytes[index] === 1;
  }

  set(index: number, on: boolean): void {
    if (index >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(index + 1, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[index] = on ? 1 : 0;
  }

  /** The first that is set, from an index on; -1 when there is none. */
  next(from: number): number {
    return this.#bytes.indexOf(1, from);
  }

  clear(): void {
    this.#bytes.fill(0);
  }
}

/** So few are sooner looked up one by one than met on a walk through a million. */
const FEW = 8;

/**
 * The selected rows of a level, as in a file manager: a cursor that the keyboard moves, an anchor that a range
 * starts from. What is selected is what is shown: a row that the filter hides is let go (`keepShown`).
 */
export class Selection {
  readonly #level: Level;
  readonly #folders = new Marks();
  readonly #objects = new Marks();
  folders = 0;
  objects = 0;
  /** Of the selected objects. */
  bytes = 0;
  cursor: Row | undefined;
  #anchor: Row | undefined;

  constructor(level: Level) {
    this.#level = level;
  }

  get size(): number {
    return this.folders + this.objects;
  }

  has(row: Row): boolean {
    return isFolder(row) ? this.#folders.has(~row) : this.#objects.has(row);
  }

  /** Only this row. */
  replaceWith(row: Row): void {
    this.clear();
    this.#mark(row, true);
    this.cursor = row;
    this.#anchor = row;
  }

  /** This row too, or no longer. */
  toggle(row: Row): void {
    this.#mark(row, !this.has(row));
    this.cursor = row;
    this.#anchor = row;
  }

  /** This row too; the cursor stays. */
  add(row: Row): void {
    this.#mark(row, true);
  }

  /** Moves the cursor and leaves what is selected. */
  moveTo(row: Row): void {
    this.cursor = row;
  }

  /** From the anchor to this row; `add` keeps what is selected besides. */
  extendTo(row: Row, view: View, add = false): void {
    const anchor = this.#anchor ?? this.cursor ?? row;
    if (!add) this.clear();
    this.#anchor = anchor;
    const to = view.positionOf(row);
    const anchorAt = view.positionOf(anchor);
    const from = anchorAt === -1 ? to : anchorAt;
    for (let position = Math.min(from, to); position <= Math.max(from, to); position += 1) {
      const at = view.at(position);
      if (at !== undefined) this.#mark(at, true);
    }
    this.cursor = row;
  }

  /** Everything that is shown. */
  all(view: View): void {
    for (let position = 0; position < view.length; position += 1) {
      const row = view.at(position);
      if (row !== undefined) this.#mark(row, true);
    }
  }

  clear(): void {
    this.#folders.clear();
    this.#objects.clear();
    this.folders = 0;
    this.objects = 0;
    this.bytes = 0;
    this.#anchor = undefined;
  }

  /** Lets go of what the view does not show. */
  keepShown(view: View): void {
    if (this.cursor !== undefined && view.positionOf(this.cursor) === -1) this.cursor = undefined;
    if (this.#anchor !== undefined && view.positionOf(this.#anchor) === -1) this.#anchor = undefined;
    if (this.size === 0) return;
    const kept: Row[] = [];
    if (this.size <= FEW) {
      for (const row of this.rows()) if (view.positionOf(row) !== -1) kept.push(row);
    } else {
      for (let position = 0; position < view.length; position += 1) {
        const row = view.at(position);
        if (row !== undefined && this.has(row)) kept.push(row);
      }
    }
    if (kept.length === this.size) return;
    const anchor = this.#anchor;
    this.clear();
    this.#anchor = anchor;
    for (const row of kept) this.#mark(row, true);
  }

  /** The selected rows in the order of the level: folders, then objects. */
  *rows(): Generator<Row> {
    for (let index = this.#folders.next(0); index !== -1; index = this.#folders.next(index + 1)) yield ~index;
    for (let index = this.#objects.next(0); index !== -1; index = this.#objects.next(index + 1)) yield index;
  }

  #mark(row: Row, on: boolean): void {
    if (this.has(row) === on) return;
    const step = on ? 1 : -1;
    if (isFolder(row)) {
      this.#folders.set(~row, on);
      this.folders += step;
    } else {
      this.#objects.set(row, on);
      this.objects += step;
      this.bytes += step * this.#level.sizeOf(row);
    }
  }
}
