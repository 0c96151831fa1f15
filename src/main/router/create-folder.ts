import { StorageError } from '#storage/errors.ts';
import { statIfThere } from '#storage/stat.ts';
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
  if ((await statIfThere(storage, { bucket, key }, { signal })) !== undefined) {
    const message = `There is a folder “${key}” already.`;
    throw new StorageError({ kind: 'already-exists', operation: 'createFolder', message, bucket, key });
  }
  await storage.write(
    { bucket, key, body: new Uint8Array(), contentType: 'application/x-directory' },
    { signal },
  );
}
