import type { Tags } from '#shared/bucket-settings.ts';
import { StorageError } from '#storage/errors.ts';
import type { ObjectAttributes, Storage } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import type { ItemTask, Moved, TransferContext } from '../transfer.ts';
import type { PartedSource, PartPassing } from '../upload/send-parts.ts';
import { type EtagKnowledge, isOtherDigest, type Send, sendChecked, sendOnce } from './checked-send.ts';
import type { SourceObject } from './source-object.ts';

/** Up to this size an object is held, so that its MD5 is known before it is sent. */
const HELD_BYTES = 2 ** 20;

export interface ObjectTarget {
  storage: Storage;
  bucket: string;
  key: string;
  attributes: ObjectAttributes;
  tags?: Tags | undefined;
}

/**
 * Sends an object in one request, without touching the disk. The server is told its MD5 where that is known before: by the
 * source's ETag, or since the object is small. Else what passed is compared with the new ETag.
 *
 * @throws StorageError; `changed` when the source changes meanwhile
 */
export async function sendObject(
  source: SourceObject,
  { storage, bucket, key, attributes, tags }: ObjectTarget,
  task: ItemTask,
  { limits }: TransferContext,
): Promise<Moved> {
  const { signal } = task;
  const passing = { rate: limits.rate, moved: task.moved, retried: task.retried, signal };
  const send: Send = (body, md5) =>
    storage.write({ bucket, key, ...attributes, tags, body, md5 }, { signal });
  const done = { state: 'done', bytes: source.size } as const;
  if (source.size <= HELD_BYTES) {
    const { bytes, md5 } = await wholeChecked(source, passing);
    const { etag } = await send(bytes, md5);
    return { ...done, verified: isMd5(etag) && etag !== md5 ? 'checksum' : 'md5' };
  }
  const slice = { start: 0, end: source.size };
  if (source.md5 !== undefined) {
    try {
      const { etag } = await sendOnce(source, slice, send, source.md5, passing);
      return { ...done, verified: isMd5(etag) && etag !== source.md5 ? 'checksum' : 'md5' };
    } catch (error) {
      // The source's ETag only looks like an MD5, on servers that encrypt and do not say so.
      if (!isOtherDigest(error)) throw error;
    }
  }
  const { verified } = await sendChecked(source, slice, send, { areOther: false }, passing);
  if (verified !== 'length') return { ...done, verified };
  const { size } = await storage.stat({ bucket, key }, { signal });
  if (size === source.size) return { ...done, verified };
  const message = `Object “${key}” in bucket “${bucket}” has ${size} bytes after ${source.size} were sent.`;
  throw new StorageError({ kind: 'incomplete', operation: 'transfer', bucket, key, message });
}

/** Bytes that disagree with the source's ETag are read once more: the same again, and the ETag is something else. */
async function wholeChecked(source: SourceObject, passing: PartPassing) {
  const first = await source.whole(passing);
  if (source.md5 === undefined || source.md5 === first.md5) return first;
  passing.moved(-first.bytes.length);
  passing.retried();
  const second = await source.whole(passing);
  if (second.md5 === first.md5 || second.md5 === source.md5) return second;
  passing.moved(-second.bytes.length);
  const { bucket, key } = source.ref;
  const message = `Of object “${key}” in bucket “${bucket}” other bytes came than the server has: it was read twice.`;
  throw new StorageError({ kind: 'incomplete', operation: 'read', bucket, key, message });
}

/** A large object that is read from one server and sent to another, part by part. */
export function streamedParts(source: SourceObject, storage: Storage): PartedSource {
  const etags: EtagKnowledge = { areOther: false };
  let isChecked = true;
  return {
    name: source.name,
    size: source.size,
    mtimeMs: source.mtimeMs,
    etag: source.etag,
    async put(to, slice, passing) {
      const send: Send = (body, md5) => storage.uploadPart({ ...to, body, md5 }, { signal: passing.signal });
      const { etag, verified } = await sendChecked(source, slice, send, etags, passing);
      if (verified === 'length') isChecked = false;
      return { etag };
    },
    requireUnchanged: () => source.requireUnchanged({}),
    verified: () => (isChecked ? 'parts' : 'length'),
  };
}

/** A large object that the server copies by itself, part by part. */
export function copiedParts(source: SourceObject, storage: Storage): PartedSource {
  return {
    name: source.name,
    size: source.size,
    mtimeMs: source.mtimeMs,
    etag: source.etag,
    async put(to, { start, end }, { moved, signal }) {
      const range = { start, end: end - 1 };
      const input = { ...to, from: source.ref, range, ifMatch: comparable(source.etag) };
      const { etag } = await storage.copyPart(input, { signal });
      moved(end - start);
      return { etag };
    },
    requireUnchanged: () => source.requireUnchanged({}),
    verified: () => 'length',
  };
}

/** A weak ETag never matches (RFC 9110, 13.1.1), and an empty one names nothing. */
export function comparable(etag: string): string | undefined {
  return etag === '' || etag.startsWith('W/') ? undefined : etag;
}
