import type { ObjectStat, ObjectVersion } from '#shared/objects.ts';
import { statIfThere } from '#storage/stat.ts';
import { copyObject, type CopyLimits } from '#storage/copy-object.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import type { KeyVersions } from '#storage/versions.ts';
import { classToKeep, copyPlaceholder } from '../copy/copy-one.ts';

export interface RestoreContext {
  storage: Storage;
  bucket: string;
  limits: CopyLimits;
  /** Told of bytes that were copied. */
  onBytes: (bytes: number) => void;
}

/**
 * Makes a version the current one by copying it on the server.
 * @throws StorageError; `incomplete` when the object is another one afterwards
 */
export async function makeCurrent(
  context: RestoreContext,
  version: ObjectVersion,
  signal: AbortSignal,
): Promise<'restored' | 'current'> {
  if (version.isLatest) return 'current';
  const { storage, bucket, limits, onBytes } = context;
  const { key, versionId, size, etag, storageClass } = version;
  const from = { bucket, key, versionId };
  const to = { bucket, key };
  const made =
    size === 0 && key.endsWith('/')
      ? await copyPlaceholder(storage, { from, to }, signal)
      : await copyObject(
          storage,
          { from, to, size, ifMatch: etag, storageClass: classToKeep(storageClass) },
          { signal, limits, onBytes },
        );
  const found = await storage.stat(to, { signal });
  if (found.size === size && (made.etag === '' || found.etag === '' || found.etag === made.etag))
    return 'restored';
  throw notBack(bucket, key, 'it is another object now');
}

/**
 * Brings a deleted object back, as it was before it was deleted.
 * @param versions of the key, newest first
 * @throws StorageError; `not-found` when no version is left, `incomplete` when it still is not there afterwards
 */
export async function undelete(
  context: RestoreContext,
  { key, versions }: KeyVersions,
  signal: AbortSignal,
): Promise<'restored' | 'current'> {
  const { storage, bucket } = context;
  const newest = versions.findIndex(({ kind }) => kind === 'version');
  const version = versions[newest];
  if (version === undefined) {
    const message = `Of object “${key}” in bucket “${bucket}” no version is left to bring back.`;
    throw new StorageError({ kind: 'not-found', operation: 'restore', bucket, key, message });
  }
  if (version.isLatest) return 'current';
  // One for each time that it was deleted.
  const markers = versions.slice(0, newest);
  const refused = await removeMarkers(context, markers, signal);
  if (markers.length > 0 && refused === undefined) {
    const found = await statIfThere(storage, { bucket, key }, { signal });
    if (found !== undefined && isVersion(found, version)) return 'restored';
  }
  // Hitachi: without markers, or with one that it does not let go of, the version is put back on top.
  try {
    return await makeCurrent(context, version, signal);
  } catch (error) {
    throw isAbort(error, signal) ? error : (refused ?? error);
  }
}

/** Why a marker could not be removed. */
async function removeMarkers(
  { storage, bucket }: RestoreContext,
  markers: readonly ObjectVersion[],
  signal: AbortSignal,
): Promise<StorageError | undefined> {
  try {
    // By its version, always: deleting the key would put one more marker on top.
    for (const { key, versionId } of markers) await storage.delete({ bucket, key, versionId }, { signal });
    return undefined;
  } catch (error) {
    const isRefusal =
      error instanceof StorageError && ['not-supported', 'invalid-input', 'conflict'].includes(error.kind);
    if (!isRefusal) throw error;
    return error;
  }
}

function isVersion(found: ObjectStat, { size, etag = '' }: ObjectVersion): boolean {
  return found.size === size && (found.etag === '' || etag === '' || found.etag === etag);
}

function notBack(bucket: string, key: string, why: string): StorageError {
  const message = `Object “${key}” in bucket “${bucket}” was not brought back: ${why}.`;
  return new StorageError({
    kind: 'incomplete',
    operation: 'restore',
    bucket,
    key,
    message,
    retryable: false,
  });
}
