import type { ObjectStat } from '#shared/objects.ts';
import { mapConcurrent } from './concurrency.ts';
import { StorageError } from './errors.ts';
import type { CallOptions, CopyInput, ObjectAttributes, ObjectRef, Storage, UploadRef } from './storage.ts';

const MiB = 1024 * 1024;
/** Parts of one object that are copied at once. */
const PARTS_AT_ONCE = 6;
/** What an upload may have ("Amazon S3 User Guide", multipart upload limits). */
const MAX_PARTS = 10_000;

export interface CopyLimits {
  /** What is longer is copied in parts. */
  singleBytes: number;
  /** A part's length, unless that made too many. */
  partBytes: number;
}
/** "Amazon S3 API Reference", CopyObject: up to 5 GB in one request. */
export const copyLimits: CopyLimits = { singleBytes: 5 * 1024 * MiB, partBytes: 256 * MiB };

export interface CopyObjectOptions extends CallOptions {
  limits?: CopyLimits | undefined;
  /** Told of the bytes of every part when it is there. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Copies an object of any length on the server, with its headers, metadata and tags, unless others are given; what is
 * too long for one request goes in parts, and an upload that fails or is stopped is aborted. The storage class is the
 * one that is given, else the server's default. The ACL is that of a new object: S3 never copies it.
 *
 * @param input `size` is the source's length as a listing or a stat gave it.
 * @throws StorageError; `changed` when the source is no longer the one that `ifMatch` names.
 */
export async function copyObject(
  storage: Storage,
  { size, ...input }: CopyInput & { size: number },
  { signal, limits = copyLimits, onBytes }: CopyObjectOptions = {},
): Promise<{ etag: string; versionId?: string }> {
  const ifMatch = comparable(input.ifMatch);
  if (size <= limits.singleBytes) {
    const made = await storage.copy({ ...input, ifMatch }, { signal });
    onBytes?.(size);
    return made;
  }
  const { from, to } = input;
  const attributes = input.attributes ?? attributesOf(await storage.stat(from, { signal }));
  const tags = input.tags ?? (await tagsOf(storage, from, { signal }));
  const { uploadId } = await storage.createUpload(
    { ...to, attributes, tags, storageClass: input.storageClass },
    { signal },
  );
  const upload = { ...to, uploadId };
  try {
    const parts = await copyParts(storage, upload, { from, size, ifMatch }, { signal, limits, onBytes });
    return await storage.completeUpload({ ...upload, parts }, { signal });
  } catch (error) {
    await storage.abortUpload(upload).catch(() => undefined); // why it failed is worth more
    throw error;
  }
}

async function copyParts(
  storage: Storage,
  upload: UploadRef,
  { from, size, ifMatch }: { from: ObjectRef; size: number; ifMatch: string | undefined },
  { signal, limits, onBytes }: CopyObjectOptions & { limits: CopyLimits },
): Promise<{ partNumber: number; etag: string }[]> {
  const parts: { partNumber: number; etag: string }[] = [];
  const copyPart = async (
    { partNumber, range }: { partNumber: number; range: { start: number; end: number } },
    stop: AbortSignal,
  ) => {
    const { etag } = await storage.copyPart(
      { ...upload, partNumber, from, range, ifMatch },
      { signal: stop },
    );
    onBytes?.(range.end - range.start + 1);
    return { partNumber, etag };
  };
  const ranges = partRanges(size, limits.partBytes);
  for await (const part of mapConcurrent(ranges, copyPart, { limit: PARTS_AT_ONCE, signal }))
    parts.push(part);
  return parts;
}

/** Cuts `size` bytes into parts of `partBytes`, or of more whole MiB when that would make too many. */
export function* partRanges(
  size: number,
  partBytes: number,
): Generator<{ partNumber: number; range: { start: number; end: number } }, void, undefined> {
  const atLeast = Math.ceil(size / MAX_PARTS / MiB) * MiB;
  const length = Math.max(partBytes, size > partBytes * MAX_PARTS ? atLeast : 0);
  for (let start = 0, partNumber = 1; start < size; start += length, partNumber++)
    yield { partNumber, range: { start, end: Math.min(start + length, size) - 1 } };
}

/** What of an object has to be given anew when it is written or copied anew. */
export function attributesOf(stat: ObjectStat): ObjectAttributes {
  const {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires,
    metadata,
  } = stat;
  return {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires,
    metadata,
  };
}

/** None where the server has no tags; any other failure to read them is one, since they would be lost. */
async function tagsOf(storage: Storage, ref: ObjectRef, options: CallOptions) {
  try {
    const tags = await storage.readObjectTags(ref, options);
    return Object.keys(tags).length === 0 ? undefined : tags;
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-supported') return undefined;
    throw error;
  }
}

/** A weak ETag never matches (RFC 9110, 13.1.1), and an empty one names nothing. */
function comparable(etag: string | undefined): string | undefined {
  return etag === undefined || etag === '' || etag.startsWith('W/') ? undefined : etag;
}
