import { StorageError } from '#storage/errors.ts';
import type { CallOptions, ObjectRef, Storage } from '#storage/storage.ts';

/**
 * Makes a folder: an object without bytes whose key ends in a slash.
 * @throws StorageError `already-exists` when something has that key, which stays as it is.
 */
export async function createFolder(
  storage: Storage,
  { bucket, key }: ObjectRef,
  { signal }: CallOptions,
): Promise<void> {
  if (await isThere(storage, { bucket, key }, { signal })) {
    const message = `There is a folder “${key}” already.`;
    throw new StorageError({ kind: 'already-exists', operation: 'createFolder', message, bucket, key });
  }
  await storage.write(
    { bucket, key, body: new Uint8Array(), contentType: 'application/x-directory' },
    { signal },
  );
}

async function isThere(storage: Storage, ref: ObjectRef, options: CallOptions): Promise<boolean> {
  try {
    await storage.stat(ref, options);
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-found') return false;
    throw error;
  }
}
