import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices, type JobServices } from '#jobs/services.ts';
import type { KeyValueStore } from '#settings/store.ts';
import { type Job, type JobRequest, jobInputSchema } from '#shared/job.ts';
import type { ObjectVersion } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { listObjects } from '#storage/list.ts';
import { withRetries } from '#storage/retry.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';
import { uploadPages } from '#storage/uploads.ts';
import { versionPages } from '#storage/versions.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { type Forwarder, type ForwarderOptions, startForwarder } from '#test/support/forwarder.ts';
import { ended, type World } from './support.ts';

/** Pauses that end at once. */
export const noPause: JobServices['pause'] = async (_, signal) => signal.throwIfAborted();

type WithoutPlace<T> = T extends unknown ? Omit<T, 'connectionId' | 'bucket'> : never;
export type Request = WithoutPlace<JobRequest>;

/** A way to the world's sandbox on which every request is seen, and some are answered by the test; ends with the test. */
export async function watched(
  { access }: World,
  options: ForwarderOptions = {},
): Promise<{ forwarder: Forwarder; runner: JobRunner; run(bucket: string, request: Request): Promise<Job> }> {
  const [endpoint, accessKeyId, secretAccessKey] = access;
  const forwarder = await startForwarder(endpoint, options);
  const settings = localSettings(forwarder.endpoint, { accessKeyId });
  const storage = withRetries(createS3Storage({ settings, secretAccessKey }), { attempts: 3, baseMs: 5 });
  const runner = new JobRunner(async () => storage, undefined, basicServices({ pause: noPause }));
  onTestFinished(async () => {
    await runner.close();
    storage.close();
    await forwarder.close();
  });
  return { forwarder, runner, run: (bucket, request) => runOn(runner, bucket, request) };
}

export async function runOn(runner: JobRunner, bucket: string, request: Request): Promise<Job> {
  return ended(runner, await runner.start(inputOf(bucket, request)));
}

export function inputOf(bucket: string, request: Request) {
  return jobInputSchema.parse({ ...request, connectionId: 'test', bucket });
}

/** A bucket with versioning on, in which each of the keys was written as often as it is named. */
export async function versionedBucket(
  { storage, bucket: make }: Pick<World, 'storage' | 'bucket'>,
  keys: readonly string[],
): Promise<string> {
  const bucket = await make({});
  await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
  for (const key of keys) await storage.write({ bucket, key, body: Buffer.from(key) });
  return bucket;
}

export async function putMany(storage: Storage, bucket: string, keys: Iterable<string>): Promise<void> {
  const put = (key: string) => storage.write({ bucket, key, body: Buffer.from('x') });
  for await (const _ of mapConcurrent(keys, put, { limit: 32 }));
}

export async function keysIn(storage: Storage, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listObjects(storage, { bucket })) keys.push(key);
  return keys;
}

export async function versionsIn(storage: Storage, bucket: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  for await (const page of versionPages(storage, { bucket })) found.push(...page.versions);
  return found;
}

export async function uploadsIn(storage: Storage, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { uploads } of uploadPages(storage, { bucket }))
    keys.push(...uploads.map(({ key }) => key));
  return keys;
}

export const isBulk = ({ method, url }: { method: string; url: string }) =>
  method === 'POST' && /[?&]delete/u.test(url);
export const isSingle = ({ method }: { method: string }) => method === 'DELETE';

/** A settings file on disk, which is there for the next process. */
export class FileStore implements KeyValueStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get(key: string): unknown {
    return this.#read()[key];
  }

  set(key: string, value: unknown): void {
    writeFileSync(this.#path, JSON.stringify({ ...this.#read(), [key]: value }));
  }

  #read(): Record<string, unknown> {
    if (!existsSync(this.#path)) return {};
    return JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, unknown>;
  }
}
