import type { CopyInput } from '#shared/job.ts';
import type { ListedObject, ObjectStat } from '#shared/objects.ts';
import { statIfThere } from '#storage/stat.ts';
import { copyObject, type CopyLimits } from '#storage/copy-object.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { isPlaceholder } from '../selection.ts';
import { newKey } from './key-map.ts';

export interface CopyContext {
  storage: Storage;
  input: CopyInput;
  limits: CopyLimits;
  onBytes: (bytes: number) => void;
}

/** What became of an object: `folder` is the base itself, for which there is nothing at the top of a bucket. */
export type CopyOutcome = 'copied' | 'skipped' | 'folder';

/**
 * Copies one object to its new key. Of a move, the copy is proved by looking at it.
 * @throws StorageError; `conflict` where the server lets nothing be replaced; `changed`.
 */
export async function copyOne(
  { storage, input, limits, onBytes }: CopyContext,
  object: ListedObject,
  signal: AbortSignal,
): Promise<CopyOutcome> {
  const { key, size, etag, storageClass } = object;
  const from = { bucket: input.bucket, key };
  const to = { bucket: input.to.bucket, key: newKey(input, key) };
  if (to.key === '') return withoutName(from, object);
  if (input.ifExists === 'skip' && (await statIfThere(storage, to, { signal })) !== undefined)
    return 'skipped';
  const copying = isPlaceholder(object)
    ? copyPlaceholder(storage, { from, to }, signal)
    : copyObject(
        storage,
        { from, to, size, ifMatch: etag, storageClass: classToKeep(storageClass) },
        { signal, limits, onBytes },
      );
  const made = await copying.catch((error: unknown) => {
    throw refusedToReplace(error, to, 'it was not copied');
  });
  if (input.move) await proveCopy(storage, to, { size, etag: made.etag }, signal);
  return 'copied';
}

/**
 * Deletes the original of a move, provided that it still is what was copied.
 * @throws StorageError `changed` when it is not; what a deletion throws.
 */
export async function removeOriginal(
  { storage, input }: CopyContext,
  object: ListedObject,
  signal: AbortSignal,
): Promise<void> {
  const { key } = object;
  const { bucket } = input;
  const found = await statIfThere(storage, { bucket, key }, { signal });
  if (found === undefined) return; // somebody else was faster
  if (!isSame(object, found)) {
    const message = `Object “${key}” in bucket “${bucket}” changed while it was moved: it was copied as it was, and left where it is.`;
    throw new StorageError({ kind: 'changed', operation: 'delete', bucket, key, message });
  }
  await storage.delete({ bucket, key }, { signal });
}

/** STANDARD is what a copy gets anyway, and not every server knows the word. */
export function classToKeep(storageClass: string | undefined): string | undefined {
  return storageClass === 'STANDARD' ? undefined : storageClass;
}

/**
 * A copy of a folder's placeholder. Hitachi lists folders that nobody made and that cannot be read: an empty object
 * is as good a placeholder.
 */
export async function copyPlaceholder(
  storage: Storage,
  { from, to }: { from: { bucket: string; key: string }; to: { bucket: string; key: string } },
  signal: AbortSignal,
): Promise<{ etag: string; versionId?: string }> {
  try {
    return await storage.copy({ from, to }, { signal });
  } catch (error) {
    const isNone =
      error instanceof StorageError && ['not-found', 'invalid-input', 'not-supported'].includes(error.kind);
    if (!isNone) throw error;
    return storage.write({ ...to, body: new Uint8Array() }, { signal });
  }
}

/**
 * In plain words, and with advice that loses nothing, where an object cannot be replaced: Hitachi answers 409 while
 * versioning is off. Any other refusal stays as it is.
 */
export function refusedToReplace(
  error: unknown,
  { bucket, key }: { bucket: string; key: string },
  therefore: string,
): unknown {
  const isMeant =
    error instanceof StorageError &&
    error.kind === 'conflict' &&
    (error.code === undefined || error.code === 'Conflict');
  if (!isMeant) return error;
  const { kind, operation, code, requestId } = error;
  const message =
    `Object “${key}” in bucket “${bucket}” is there already, and this server does not let an object be replaced while ` +
    `versioning is off, so ${therefore}. Switch versioning on for the bucket, then try again (409${code === undefined ? '' : ` ${code}`}).`;
  return new StorageError({ kind, operation, bucket, key, code, requestId, message, cause: error });
}

/** @throws StorageError `incomplete` unless what is at `to` is what the copy made. */
async function proveCopy(
  storage: Storage,
  to: { bucket: string; key: string },
  { size, etag }: { size: number; etag: string },
  signal: AbortSignal,
): Promise<void> {
  const found = await storage.stat(to, { signal });
  const isIt = found.size === size && (etag === '' || found.etag === '' || found.etag === etag);
  if (isIt) return;
  const message = `The copy “${to.key}” in bucket “${to.bucket}” is not what was copied: it has ${found.size} bytes of ${size}. The original was left where it is.`;
  throw new StorageError({ kind: 'incomplete', operation: 'copy', ...to, message, retryable: false });
}

/** By ETag where the server has them; else by length and date, of which a HEAD has whole seconds only. */
function isSame(listed: ListedObject, { size, etag, modifiedAt }: ObjectStat): boolean {
  if (listed.etag !== '' && etag !== '') return listed.etag === etag;
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  return (
    size === listed.size && (modifiedAt === undefined || seconds(modifiedAt) === seconds(listed.modifiedAt))
  );
}

function withoutName(from: { bucket: string; key: string }, object: ListedObject): CopyOutcome {
  if (isPlaceholder(object)) return 'folder';
  const message = `Object “${object.key}” would have no name at its new place: choose a folder or a name.`;
  throw new StorageError({ kind: 'invalid-input', operation: 'copy', ...from, message });
}
