import { randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import { cutToBytes } from './segments.ts';

/** So that the partial file's name stays a legal one, however long the final name is. */
const NAME_BYTES = 120;

/** Where a file is written before it gets its name: hidden, in the same folder, so that the rename is one step. */
export function partialPath(path: string): string {
  const name = cutToBytes(basename(path), NAME_BYTES);
  const random = randomUUID().slice(0, 13).replace('-', '');
  return join(dirname(path), `.${name}.${random}.cooper-partial`);
}

/**
 * Makes sure that a file can be written to `path`, by writing an empty one beside it.
 * @throws StorageError `invalid-input` for a path that is not absolute, `disk-missing` without its folder,
 *   `disk-exists` for what must not be replaced, `disk-denied` and so on.
 */
export async function checkTarget(path: string, overwrite: boolean): Promise<void> {
  const fail = (kind: StorageError['kind'], message: string) =>
    new StorageError({ kind, operation: 'write', path, message });
  if (!isAbsolute(path)) throw fail('invalid-input', `“${path}” is not the full path of a file.`);
  const folder = dirname(path);
  const folderStat = await statIfThere(folder);
  if (folderStat === undefined) throw fail('disk-missing', `The folder “${folder}” does not exist.`);
  if (!folderStat.isDirectory()) throw fail('disk-missing', `“${folder}” is not a folder.`);
  const target = await statIfThere(path);
  if (target?.isDirectory()) throw fail('disk-exists', `“${path}” is a folder.`);
  if (target !== undefined && !overwrite) throw fail('disk-exists', `The file “${path}” exists already.`);
  const probe = partialPath(path);
  try {
    await (await open(probe, 'wx')).close();
  } catch (error) {
    throw diskError(error, { operation: 'create', path });
  } finally {
    await rm(probe, { force: true });
  }
}

/**
 * Gives a finished file its final name, in one step: at `path` there is never half a file. Without `overwrite` a file
 * that has appeared there meanwhile stays as it is. The caller removes `partial` in any case.
 * @throws StorageError `disk-exists`, or another `disk-*` kind.
 */
export async function publish(partial: string, path: string, overwrite: boolean): Promise<void> {
  try {
    if (overwrite) await whileBusy(() => rename(partial, path));
    else await renameIfFree(partial, path);
  } catch (error) {
    throw diskError(error, { operation: 'write', path });
  }
}

async function renameIfFree(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    // FAT and some network file systems have no hard links: take the name first, then replace what took it.
    await (await open(path, 'wx')).close();
    try {
      await whileBusy(() => rename(partial, path));
    } catch (failure) {
      await rm(path, { force: true });
      throw failure;
    }
  }
}

const BUSY_CODES: ReadonlySet<string> = new Set(['EPERM', 'EBUSY', 'EACCES']);
const BUSY_PAUSE_MS = 250;

/**
 * Windows refuses to rename a file while a virus scanner or an indexer reads it, which they do as soon as it is closed,
 * and for seconds when it is large. So there it is tried again for a while, half a minute by default; elsewhere
 * such a refusal is final.
 * @throws what the last try threw
 */
export async function whileBusy(
  attempt: () => Promise<void>,
  { platform = process.platform, patienceMs = 30_000 } = {},
): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isBusy = platform === 'win32' && BUSY_CODES.has(systemCode(error) ?? '');
      if (!isBusy || performance.now() > until) throw error;
    }
    await sleep(BUSY_PAUSE_MS);
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const problem = diskError(error, { operation: 'read', path });
    if (problem.kind === 'disk-missing') return undefined;
    throw problem;
  }
}
