import type { Tags } from '#shared/bucket-settings.ts';
import { StorageError } from '#storage/errors.ts';
import type { CallOptions, ObjectRef, Storage } from '#storage/storage.ts';

/** Storages that have said that they have no tags, so that they are not asked for each object. */
const without = new WeakSet<Storage>();

/** The tags that go along: none where one of the two servers has none. Any other failure to read them is one. @throws StorageError */
export async function tagsToKeep(
  { storage, ref }: { storage: Storage; ref: ObjectRef },
  target: Storage,
  options: CallOptions,
): Promise<Tags | undefined> {
  if (without.has(storage) || without.has(target)) return undefined;
  try {
    const tags = await storage.readObjectTags(ref, options);
    return Object.keys(tags).length === 0 ? undefined : tags;
  } catch (error) {
    if (!isWithout(error)) throw error;
    without.add(storage);
    return undefined;
  }
}

/** Does something with tags, and without them where the server has none. @throws what it throws */
export async function withTags<T>(
  target: Storage,
  tags: Tags | undefined,
  action: (tags: Tags | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await action(tags);
  } catch (error) {
    if (tags === undefined || !isWithout(error)) throw error;
    without.add(target);
    return action(undefined);
  }
}

const isWithout = (error: unknown) => error instanceof StorageError && error.kind === 'not-supported';
