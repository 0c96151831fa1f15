import { createHash } from 'node:crypto';
import type { Tags } from '#shared/bucket-settings.ts';
import type { Note, Verification } from '#shared/transfer-journal.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { StorageError } from '#storage/errors.ts';
import { pagesOf } from '#storage/list.ts';
import type { ObjectAttributes, Storage, UploadRef } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import type { ItemTask, Moved, TransferContext } from '../transfer.ts';
import { type Passing, type Slice, sliceBody, type SourceFile } from './source-file.ts';

const MIB = 2 ** 20;
/** Amazon S3 User Guide, "Multipart upload limits": 10,000 parts of 5 MiB to 5 GiB; HCP allows the same number. */
const MOST_PARTS = 10_000;
/** A part that is under way when the network or Cooper goes is sent again: small ones cost little. */
const LEAST_PART_BYTES = 8 * MIB;

/** The part size for a file: 8 MiB, and more, in whole MiB, where that would make too many parts. */
export function partBytesFor(size: number): number {
  const least = Math.ceil(size / MOST_PARTS);
  return Math.max(LEAST_PART_BYTES, Math.ceil(least / MIB) * MIB);
}

export interface PartsInput {
  storage: Storage;
  bucket: string;
  key: string;
  attributes: ObjectAttributes;
  tags?: Tags | undefined;
  storageClass?: string | undefined;
  partBytes?: number | undefined;
}

/** What a part is sent with: whom to tell of its bytes, and how fast they may go. */
export type PartPassing = Passing & { retried: () => void };

/** What is large and goes in parts, and how one of them gets to the server. */
export interface PartedSource {
  /** What it is called in a sentence, such as `the file “/a/b”`. */
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Tells it from what it may have been before, where the size and the date are not enough. */
  readonly etag?: string | undefined;
  /** Sends one part, checked. What it has told of is taken back when it fails. @throws StorageError */
  put(to: UploadRef & { partNumber: number }, slice: Slice, passing: PartPassing): Promise<{ etag: string }>;
  /** @throws StorageError `changed` when it is not what it was at the beginning */
  requireUnchanged(): Promise<void>;
  /** How its parts were checked. */
  verified(): Verification;
}

/** A file of this computer: the server is told the MD5 of each part, and refuses what arrives otherwise. */
export function partedFile(file: SourceFile, storage: Storage): PartedSource {
  return {
    name: `the file “${file.path}”`,
    size: file.size,
    mtimeMs: file.mtimeMs,
    async put(to, slice, passing) {
      const md5 = await file.md5(slice, passing.signal);
      const body = sliceBody(file, slice, passing);
      try {
        return await storage.uploadPart({ ...to, body, md5 }, { signal: passing.signal });
      } catch (error) {
        body.takeBack();
        throw error;
      }
    },
    requireUnchanged: () => file.requireUnchanged(),
    verified: () => 'parts',
  };
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
 * Sends something large in parts, several at once, and goes on with an upload that was begun before, whose parts are asked for
 * on the server. Each part is checked by its MD5 on arrival; the object, by its ETag where that is one, else by its length.
 *
 * @throws StorageError; `changed` when the file is not the same any more, and then the upload is taken away
 */
export async function sendParts(
  source: PartedSource,
  input: PartsInput,
  task: ItemTask,
  { limits }: TransferContext,
): Promise<Moved> {
  const { storage, bucket, key } = input;
  const { signal } = task;
  const upload = (await resumed(source, input, task)) ?? (await begun(source, input, task));
  if ('isThere' in upload) return { state: 'done', bytes: source.size, verified: source.verified() };
  const ref: UploadRef = { bucket, key, uploadId: upload.uploadId };
  const missing = partsOf(source.size, upload.partBytes).filter(
    ({ partNumber }) => !upload.sent.has(partNumber),
  );
  const kept = [...upload.sent.values()].reduce((sum, { size }) => sum + size, 0);
  task.moved(kept);

  const send = async ({ partNumber, ...slice }: Part, stop: AbortSignal): Promise<void> => {
    const passing = { rate: limits.rate, moved: task.moved, retried: task.retried, signal: stop };
    const { etag } = await source.put({ ...ref, partNumber }, slice, passing);
    await task.note({ note: 'part', partNumber, etag });
    upload.sent.set(partNumber, { partNumber, etag, size: slice.end - slice.start });
  };
  try {
    const sending = mapConcurrent(missing, send, {
      limit: () => limits.partsAtOnce(),
      order: 'done',
      signal,
    });
    for await (const _sent of sending); // each is noted by now
    await source.requireUnchanged();
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
    if (!(await isComplete(storage, ref, parts, source.size, signal))) {
      await task.forget();
      throw error;
    }
  }
  const { size } = await storage.stat({ bucket, key }, { signal });
  if (size !== source.size) throw otherSize(source, key, size);
  return { state: 'done', bytes: source.size, verified: source.verified() };
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

async function begun(source: PartedSource, input: PartsInput, task: ItemTask): Promise<Upload> {
  const { storage, bucket, key, attributes, tags, storageClass } = input;
  const { size, mtimeMs, etag } = source;
  const partBytes = input.partBytes ?? partBytesFor(size);
  const { uploadId } = await storage.createUpload(
    { bucket, key, attributes, tags, storageClass },
    { signal: task.signal },
  );
  const is = { size, mtimeMs, ...(etag !== undefined && { etag }) };
  await task.note({ note: 'upload', uploadId, key, partBytes, ...is });
  return { uploadId, partBytes, sent: new Map() };
}

type UploadNote = Extract<Note, { note: 'upload' }>;
type PartNote = Extract<Note, { note: 'part' }>;
export const uploadNote = (notes: readonly Note[]) =>
  notes.findLast((note): note is UploadNote => note.note === 'upload');

/** What is left of an upload that was begun; undefined when there is none to go on with. */
async function resumed(
  source: PartedSource,
  { storage, bucket, key }: PartsInput,
  task: ItemTask,
): Promise<Upload | { isThere: true } | undefined> {
  const note = uploadNote(task.notes);
  if (note === undefined || note.key !== key) return undefined;
  const ref = { bucket, key, uploadId: note.uploadId };
  if (note.size !== source.size || note.mtimeMs !== source.mtimeMs || note.etag !== source.etag) {
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
      partsOf(source.size, partBytes).map((part) => [part.partNumber, part.end - part.start]),
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
    const isWhole = parts.length === Math.max(1, Math.ceil(source.size / partBytes));
    if (isWhole && (await isComplete(storage, ref, parts, source.size, task.signal))) {
      task.moved(source.size);
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

function otherSize({ name, size }: PartedSource, key: string, has: number): StorageError {
  const message = `Object “${key}” has ${has} bytes on the server, but ${name} has ${size}.`;
  return new StorageError({ kind: 'incomplete', operation: 'upload', key, message, retryable: false });
}
