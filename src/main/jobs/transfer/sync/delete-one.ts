import { lstat, realpath, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SyncInput } from '#shared/transfer.ts';
import type { SyncItem } from '#shared/transfer-journal.ts';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { existingObject } from '../existing.ts';
import { requireInside } from '../fetch/target-folder.ts';
import type { Moved } from '../transfer.ts';

const DELETED: Moved = { state: 'done', bytes: 0, deleted: true };
const STAYS: Moved = { state: 'skipped', bytes: 0 };

/**
 * Deletes an object that the folder does not have, provided that it is still what was compared and that there still is no
 * such file. The placeholder of a folder in which something is stays.
 * @throws StorageError `changed`; what the storage throws
 */
export async function deleteObject(
  storage: Storage,
  { bucket }: SyncInput,
  item: SyncItem,
  signal: AbortSignal,
): Promise<Moved> {
  const { key, name, path, object } = item;
  if (isPath(name)) {
    const stats = await found(path);
    if (stats !== undefined && stats.isDirectory() === name.endsWith('/')) return STAYS;
  }
  const there = await existingObject(storage, { bucket, key }, { signal });
  if (there === undefined) return DELETED;
  if (object === undefined || there.etag !== object.etag || there.size !== object.size) {
    const message = `Object “${key}” in bucket “${bucket}” was changed since it was compared; it was not deleted.`;
    throw new StorageError({ kind: 'changed', operation: 'delete', bucket, key, message });
  }
  try {
    await storage.delete({ bucket, key }, { signal });
    return DELETED;
  } catch (error) {
    const isInUse = error instanceof StorageError && ['conflict', 'not-empty'].includes(error.kind);
    if (isInUse && key.endsWith('/')) return STAYS;
    throw error;
  }
}

/**
 * Deletes a file that the prefix does not have, provided that it is still what was compared and that there still is no such
 * object; or a folder in which nothing is left.
 * @throws StorageError `changed`; of a `disk-*` kind; what the storage throws
 */
export async function deleteLocal(
  storage: Storage,
  { bucket, folder }: SyncInput,
  item: SyncItem,
  signal: AbortSignal,
): Promise<Moved> {
  const { key, path, file } = item;
  if ((await existingObject(storage, { bucket, key }, { signal })) !== undefined) return STAYS;
  const stats = await found(path);
  if (stats === undefined) return DELETED;
  await requireInside(await realpath(folder), dirname(path), folder);
  try {
    if (file === undefined) await rmdir(path);
    else {
      requireSame(item, stats);
      await unlink(path);
    }
    return DELETED;
  } catch (error) {
    const code = systemCode(error);
    if (file === undefined && (code === 'ENOTEMPTY' || code === 'EEXIST')) return STAYS;
    throw diskError(error, { operation: 'delete', path });
  }
}

/** @throws StorageError `changed` when a file is not what was compared any more */
export function requireSame(
  { path, file, action }: SyncItem,
  stats: { size: number; mtimeMs: number; ino: number } | undefined,
): void {
  const isSame =
    file !== undefined &&
    stats !== undefined &&
    stats.ino === file.ino &&
    stats.size === file.size &&
    stats.mtimeMs === file.mtimeMs;
  if (isSame) return;
  const message = `The file “${path}” was changed since it was compared; it was not ${action === 'delete' ? 'deleted' : 'replaced'}.`;
  throw new StorageError({ kind: 'changed', operation: action, path, message });
}

/** Whether a file can have this name at all: another one may lead elsewhere. */
function isPath(name: string): boolean {
  const parts = name.replace(/\/$/u, '').split('/');
  return !name.includes('\0') && !parts.some((part) => part === '' || part === '.' || part === '..');
}

/** @throws StorageError of a `disk-*` kind when it cannot be told whether it is there */
export async function found(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw diskError(error, { operation: 'read', path });
  }
}
