/** Folders that the stream of names is in, the innermost last. */
export class OpenFolders<T extends { name: string }> {
  readonly #open: T[] = [];

  enter(folder: T): void {
    this.#open.push(folder);
  }

  /** Those that `name` is not in, the innermost first; all of them without a name. They are open no longer. */
  leave(name?: string): T[] {
    const left: T[] = [];
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (name?.startsWith(last.name) === true) break;
      left.push(last);
      this.#open.pop();
    }
    return left;
  }

  /** Those that are open. */
  now(): readonly T[] {
    return this.#open;
  }
}

/** Names that were left out: nothing is done with them, nor with what is below them. Asked in the order of keys. */
export class LeftOutNames {
  #names: string[] = [];

  add(name: string): void {
    this.#names.push(name);
  }

  has(name: string): boolean {
    // What begins with none of them comes after all that is below those that come before it.
    this.#names = this.#names.filter((one) => name.startsWith(one));
    return this.#names.some((one) => name === one || name.startsWith(`${one}/`));
  }
}
