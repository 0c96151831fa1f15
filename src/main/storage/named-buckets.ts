import type { Bucket } from '#shared/objects.ts';
import { StorageError, isAbort } from './errors.ts';
import type { Storage } from './storage.ts';

/**
 * The same storage, whose list of buckets has those that the user named by hand, for keys that may not list all. They
 * are not asked about: what is wrong with one shows when it is opened.
 */
export function withNamedBuckets(storage: Storage, names: readonly string[]): Storage {
  return {
    ...storage,
    async listBuckets(options) {
      let listed: Bucket[] = [];
      try {
        listed = await storage.listBuckets(options);
      } catch (error) {
        if (isAbort(error, options?.signal) || !isRefusal(error)) throw error;
      }
      const known = new Set(listed.map(({ name }) => name));
      const named = [...new Set(names)].filter((name) => !known.has(name));
      const all = [...listed, ...named.map((name): Bucket => ({ name, known: 'by-hand' }))];
      return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/** The keys may not list all buckets, or the server has no such list. */
function isRefusal(error: unknown): boolean {
  return error instanceof StorageError && (error.kind === 'access-denied' || error.kind === 'not-supported');
}
