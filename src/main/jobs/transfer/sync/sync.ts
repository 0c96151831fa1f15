import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { SyncInput } from '#shared/transfer.ts';
import { type SyncItem, syncItemSchema } from '#shared/transfer-journal.ts';
import { diskError } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { fetch } from '../fetch/fetch.ts';
import { removePartials } from '../fetch/notes.ts';
import type { Found, Transfer } from '../transfer.ts';
import { upload } from '../upload/upload.ts';
import { deleteLocal, deleteObject, found, requireSame } from './delete-one.ts';
import { diff } from './diff.ts';

/**
 * Makes a prefix like a folder, or the folder like the prefix: what differs is sent, and what the source does not have is
 * deleted when that was asked for, last, and only when all else has gone well.
 */
export const sync: Transfer<SyncInput, SyncItem> = {
  parser: syncItemSchema,
  identity: ({ action, key, name }) => `${action}\n${key}\n${name}`,
  bytes: ({ action, size }) => (action === 'delete' ? 0 : size),
  isRenamed: ({ isRenamed }) => isRenamed,
  nameOf: ({ name }) => name,

  prepare: (input, { storage }, signal) => prepareSync(storage, input, signal),

  async *plan(input, { storage }, signal): AsyncGenerator<Found<SyncItem>, void, undefined> {
    await requireFolder(input.folder); // a disk that was taken out has no files, which is no reason to delete any
    for await (const event of diff(storage, input, signal)) if (!('same' in event)) yield event;
  },

  async move(input, item, task, context) {
    const { direction, bucket, folder } = input;
    const { storage } = context;
    if (item.action === 'delete') {
      const remove = direction === 'up' ? deleteObject : deleteLocal;
      return remove(storage, input, item, task.signal);
    }
    if (direction === 'up') return upload.move(uploadInput(input), uploadItem(item), task, context);
    const wasBegun = task.notes.some(({ note }) => note === 'named');
    if (item.action === 'replace' && !wasBegun) requireSame(item, await found(item.path));
    const ifExists = item.action === 'replace' ? 'replace' : 'skip';
    const { key, name: path, isRenamed: renamed, size, object } = item;
    const { etag, modifiedMs } = object ?? { etag: '', modifiedMs: undefined };
    return fetch.move(
      { kind: 'fetch', connectionId: input.connectionId, bucket, base: '', folder, ifExists },
      { key, path, renamed, size, etag, modifiedMs },
      task,
      context,
    );
  },

  async discard(input, item, notes, context) {
    if (item.action === 'delete') return;
    if (input.direction === 'up') await upload.discard(uploadInput(input), uploadItem(item), notes, context);
    else await removePartials(notes);
  },

  stages: {
    of: ({ action, name }) => (action !== 'delete' ? 0 : name.endsWith('/') ? 2 : 1),
    heldBack: ({ key, path }) =>
      new StorageError({
        kind: 'conflict',
        operation: 'delete',
        key,
        path,
        message: `“${key}” was not deleted at the target, since not everything else could be done. Mend that and try again.`,
      }),
  },
};

/** @throws StorageError for what is missing, or cannot be compared */
export async function prepareSync(
  storage: Storage,
  { bucket, prefix, folder, direction }: SyncInput,
  signal: AbortSignal,
): Promise<void> {
  if (prefix !== '' && !prefix.endsWith('/')) {
    const message = `“${prefix}” is no folder: what is synced with one ends in “/”, or is the whole bucket.`;
    throw new StorageError({ kind: 'invalid-input', operation: 'sync', bucket, key: prefix, message });
  }
  if (direction === 'up' && storage.isReadOnly === true) {
    const message = `This connection is read-only: nothing in bucket “${bucket}” was changed.`;
    throw new StorageError({ kind: 'read-only', operation: 'sync', bucket, message });
  }
  await requireFolder(folder);
  await storage.listPage({ bucket, prefix, maxKeys: 1 }, { signal }); // the bucket is there, and answers
}

async function requireFolder(path: string): Promise<void> {
  if (!isAbsolute(path)) {
    const message = `“${path}” is not the full path of a folder.`;
    throw new StorageError({ kind: 'invalid-input', operation: 'sync', path, message });
  }
  const stats = await stat(path).catch((error: unknown) => {
    throw diskError(error, { operation: 'read', path });
  });
  if (stats.isDirectory()) return;
  const message = `“${path}” is not a folder.`;
  throw new StorageError({ kind: 'disk-missing', operation: 'sync', path, message });
}

const uploadInput = ({ connectionId, bucket, prefix, folder }: SyncInput) => ({
  kind: 'upload' as const,
  connectionId,
  bucket,
  prefix,
  paths: [folder],
  ifExists: 'replace' as const,
  links: 'leave-out' as const,
  rules: [],
});

const uploadItem = ({ path, key, size, file }: SyncItem) => ({
  path,
  key,
  size,
  mtimeMs: file?.mtimeMs ?? 0,
  there: null,
});
