import type { Upload } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { uploadPages } from '#storage/uploads.ts';

/** Requests to abort an upload under way at once; HCP advises at most 50 writes to a node ("Multithreading"). */
const ABORTS_AT_ONCE = 32;

export type UploadName = Pick<Upload, 'key' | 'uploadId'>;

/** All unfinished uploads under a prefix. */
export async function* uploadsUnder(
  storage: Storage,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Upload, void, undefined> {
  for await (const { uploads } of uploadPages(storage, { bucket, prefix }, { signal })) yield* uploads;
}

/** Aborts them in parallel. What HCP refuses to who neither began the upload nor owns the bucket has its `error`. */
export function abortEach(
  storage: Storage,
  bucket: string,
  uploads: AsyncIterable<UploadName> | Iterable<UploadName>,
  signal: AbortSignal,
): AsyncGenerator<UploadName & { error?: StorageError }, void, undefined> {
  const abort = async ({ key, uploadId }: UploadName, stop: AbortSignal) => {
    try {
      await storage.abortUpload({ bucket, key, uploadId }, { signal: stop });
      return { key, uploadId };
    } catch (error) {
      if (isAbort(error, stop) || !(error instanceof StorageError)) throw error;
      return { key, uploadId, error };
    }
  };
  return mapConcurrent(uploads, abort, { limit: ABORTS_AT_ONCE, signal });
}
