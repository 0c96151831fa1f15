import { isAbsolute, relative, sep } from 'node:path';
import type { UploadInput } from '#shared/transfer.ts';
import { type UploadItem, uploadItemSchema } from '#shared/transfer-journal.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';
import { decide, type Existing, existingObject, freeName, isMd5 } from '../existing.ts';
import type { Found, ItemTask, Moved, Transfer } from '../transfer.ts';
import { headersFor } from './headers.ts';
import { partedFile, sendParts, uploadNote } from './send-parts.ts';
import { measure, sendWhole } from './send-whole.ts';
import { SourceFile } from './source-file.ts';
import { TargetLevels } from './target-level.ts';
import { statChosen, walk } from './walk.ts';

/** Files that are larger go in parts. */
export const PARTS_FROM_BYTES = 32 * 2 ** 20;

/**
 * Files and folders of this computer into a bucket. Keys are the prefix and the path below what was chosen; a folder
 * without anything in it becomes a key that ends in a slash. The date of a file goes with its object as metadata.
 */
export const upload: Transfer<UploadInput, UploadItem> = {
  parser: uploadItemSchema,
  identity: ({ path, key }) => `${key}\n${path}`,
  bytes: ({ size }) => size,
  isRenamed: () => false,
  nameOf: ({ key }) => key,

  async prepare({ paths, bucket }, { storage }, signal) {
    for (const path of paths) await statChosen(path);
    await storage.listPage({ bucket, maxKeys: 1 }, { signal }); // the bucket is there, and answers
  },

  plan: ({ paths, ...input }, { storage }, signal) =>
    planned(walk(paths, { links: input.links, signal }), storage, input, signal),

  async move(input, item, task, context) {
    const { storage } = context;
    const { bucket, rules, storageClass } = input;
    if (item.key.endsWith('/'))
      return makeFolder(storage, { bucket, key: item.key }, { signal: task.signal });
    const file = await openSource(item.path, input.paths);
    try {
      const key = await targetKey(storage, input, item, file, task);
      if (key === undefined) return { state: 'skipped', bytes: item.size };
      const target = { storage, bucket, key, attributes: headersFor(key, rules, file.mtimeMs), storageClass };
      if (file.size > PARTS_FROM_BYTES)
        return await sendParts(partedFile(file, storage), target, task, context);
      const measured = await measure(file, task.signal);
      if (await wasSent(storage, { bucket, key }, measured.md5, file, task)) {
        task.moved(file.size);
        return { state: 'done', bytes: file.size, verified: 'md5' };
      }
      await task.note({ note: 'target', key, md5: measured.md5 });
      return await sendWhole(file, measured, target, task, context);
    } finally {
      await file.close();
    }
  },

  async discard({ bucket }, _item, notes, { storage }) {
    const note = uploadNote(notes);
    if (note !== undefined) await storage.abortUpload({ bucket, key: note.key, uploadId: note.uploadId });
  },
};

/** @throws StorageError as `SourceFile.open` does; `disk-missing` when all that was chosen with the file is gone, as with its disk */
async function openSource(path: string, chosen: readonly string[]): Promise<SourceFile> {
  try {
    return await SourceFile.open(path);
  } catch (error) {
    const root = chosen.find((each) => isInside(path, each));
    if (root !== undefined) await statChosen(root);
    throw error;
  }
}

/** Below the folder, not the folder itself. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function* planned(
  walking: ReturnType<typeof walk>,
  storage: Storage,
  { bucket, prefix, ifExists }: Pick<UploadInput, 'bucket' | 'prefix' | 'ifExists'>,
  signal: AbortSignal,
): AsyncGenerator<Found<UploadItem>, void, undefined> {
  const levels = new TargetLevels(storage, bucket, signal);
  for await (const event of walking) {
    if ('leftOut' in event) {
      yield event;
      continue;
    }
    const { path, name, size, mtimeMs } = event.file;
    const key = prefix + name;
    const there = ifExists === 'replace' ? null : await levels.find(key);
    const item = { path, key, size, mtimeMs };
    yield { item: there === 'unknown' ? item : { ...item, there: there ?? null } };
  }
}

/** Where a file goes; undefined when it is not to be sent. Once that is settled, a further try keeps to it. */
async function targetKey(
  storage: Storage,
  { bucket, ifExists }: UploadInput,
  item: UploadItem,
  file: SourceFile,
  task: ItemTask,
): Promise<string | undefined> {
  const before = task.notes.findLast((note) => note.note === 'target' || note.note === 'upload');
  if (before !== undefined && 'key' in before) return before.key;
  const options = { signal: task.signal };
  const there = await thereNow(storage, bucket, item, options);
  if (there === undefined) return item.key;
  const needsMd5 = ifExists === 'if-different' && there.size === file.size && isMd5(there.etag);
  const etag = needsMd5 ? await file.md5({ start: 0, end: file.size }, task.signal) : undefined;
  const decision = decide(ifExists, { size: file.size, modifiedMs: file.mtimeMs, etag }, there);
  if (decision === 'skip') return undefined;
  if (decision === 'send') return item.key;
  return freeName(
    item.key,
    async (key) => (await existingObject(storage, { bucket, key }, options)) !== undefined,
  );
}

async function thereNow(
  storage: Storage,
  bucket: string,
  { key, there }: UploadItem,
  options: CallOptions,
): Promise<Existing | undefined> {
  return there === undefined ? existingObject(storage, { bucket, key }, options) : (there ?? undefined);
}

/** Whether a try before, whose end nobody saw, has stored this file already. */
async function wasSent(
  storage: Storage,
  ref: { bucket: string; key: string },
  md5: string,
  file: SourceFile,
  task: ItemTask,
): Promise<boolean> {
  const isNoted = task.notes.some(
    (note) => note.note === 'target' && note.key === ref.key && note.md5 === md5,
  );
  if (!isNoted) return false;
  const there = await existingObject(storage, ref, { signal: task.signal });
  return there !== undefined && there.size === file.size && there.etag === md5;
}

async function makeFolder(
  storage: Storage,
  ref: { bucket: string; key: string },
  options: CallOptions,
): Promise<Moved> {
  if ((await existingObject(storage, ref, options)) !== undefined) return { state: 'skipped', bytes: 0 };
  await storage.write({ ...ref, body: new Uint8Array(), contentType: 'application/x-directory' }, options);
  return { state: 'done', bytes: 0 };
}
