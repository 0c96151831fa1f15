import { createHash } from 'node:crypto';
import type { Note } from '#shared/transfer.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { StorageError } from '#storage/errors.ts';
import { pagesOf } from '#storage/list.ts';
import type { ObjectAttributes, Storage, UploadRef } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import type { ItemTask, Moved, TransferContext } from '../transfer.ts';
import { sliceBody, type SourceFile } from './source-file.ts';

const MIB = 2 ** 20;
/** Amazon S3 User Guide, "Multipart upload limits": 10,000 parts of 5 MiB to 5 GiB; HCP allows the same number. */
const MOST_PARTS = 10_000;
const LEAST_PART_BYTES = 16 * MIB;

/** The part size for a file: 16 MiB, and more, in whole MiB, where that would make too many parts. */
export function partBytesFor(size: number): number {
  const least = Math.ceil(size / MOST_PARTS);
  return Math.max(LEAST_PART_BYTES, Math.ceil(least / MIB) * MIB);
}

export interface PartsInput {
  storage: Storage;
  bucket: string;
  key: string;
  attributes: ObjectAttributes;
  storageClass?: string | undefined;
  partBytes?: number | undefined;
}

interface Part {
  partNumber: number;
  start: number;
  end: number;
}
interface SentPart {
  partNumber: number;
  etag: string;
}

/**
 * Sends a large file in parts, several at once, and goes on with an upload that was begun before, whose parts are asked for
 * on the server. Each part is checked by its MD5 on arrival; the object, by its ETag where that is one, else by its length.
 *
 * @throws StorageError; `changed` when the file is not the same any more, and then the upload is taken away
 */
export async function sendParts(
  file: SourceFile,
  input: PartsInput,
  task: ItemTask,
  { limits }: TransferContext,
): Promise<Moved> {
  const { storage, bucket, key } = input;
  const { signal } = task;
  const upload = (await resumed(file, input, task)) ?? (await begun(file, input, task));
  if ('isThere' in upload) return { state: 'done', bytes: file.size, verified: 'parts' };
  const ref: UploadRef = { bucket, key, uploadId: upload.uploadId };
  const missing = partsOf(file.size, upload.partBytes).filter(
    ({ partNumber }) => !upload.sent.has(partNumber),
  );
  const kept = [...upload.sent.values()].reduce((sum, { size }) => sum + size, 0);
  task.moved(kept);

  const send = async (part: Part, stop: AbortSignal): Promise<void> => {
    const md5 = await file.md5(part, stop);
    const passing = { rate: limits.rate, moved: task.moved, retried: task.retried, signal: stop };
    const body = sliceBody(file, part, passing);
    try {
      const { partNumber } = part;
      const { etag } = await storage.uploadPart({ ...ref, partNumber, body, md5 }, { signal: stop });
      await task.note({ note: 'part', partNumber, etag });
      upload.sent.set(partNumber, { partNumber, etag, size: body.contentLength });
    } catch (error) {
      body.takeBack();
      throw error;
    }
  };
  try {
    const sending = mapConcurrent(missing, send, {
      limit: () => limits.partsAtOnce(),
      order: 'done',
      signal,
    });
    for await (const _sent of sending); // each is noted by now
    await file.requireUnchanged();
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'changed') await takeAway(storage, ref, task);
    throw error;
  }
  const parts = [...upload.sent.values()].sort((a, b) => a.partNumber - b.partNumber);
  try {
    await storage.completeUpload({ ...ref, parts }, { signal });
  } catch (error) {
    // The answer to a try before may have been lost on its way.
    if (!(error instanceof StorageError && error.code === 'NoSuchUpload')) throw error;
    if (!(await isComplete(storage, ref, parts, file.size, signal))) {
      await task.forget();
      throw error;
    }
  }
  const { size } = await storage.stat({ bucket, key }, { signal });
  if (size !== file.size) throw otherSize(file, key, size);
  return { state: 'done', bytes: file.size, verified: 'parts' };
}

/** Takes away an upload that will not be completed. */
export async function takeAway(
  storage: Storage,
  ref: UploadRef,
  task: Pick<ItemTask, 'forget'>,
): Promise<void> {
  await storage.abortUpload(ref);
  await task.forget();
}

interface Upload {
  uploadId: string;
  partBytes: number;
  sent: Map<number, SentPart & { size: number }>;
}

