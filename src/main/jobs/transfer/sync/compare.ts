import type { ListedObject } from '#shared/objects.ts';
import type { SyncInput } from '#shared/transfer.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import { keptMtimeMs } from '../upload/headers.ts';
import { SourceFile } from '../upload/source-file.ts';

/** Dates of servers and file systems are compared by the second: many keep no more of them. */
const SAME_MS = 1000;

export interface ComparedFile {
  path: string;
  size: number;
  mtimeMs: number;
}
export type ComparedObject = Pick<ListedObject, 'key' | 'size' | 'etag' | 'modifiedAt'>;

/**
 * Why a file and an object are not the same; undefined when they are. Of two of the same size the source's has to be newer,
 * unless the object says that it was made of a file of this very date; by content, the ETag decides where it is an MD5.
 *
 * @throws StorageError of a `disk-*` kind for a file that cannot be read; what the storage throws
 */
export async function difference(
  storage: Storage,
  { bucket, direction, compare }: Pick<SyncInput, 'bucket' | 'direction' | 'compare'>,
  file: ComparedFile,
  object: ComparedObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (file.size !== object.size) return 'its size is another';
  if (compare === 'content' && isMd5(object.etag)) {
    const source = await SourceFile.open(file.path);
    try {
      const md5 = await source.md5({ start: 0, end: source.size }, signal);
      return md5 === object.etag ? undefined : 'its content is another';
    } finally {
      await source.close();
    }
  }
  const modifiedMs = object.modifiedAt.getTime();
  const isNewer =
    direction === 'up' ? file.mtimeMs > modifiedMs + SAME_MS : modifiedMs > file.mtimeMs + SAME_MS;
  if (!isNewer) return undefined;
  const kept = await keptDate(storage, { bucket, key: object.key }, signal);
  if (kept !== undefined && Math.abs(kept - file.mtimeMs) <= SAME_MS) return undefined;
  return direction === 'up' ? 'the file is newer' : 'the object is newer';
}

/** A listing does not have it. */
async function keptDate(
  storage: Storage,
  ref: { bucket: string; key: string },
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return keptMtimeMs((await storage.stat(ref, { signal })).metadata);
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
