import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareKeys } from '#shared/key-order.ts';
import { diskError } from '#storage/disk-errors.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import { keyName, kindOf } from '../upload/walk.ts';

/** Something in a folder of this computer. Names are relative to it, with `/` between their parts; a folder's ends in `/`. */
export type LocalEntry =
  | { is: 'file'; name: string; path: string; size: number; mtimeMs: number; ino: number }
  | { is: 'folder'; name: string; path: string; isEmpty: boolean }
  /** `isUnread`: it could not be looked at, so that nobody knows what is there. */
  | { is: 'left-out'; name: string; path: string; reason: string; isUnread: boolean };

/** Files under a partial name of a download: they belong to whoever writes them. */
const PARTIAL = /^\..*\.cooper-partial$/su;

/**
 * Everything in a folder in the order of keys, each folder before what is in it. Links are left out and named. Holds the
 * names of one folder, and of those above it, at a time.
 *
 * @throws StorageError of a `disk-*` kind when the folder itself cannot be read; the signal's reason
 */
export async function* localEntries(
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<LocalEntry, void, undefined> {
  yield* entriesIn(await childrenOf(folder, signal), '', signal);
}

interface Child {
  /** The last part of the path, a folder's with a slash: in the order of keys `a.txt` comes before `a/`. */
  name: string;
  path: string;
  stats: Stats | StorageError;
}

async function childrenOf(folder: string, signal: AbortSignal): Promise<Child[]> {
  const children: Child[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      signal.throwIfAborted();
      if (PARTIAL.test(entry.name)) continue;
      const path = join(folder, entry.name);
      const stats = await lstat(path).catch((error: unknown) =>
        diskError(error, { operation: 'read', path }),
      );
      const isFolder = !(stats instanceof StorageError) && stats.isDirectory();
      children.push({ name: keyName(entry.name) + (isFolder ? '/' : ''), path, stats });
    }
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    throw diskError(error, { operation: 'read', path: folder });
  }
  return children.sort((a, b) => compareKeys(a.name, b.name));
}

async function* entriesIn(
  children: readonly Child[],
  parent: string,
  signal: AbortSignal,
): AsyncGenerator<LocalEntry, void, undefined> {
  for (const { name: own, path, stats } of children) {
    const name = parent + own;
    if (stats instanceof StorageError)
      yield { is: 'left-out', name, path, reason: stats.message, isUnread: true };
    else if (stats.isDirectory()) {
      const inside = await childrenOf(path, signal).catch((error: unknown) => {
        if (error instanceof StorageError) return error;
        throw error;
      });
      if (inside instanceof StorageError) {
        yield { is: 'left-out', name: name.slice(0, -1), path, reason: inside.message, isUnread: true };
        continue;
      }
      yield { is: 'folder', name, path, isEmpty: inside.length === 0 };
      yield* entriesIn(inside, name, signal);
    } else if (stats.isFile()) {
      const { size, mtimeMs, ino } = stats;
      yield { is: 'file', name, path, size, mtimeMs, ino };
    } else {
      const reason = stats.isSymbolicLink() ? 'it is a link, and links are left out' : kindOf(stats);
      yield { is: 'left-out', name, path, reason, isUnread: false };
    }
  }
}
