import { expect } from 'vitest';
import type { JobInput, JobRequest } from '#shared/job.ts';
import { jobInputSchema } from '#shared/job.ts';
import type { Operation, Step } from '#jobs/operation.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { listObjects } from '#storage/list.ts';
import type { ObjectRef, Storage } from '#storage/storage.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import type { Objects } from './support.ts';

/** A new bucket that keeps versions, with these objects in it. */
export async function versionedBucket(storage: Storage, objects: Objects = {}): Promise<string> {
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
  await putAll(storage, bucket, objects);
  return bucket;
}

export async function putAll(storage: Storage, bucket: string, objects: Objects): Promise<void> {
  const write = ([key, body]: [string, string | Uint8Array]) =>
    storage.write({ bucket, key, body: Buffer.from(body) });
  for await (const _ of mapConcurrent(Object.entries(objects), write, { limit: 16 }));
}

export async function bytesOf(storage: Storage, ref: ObjectRef): Promise<Buffer> {
  const { body } = await storage.read(ref);
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

/** Everything in a bucket, by key. */
export async function contentsOf(
  storage: Storage,
  bucket: string,
  isMeant: (key: string) => boolean = () => true,
): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  async function* meant() {
    for await (const object of listObjects(storage, { bucket })) if (isMeant(object.key)) yield object;
  }
  const read = async ({ key }: { key: string }) => [key, await bytesOf(storage, { bucket, key })] as const;
  for await (const [key, bytes] of mapConcurrent(meant(), read, { limit: 16 }))
    contents[key] = bytes.toString();
  return contents;
}

/** Runs an operation by itself, prepared as a job would be, and gives its last step. */
export async function runThrough<K extends JobInput['kind'], R>(
  operation: Operation<Extract<JobInput, { kind: K }>, R>,
  storage: Storage,
  request: Omit<Extract<JobRequest, { kind: K }>, 'connectionId'>,
  signal = new AbortController().signal,
): Promise<Step<R>> {
  const parsed = jobInputSchema.parse({ ...request, connectionId: 'test' });
  const input = parsed as Extract<JobInput, { kind: K }>;
  await operation.prepare(storage, input, signal);
  let last: Step<R> | undefined;
  for await (const step of operation.run(storage, input, signal)) last = step;
  if (last === undefined) throw new Error('The operation told nothing.');
  return last;
}

/** Waits until the unfinished uploads of a bucket are those. */
export async function expectUploads(storage: Storage, bucket: string, keys: string[]): Promise<void> {
  const { uploads } = await storage.listUploadsPage({ bucket });
  expect(uploads.map(({ key }) => key)).toEqual(keys);
}
