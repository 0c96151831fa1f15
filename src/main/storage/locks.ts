import { isAbort, StorageError } from './errors.ts';
import type { CallOptions, ObjectRef, Storage } from './storage.ts';

/** Why a version cannot be deleted now, as a sentence; undefined when nothing keeps it, or that cannot be asked. */
export async function lockOf(
  storage: Pick<Storage, 'stat'>,
  ref: ObjectRef,
  { signal }: CallOptions = {},
): Promise<string | undefined> {
  try {
    const { retainUntil, legalHold } = await storage.stat(ref, { signal });
    if (legalHold === true) return 'A legal hold keeps it.';
    if (retainUntil === undefined || retainUntil.getTime() <= Date.now()) return undefined;
    return `It is retained until ${retainUntil.toISOString()}.`;
  } catch (error) {
    if (isAbort(error, signal) || !(error instanceof StorageError)) throw error;
    return undefined;
  }
}

/**
 * The same error, unless it is a refusal for which a lock is the reason: some servers (Ceph, for objects in a bulk
 * deletion) say no more of that than “access denied”.
 */
export async function lockedIfSo(
  storage: Pick<Storage, 'stat'>,
  ref: ObjectRef,
  error: StorageError,
  options: CallOptions,
): Promise<StorageError> {
  if (error.kind !== 'access-denied' || ref.versionId === undefined) return error;
  const reason = await lockOf(storage, ref, options);
  if (reason === undefined) return error;
  const { bucket, key, versionId } = ref;
  return new StorageError({
    kind: 'locked',
    operation: 'delete',
    bucket,
    key,
    code: error.code,
    message: `Version ${versionId} of “${key}” in bucket “${bucket}” cannot be deleted. ${reason}`,
    cause: error,
  });
}
