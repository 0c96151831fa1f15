import { compareKeys } from '#shared/key-order.ts';
import type { ListedObject } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import type { LocalEntry } from './local-entries.ts';

/** What both sides, or one of them, have under one name. */
export interface Met {
  name: string;
  local?: LocalEntry;
  remote?: ListedObject;
}

/**
 * Both sides as one stream in the order of keys; nothing is held but the two that are compared.
 * @throws StorageError for a listing that is not in order, since what it lacks would be taken for absent
 */
export async function* merged(
  locals: AsyncGenerator<LocalEntry, void, undefined>,
  remotes: AsyncGenerator<ListedObject, void, undefined>,
  { bucket, prefix }: { bucket: string; prefix: string },
): AsyncGenerator<Met, void, undefined> {
  let before: string | undefined;
  const nextRemote = async () => {
    const { value } = await remotes.next();
    if (value === undefined) return undefined;
    if (before !== undefined && compareKeys(before, value.key) >= 0)
      throw outOfOrder(bucket, before, value.key);
    before = value.key;
    return value;
  };
  const nextLocal = async () => (await locals.next()).value ?? undefined;
  try {
    let [local, remote] = [await nextLocal(), await nextRemote()];
    while (local !== undefined || remote !== undefined) {
      const name = remote?.key.slice(prefix.length);
      const order = local === undefined ? 1 : name === undefined ? -1 : compareKeys(local.name, name);
      if (local !== undefined && order < 0) {
        yield { name: local.name, local };
        local = await nextLocal();
      } else if (remote !== undefined && name !== undefined && order > 0) {
        yield { name, remote };
        remote = await nextRemote();
      } else if (local !== undefined && remote !== undefined) {
        yield { name: local.name, local, remote };
        [local, remote] = [await nextLocal(), await nextRemote()];
      }
    }
  } finally {
    await Promise.all([locals.return(), remotes.return()]);
  }
}

function outOfOrder(bucket: string, before: string, key: string): StorageError {
  const message = `The listing of bucket “${bucket}” is not in the order of keys (“${key}” came after “${before}”), so it cannot be compared with a folder.`;
  return new StorageError({ kind: 'not-supported', operation: 'sync', bucket, key, message });
}
