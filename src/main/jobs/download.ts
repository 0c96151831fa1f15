import { createHash } from 'node:crypto';
import { rm, utimes } from 'node:fs/promises';
import type { DownloadInput } from '#shared/job.ts';
import type { DownloadResult } from '#shared/job-results.ts';
import type { ObjectStat } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import { readResumed } from '#storage/read.ts';
import type { Storage } from '#storage/storage.ts';
import type { Operation, Step } from './operation.ts';
import { Tally } from './tally.ts';
import { OutputFile } from './zip/output-file.ts';
import { checkTarget, partialPath, publish } from './target-file.ts';

/**
 * Saves one object, or one version of it, as a file: under a partial name until all bytes have come, were checked and
 * are on the disk. The file has the object's date. However it ends before that, nothing of it is left.
 */
export const download: Operation<DownloadInput, DownloadResult> = {
  async prepare(storage, { bucket, key, versionId, path, overwrite }, signal) {
    await checkTarget(path, overwrite);
    await storage.stat({ bucket, key, versionId }, { signal });
  },
  run,
};

async function* run(
  storage: Storage,
  { bucket, key, versionId, path, overwrite }: DownloadInput,
  signal: AbortSignal,
): AsyncGenerator<Step<DownloadResult>, void> {
  const stat = await storage.stat({ bucket, key, versionId }, { signal });
  const { size, etag } = stat;
  const ref = { bucket, key, versionId: versionId ?? stat.versionId };
  const tally = new Tally();
  tally.total = { objects: 1, bytes: size, isFinal: true };
  tally.current = key;
  const partial = partialPath(path);
  const hash = isMd5(stat) ? createHash('md5') : undefined;
  const read = () => readResumed(storage, ref, { size, etag, signal });
  let file: OutputFile | undefined;
  try {
    file = await OutputFile.create(partial);
    for await (const chunk of read()) {
      hash?.update(chunk);
      await file.write(chunk);
      tally.bytes += chunk.length;
      if (tally.isDue()) yield { progress: tally.snapshot() };
    }
    const md5 = hash?.digest('hex');
    const verified = await verify(stat, { md5, received: tally.bytes }, read, bucket);
    const written = await file.sync();
    if (written !== size) throw otherLength(path, size, written);
    await file.close();
    await keepDate(partial, stat);
    signal.throwIfAborted();
    await publish(partial, path, overwrite);
    tally.objects = 1;
    tally.current = undefined;
    yield { progress: tally.snapshot(), result: { path, bytes: size, verified } };
  } finally {
    try {
      await file?.close(); // a network disk tells of lack of room only here
    } finally {
      await rm(partial, { force: true });
    }
  }
}

/**
 * An ETag that should be the MD5 of the bytes: 32 hex digits. Those of uploads in parts have a dash, Hitachi's of them
 * are longer; where the server encrypts by keys of its own it is something else ("Amazon S3 API Reference", Object).
 */
function isMd5({ etag, encryption }: ObjectStat): boolean {
  return /^[0-9a-f]{32}$/iu.test(etag) && (encryption === undefined || encryption === 'AES256');
}

/**
 * Makes sure that the bytes are the object's. One that does not agree with an ETag that looks like an MD5 is read a
 * second time: when it is the same again, the ETag is something else, as it is on servers that do not say so.
 * @throws StorageError `incomplete` for fewer or more bytes than the object has, or others than a second time
 */
async function verify(
  stat: ObjectStat,
  { md5, received }: { md5: string | undefined; received: number },
  readAgain: () => AsyncIterable<Buffer>,
  bucket: string,
): Promise<DownloadResult['verified']> {
  const { key, size, etag } = stat;
  const fail = (message: string) =>
    new StorageError({ kind: 'incomplete', operation: 'read', bucket, key, message });
  if (received !== size)
    throw fail(`Object “${key}” in bucket “${bucket}” has ${size} bytes, and ${received} came.`);
  if (md5 === undefined) return 'length';
  if (md5 === etag.toLowerCase()) return 'md5';
  const again = createHash('md5');
  for await (const chunk of readAgain()) again.update(chunk);
  if (again.digest('hex') === md5) return 'length';
  throw fail(
    `Of object “${key}” in bucket “${bucket}” other bytes came than the server has: it was read twice.`,
  );
}

/** The file's date is the object's, where the disk can keep it. */
async function keepDate(path: string, { modifiedAt }: ObjectStat): Promise<void> {
  if (modifiedAt !== undefined) await utimes(path, modifiedAt, modifiedAt).catch(() => undefined);
}

function otherLength(path: string, size: number, written: number): StorageError {
  const message = `The file “${path}” has ${written} bytes on the disk after ${size} were written to it.`;
  return new StorageError({ kind: 'disk-error', operation: 'write', path, message });
}
