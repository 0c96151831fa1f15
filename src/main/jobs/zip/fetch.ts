import { crc32, deflateRawSync } from 'node:zlib';
import type { ListedObject } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import { readWhole } from '#storage/read.ts';
import type { Storage } from '#storage/storage.ts';
import { deflatePool } from './deflate-pool.ts';
import type { Flow } from './flow.ts';
import type { ReadyBody } from './zip-writer.ts';

/** Up to here deflating takes the event loop no longer than to hand the bytes to a thread. */
const TINY_BYTES = 512;

/** An object's bytes in memory, compressed where that makes them fewer. */
export async function fetchWhole(
  storage: Storage,
  bucket: string,
  object: ListedObject,
  options: { compress: boolean; signal: AbortSignal; flow: Flow },
): Promise<ReadyBody> {
  const { key, size, etag, versionId } = object;
  const ref = { bucket, key, versionId };
  const begun = performance.now();
  const bytes = await readWhole(storage, ref, { size, etag, signal: options.signal });
  options.flow.took(performance.now() - begun);
  if (options.compress && size > TINY_BYTES) {
    const { raw, data, crc32: crc } = await deflatePool.deflate(owned(bytes));
    return shorter({ method: 'store', data: raw, crc32: crc, bytes: size }, data);
  }
  const stored: ReadyBody = { method: 'store', data: bytes, crc32: crc32(bytes), bytes: size };
  return options.compress && size > 0 ? shorter(stored, deflateTiny(bytes)) : stored;
}

/** The entry with `data` as its deflated bytes, if they are fewer. */
function shorter(stored: ReadyBody, data: Uint8Array): ReadyBody {
  return data.length < stored.bytes ? { ...stored, method: 'deflate', data } : stored;
}

/** With a window no larger than the bytes: to make a whole one ready takes longer than to deflate them. */
function deflateTiny(bytes: Buffer): Buffer {
  const windowBits = Math.max(9, 33 - Math.clz32(bytes.length));
  return deflateRawSync(bytes, { windowBits, memLevel: windowBits - 6 });
}

/** The same bytes, alone in their buffer. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
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
