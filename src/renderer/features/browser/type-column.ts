import { Column } from './column.ts';
import { typeOf } from './file-type.ts';
import type { KeyTexts } from './key-texts.ts';

/** Which type each object is, found out only where rows are sorted by it. */
export class TypeColumn {
  readonly #ids = new Column();
  readonly #names: string[] = [];
  readonly #idOf = new Map<string, number>();

  /** How many rows it was found out of. */
  get length(): number {
    return this.#ids.length;
  }

  /** Finds it out of the rows before `to`. */
  fill(keys: KeyTexts, to: number): void {
    const added = new Float64Array(Math.max(0, to - this.length));
    for (let index = 0; index < added.length; index += 1) {
      const name = typeOf(keys.at(this.length + index));
      let id = this.#idOf.get(name);
      if (id === undefined) {
        id = this.#names.push(name) - 1;
        this.#idOf.set(name, id);
      }
      added[index] = id;
    }
    this.#ids.append(added);
  }

  /** A number for each row: the place of its type in the order of words. */
  rank(): (row: number) => number {
    const collator = new Intl.Collator();
    const ranks: number[] = [];
    this.#names
      .map((name, id) => ({ name, id }))
      .sort((a, b) => collator.compare(a.name, b.name))
      .forEach(({ id }, place) => (ranks[id] = place));
    const ids = this.#ids.values;
    return (row) => ranks[ids[row] ?? 0] ?? 0;
  }
}
