import { dirname } from 'node:path';
import { onFileThread } from '../disk/file-threads.ts';

/** Folders that are remembered: objects come in the order of their keys. */
const MOST_FOLDERS = 64;

/**
 * Finds out which places of one target are free. In a folder that was empty when it was looked at first, all are taken to
 * be: what appears there later is met when a file is given its name.
 */
export class FreePlaces {
  readonly #folder: string;
  readonly #empty = new Map<string, Promise<string | undefined>>();

  /** @param folder the target */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the target really is, when nothing has the place and its folder is there, inside of it; else undefined. */
  async find(place: string): Promise<string | undefined> {
    const parent = dirname(place);
    const known = this.#empty.get(parent);
    if (known === undefined) return this.#lookFirst(parent, place);
    return (await known) ?? (await this.#look(place))?.root;
  }

  async #lookFirst(parent: string, place: string): Promise<string | undefined> {
    const looking = this.#look(place);
    this.#empty.set(
      parent,
      looking.then((found) => (found?.isFolderEmpty === true ? found.root : undefined)),
    );
    const [oldest] = this.#empty.keys();
    if (this.#empty.size > MOST_FOLDERS && oldest !== undefined) this.#empty.delete(oldest);
    const found = await looking;
    if (found === undefined) this.#empty.delete(parent); // it may be made now
    return found?.root;
  }

  async #look(place: string): Promise<{ root: string; isFolderEmpty: boolean } | undefined> {
    const found = await onFileThread({ do: 'look', folder: this.#folder, place });
    return found.is === 'free' ? found : undefined;
  }
}
