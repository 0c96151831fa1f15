import { folderRow, type Level } from './level.ts';
import type { Selection } from './selection.ts';

/** What was selected of a level, by its keys, to select it again as far as a new listing of the level still has it. */
export class KeptSelection {
  readonly #keys: Set<string>;
  readonly #cursor: string | undefined;
  #foldersSeen = 0;
  #objectsSeen = 0;

  /** @param unfound what was still looked for in this level, when it is listed anew once more */
  constructor(level: Level, selection: Selection, unfound?: KeptSelection) {
    this.#keys = new Set(unfound === undefined ? [] : unfound.#keys);
    for (const row of selection.rows()) this.#keys.add(level.keyOf(row));
    if (selection.cursor !== undefined) this.#cursor = level.keyOf(selection.cursor);
    else if (unfound !== undefined) this.#cursor = unfound.#cursor;
  }

  /**
   * Selects what is of it in the rows that the level has got since the last time.
   * @returns whether the row that the cursor stood on was among them
   */
  findIn({ folders, keys }: Level, selection: Selection): boolean {
    let found = false;
    const take = (row: number, key: string) => {
      if (this.#keys.has(key)) selection.add(row);
      if (key !== this.#cursor) return;
      selection.moveTo(row);
      found = true;
    };
    for (; this.#foldersSeen < folders.length; this.#foldersSeen += 1)
      take(folderRow(this.#foldersSeen), folders[this.#foldersSeen] ?? '');
    for (; this.#objectsSeen < keys.length; this.#objectsSeen += 1)
      take(this.#objectsSeen, keys.at(this.#objectsSeen));
    return found;
  }
}