async function begun(file: SourceFile, input: PartsInput, task: ItemTask): Promise<Upload> {
  const { storage, bucket, key, attributes, storageClass } = input;
  const partBytes = input.partBytes ?? partBytesFor(file.size);
  const { uploadId } = await storage.createUpload(
    { bucket, key, attributes, storageClass },
    { signal: task.signal },
  );
  const { size, mtimeMs } = file;
  await task.note({ note: 'upload', uploadId, key, partBytes, size, mtimeMs });
  return { uploadId, partBytes, sent: new Map() };
}

type UploadNote = Extract<Note, { note: 'upload' }>;
type PartNote = Extract<Note, { note: 'part' }>;
export const uploadNote = (notes: readonly Note[]) =>
  notes.findLast((note): note is UploadNote => note.note === 'upload');

/** What is left of an upload that was begun; undefined when there is none to go on with. */
async function resumed(
  file: SourceFile,
  { storage, bucket, key }: PartsInput,
  task: ItemTask,
): Promise<Upload | { isThere: true } | undefined> {
  const note = uploadNote(task.notes);
  if (note === undefined || note.key !== key) return undefined;
  const ref = { bucket, key, uploadId: note.uploadId };
  if (note.size !== file.size || note.mtimeMs !== file.mtimeMs) {
    await takeAway(storage, ref, task);
    return undefined;
  }
  const noted = new Map(
    task.notes
      .filter((each): each is PartNote => each.note === 'part')
      .map((each) => [each.partNumber, each.etag]),
  );
  const { partBytes, uploadId } = note;
  const sent: Upload['sent'] = new Map();
  try {
    const pages = pagesOf((token, signal) => storage.listPartsPage({ ...ref, token }, { signal }), {
      bucket,
      signal: task.signal,
    });
    const lengths = new Map(
      partsOf(file.size, partBytes).map((part) => [part.partNumber, part.end - part.start]),
    );
    for await (const { parts } of pages) {
      for (const { partNumber, etag, size } of parts) {
        // Only what was confirmed to us, and is still so.
        if (noted.get(partNumber) === etag && lengths.get(partNumber) === size)
          sent.set(partNumber, { partNumber, etag, size });
      }
    }
  } catch (error) {
    if (!(error instanceof StorageError && error.kind === 'not-found')) throw error;
    const parts = [...noted]
      .map(([partNumber, etag]) => ({ partNumber, etag }))
      .sort((a, b) => a.partNumber - b.partNumber);
    const isWhole = parts.length === Math.max(1, Math.ceil(file.size / partBytes));
    if (isWhole && (await isComplete(storage, ref, parts, file.size, task.signal))) {
      task.moved(file.size);
      return { isThere: true };
    }
    await task.forget();
    return undefined;
  }
  return { uploadId, partBytes, sent };
}

/** Whether the object is the one that these parts make: by the ETag that S3 makes of theirs, where they are MD5s. */
async function isComplete(
  storage: Storage,
  { bucket, key }: UploadRef,
  parts: readonly SentPart[],
  size: number,
  signal: AbortSignal,
): Promise<boolean> {
  const expected = etagOfParts(parts.map(({ etag }) => etag));
  try {
    const found = await storage.stat({ bucket, key }, { signal });
    return found.size === size && expected !== undefined && found.etag === expected;
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-found') return false;
    throw error;
  }
}

/** The MD5 of the parts' MD5s, a hyphen, and their number; undefined when they are none. */
export function etagOfParts(etags: readonly string[]): string | undefined {
  if (!etags.every((etag) => isMd5(etag))) return undefined;
  const hash = createHash('md5');
  for (const etag of etags) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${etags.length}`;
}

function partsOf(size: number, partBytes: number): Part[] {
  const count = Math.max(1, Math.ceil(size / partBytes));
  return Array.from({ length: count }, (_, index) => ({
    partNumber: index + 1,
    start: index * partBytes,
    end: Math.min(size, (index + 1) * partBytes),
  }));
}

function otherSize({ path, size }: SourceFile, key: string, has: number): StorageError {
  const message = `Object “${key}” has ${has} bytes on the server, but the file “${path}” has ${size}.`;
  return new StorageError({ kind: 'incomplete', operation: 'upload', key, path, message, retryable: false });
}
