import { createHash } from 'node:crypto';
import type { ObjectAttributes, SentBody, Storage } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import type { ItemTask, Moved, TransferContext } from '../transfer.ts';
import { sliceBody, type SourceFile } from './source-file.ts';

/** Up to this size a file is read once and held; a larger one is read twice: for its MD5, and to be sent. */
const HELD_BYTES = 2 ** 20;

export interface WholeInput {
  storage: Storage;
  bucket: string;
  key: string;
  attributes: ObjectAttributes;
  storageClass?: string | undefined;
}

/** What a file is before it is sent in one piece. */
export interface Measured {
  md5: string;
  /** The file itself when it is small. */
  bytes?: Buffer;
}

/** @throws StorageError; `changed` when the file changes meanwhile */
export async function measure(file: SourceFile, signal: AbortSignal): Promise<Measured> {
  if (file.size > HELD_BYTES) return { md5: await file.md5({ start: 0, end: file.size }, signal) };
  const bytes = await file.whole();
  await file.requireUnchanged();
  return { md5: createHash('md5').update(bytes).digest('hex'), bytes };
}

/**
 * Sends a file in one request. The server is told its MD5, and refuses what arrives otherwise.
 * @throws StorageError; `changed` when the file changed while it was read: nothing is stored then
 */
export async function sendWhole(
  file: SourceFile,
  { md5, bytes }: Measured,
  { storage, ...to }: WholeInput,
  task: ItemTask,
  { limits }: TransferContext,
): Promise<Moved> {
  const passing = { rate: limits.rate, moved: task.moved, retried: task.retried, signal: task.signal };
  let body: SentBody;
  if (bytes === undefined) body = sliceBody(file, { start: 0, end: file.size }, passing);
  else {
    await limits.rate.take(bytes.length, task.signal);
    body = bytes;
  }
  try {
    const { etag } = await storage.write({ ...to, ...to.attributes, body, md5 }, { signal: task.signal });
    // The server has compared the MD5; an ETag that is none says nothing of the bytes.
    return { state: 'done', bytes: file.size, verified: isMd5(etag) && etag !== md5 ? 'checksum' : 'md5' };
  } catch (error) {
    await file.requireUnchanged();
    throw error;
  }
}
