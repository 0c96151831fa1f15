import { lstat, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import { partialPath } from '#jobs/target-file.ts';
import { inTheWay, localError } from './local-error.ts';

/**
 * Makes sure that there is a folder in which files can be written, or a place to make it in; changes nothing.
 * @throws StorageError `invalid-input` for a path that is not absolute, else of a `disk-*` kind
 */
export async function checkFolder(folder: string): Promise<void> {
  if (!isAbsolute(folder)) {
    const message = `“${folder}” is not the full path of a folder.`;
    throw new StorageError({ kind: 'invalid-input', operation: 'fetch', path: folder, message });
  }
  const there = await nearest(folder);
  const probe = partialPath(join(there, 'cooper'));
  try {
    await (await open(probe, 'wx')).close();
  } catch (error) {
    throw diskError(error, { operation: 'write', path: folder });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** @throws StorageError of a `disk-*` kind */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, { operation: 'create', path: folder });
  });
}

/** The folder, or the nearest above it that exists. */
async function nearest(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      if ((await stat(at)).isDirectory()) return at;
      const message = `“${at}” is not a folder.`;
      throw new StorageError({ kind: 'disk-exists', operation: 'create', path: at, message });
    } catch (error) {
      if (systemCode(error) === 'ENOTDIR' || (systemCode(error) === 'ENOENT' && dirname(at) !== at)) continue;
      throw diskError(error, { operation: 'read', path: at });
    }
  }
}

/** Where a planned path is on this disk. @throws StorageError for one that names a place outside: none is planned so. */
export function placeOf(folder: string, path: string): string {
  const parts = path.replace(/\/$/u, '').split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) throw outside(path, folder);
  return join(folder, ...parts);
}

/**
 * Makes the folders that a place is in, and makes sure that they are in `folder`, not behind a link that leads out of it.
 * @returns where `folder` really is
 * @throws StorageError `disk-missing` when `folder` itself is gone; `invalid-input` for what is in the way
 */
export async function makeParents(folder: string, parent: string): Promise<string> {
  // Many files of one folder begin together.
  const name = JSON.stringify([folder, parent]);
  const making = beingMade.get(name) ?? makeNow(folder, parent).finally(() => beingMade.delete(name));
  beingMade.set(name, making);
  return making;
}

const beingMade = new Map<string, Promise<string>>();

async function makeNow(folder: string, parent: string): Promise<string> {
  const root = await realRoot(folder);
  for (let at = parent; ; at = dirname(at)) {
    const real = await realIfThere(at, parent);
    if (real === undefined) continue;
    if (!isInside(root, real)) throw outside(parent, folder);
    if (at === parent) return root;
    break;
  }
  try {
    await mkdir(parent, { recursive: true });
    if (!isInside(root, await realpath(parent))) throw outside(parent, folder);
    return root;
  } catch (error) {
    throw localError(error, parent);
  }
}

/** Makes a folder inside `folder`, as `makeParents` does. @throws StorageError, also when something else has its name */
export async function makeInside(folder: string, path: string): Promise<void> {
  await makeParents(folder, path);
  const found = await stat(path).catch((error: unknown) => {
    throw localError(error, path);
  });
  if (!found.isDirectory()) throw inTheWay(path, 'a file has its name');
}

/** Makes sure, right before a name is given, that its folder is still inside of where the whole is. @throws StorageError */
export async function requireInside(root: string, parent: string, folder: string): Promise<void> {
  const real = await realIfThere(parent, parent);
  if (real === undefined)
    throw new StorageError({ kind: 'disk-missing', operation: 'write', path: parent, code: 'ENOENT' });
  if (!isInside(root, real)) throw outside(parent, folder);
}

async function realRoot(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError(error, { operation: 'read', path: folder });
    const message = `The folder “${folder}” is not there any more.`;
    throw new StorageError({ kind: 'disk-missing', operation: 'write', path: folder, message, cause: error });
  }
}

/** What a path leads to; undefined when it does not exist. A link that leads nowhere does. */
async function realIfThere(at: string, parent: string): Promise<string | undefined> {
  try {
    return await realpath(at);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw localError(error, parent);
  }
  const isLink = await lstat(at).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (isLink) throw inTheWay(parent, `“${at}” is a link that leads nowhere`);
  return undefined;
}

function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

function outside(path: string, folder: string): StorageError {
  return inTheWay(path, `it would be outside the folder “${folder}”, where a link leads`);
}
