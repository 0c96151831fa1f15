import type { ObjectStat } from '#shared/objects.ts';
import { StorageError } from './errors.ts';
import type { CallOptions, ObjectRef, Storage } from './storage.ts';

/** What has a key; undefined when nothing has. @throws StorageError for every other refusal */
export async function statIfThere(
  storage: Storage,
  ref: ObjectRef,
  options?: CallOptions,
): Promise<ObjectStat | undefined> {
  try {
    return await storage.stat(ref, options);
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
