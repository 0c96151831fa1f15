import type { TransferInput } from '#shared/transfer.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { meetsItself } from '#jobs/copy/key-map.ts';
import { selectedObjects, type Selection } from '#jobs/selection.ts';
import { existingObject } from '../existing.ts';

/** @throws StorageError `invalid-input` for a selection that is not inside its base */
export function requireInBase({
  bucket,
  base,
  prefix = base,
  prefixes = [],
  keys = [],
}: TransferInput): void {
  const outside = [prefix, ...prefixes, ...keys].find((start) => !start.startsWith(base));
  if (outside === undefined) return;
  const message = `“${outside}” is not in “${base}”, the part of the key that is replaced.`;
  throw new StorageError({ kind: 'invalid-input', operation: 'transfer', bucket, key: outside, message });
}

/** @throws StorageError `read-only`; `not-found` without the bucket */
export async function requireTarget(
  storage: Storage,
  { bucket }: TransferInput['to'],
  signal: AbortSignal,
): Promise<void> {
  if (storage.isReadOnly === true) {
    const message = `The connection to transfer to is read-only: nothing in bucket “${bucket}” was changed.`;
    throw new StorageError({ kind: 'read-only', operation: 'transfer', bucket, message });
  }
  try {
    if (await storage.bucketExists(bucket, { signal })) return;
  } catch (error) {
    // Somebody else's may still be written to.
    if (!isAbort(error, signal) && error instanceof StorageError && error.kind === 'access-denied') return;
    throw error;
  }
  throw new StorageError({ kind: 'not-found', operation: 'transfer', bucket });
}

/**
 * Refuses what would write over what it reads, or read what it writes: also where two connections are of one server.
 * @throws StorageError `invalid-input`
 */
export async function requireElsewhere(
  source: Storage,
  target: Storage,
  input: TransferInput,
  selection: Selection,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, to, base } = input;
  if (!meetsItself(input, selection)) return;
  if (to.connectionId !== input.connectionId && !(await isOnePlace(source, target, selection, signal)))
    return;
  const [key = base] = [...selection.prefixes, ...selection.keys];
  const message =
    to.prefix === base
      ? `“${key}” cannot be transferred onto itself: choose another bucket or another folder.`
      : `“${key}” cannot be transferred into itself: copy it, which can do that.`;
  throw new StorageError({ kind: 'invalid-input', operation: 'transfer', bucket, key, message });
}

/** Whether both ends have the same object at the first key that is selected: then it is one bucket. */
async function isOnePlace(
  source: Storage,
  target: Storage,
  selection: Selection,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const chosen of selectedObjects(source, selection, signal)) {
    if (!('object' in chosen)) continue;
    const ref = { bucket: selection.bucket, key: chosen.object.key };
    const here = await existingObject(source, ref, { signal });
    const there = await existingObject(target, ref, { signal });
    if (here === undefined || there === undefined) return false;
    return here.etag === there.etag && here.size === there.size && here.modifiedMs === there.modifiedMs;
  }
  return false;
}
