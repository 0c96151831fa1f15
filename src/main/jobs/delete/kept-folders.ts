import type { Storage } from '#storage/storage.ts';

/** How many are named. */
const NAMED = 100;

/**
 * Whether a key is a directory of HCP's own: made for whatever is below, without bytes, listed on when all of that is
 * gone, and nothing that can be purged (rclone's "Known limitations" of HCP).
 */
export function isOwnFolder({ namespaces }: Storage, key: string): boolean {
  return namespaces !== undefined && key.endsWith('/');
}

/** Folders that stay; each counts once. */
export class KeptFolders {
  readonly #names = new Set<string>();

  add(key: string): void {
    this.#names.add(key);
  }

  has(key: string): boolean {
    return this.#names.has(key);
  }

  get summary(): { count: number; first: string[] } | undefined {
    if (this.#names.size === 0) return undefined;
    return { count: this.#names.size, first: [...this.#names].slice(0, NAMED) };
  }
}
