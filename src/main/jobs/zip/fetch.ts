import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import type { ListedObject } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import { readWhole } from '#storage/read.ts';
import type { Storage } from '#storage/storage.ts';
import type { ReadyBody } from './zip-writer.ts';

const deflate = promisify(deflateRaw);

/** An object's bytes in memory, compressed where that makes them fewer. */
export async function fetchWhole(
  storage: Storage,
  bucket: string,
  object: ListedObject,
  options: { compress: boolean; signal: AbortSignal },
): Promise<ReadyBody> {
  const { key, size, etag, versionId } = object;
  const ref = { bucket, key, versionId };
  const bytes = await readWhole(storage, ref, { size, etag, signal: options.signal });
  const stored: ReadyBody = { method: 'store', data: bytes, crc32: crc32(bytes), bytes: size };
  if (!options.compress || size === 0) return stored;
  const data = await deflate(bytes);
  return data.length < size ? { ...stored, method: 'deflate', data } : stored;
}

/**
 * Makes sure that as many bytes came as the listing said; `more` while more may come.
 * @throws StorageError `incomplete`.
 */
export function checkLength(bucket: string, object: ListedObject, received: number, more?: 'more'): void {
  const { key, size } = object;
  if (received === size || (more !== undefined && received < size)) return;
  const message = `Object “${key}” in bucket “${bucket}” was listed with ${size} bytes, and ${received} came.`;
  throw new StorageError({ kind: 'incomplete', operation: 'read', bucket, key, message, retryable: false });
}
