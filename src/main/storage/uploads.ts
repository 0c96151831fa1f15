import type { UploadPage } from '#shared/objects.ts';
import { pagesOf } from './list.ts';
import type { CallOptions, Storage, UploadRef } from './storage.ts';

/**
 * All pages of the unfinished multipart uploads under a prefix.
 * @throws StorageError; of kind `server-error` when the server goes in a circle.
 */
export function uploadPages(
  storage: Storage,
  { bucket, prefix }: { bucket: string; prefix?: string | undefined },
  { signal }: CallOptions = {},
): AsyncGenerator<UploadPage, void, undefined> {
  return pagesOf((token, stop) => storage.listUploadsPage({ bucket, prefix, token }, { signal: stop }), {
    bucket,
    signal,
  });
}

/**
 * How much of an unfinished upload has arrived.
 * @throws StorageError; `not-found` when it has been completed or aborted since.
 */
export async function uploadSize(
  storage: Storage,
  upload: UploadRef,
  { signal }: CallOptions = {},
): Promise<{ parts: number; bytes: number }> {
  const size = { parts: 0, bytes: 0 };
  const pages = pagesOf((token, stop) => storage.listPartsPage({ ...upload, token }, { signal: stop }), {
    bucket: upload.bucket,
    signal,
  });
  for await (const { parts } of pages) {
    size.parts += parts.length;
    for (const part of parts) size.bytes += part.size;
  }
  return size;
}
