import { expect } from 'vitest';
import type { ListPage, ObjectVersion } from '#shared/objects.ts';
import { listPages, pagesOf } from '#storage/list.ts';
import type { ListPageInput, ObjectRef, Storage } from '#storage/storage.ts';
import { freshBucketName, type Endpoint } from '#test/support/endpoints.ts';
import type { Capabilities } from './capabilities.ts';

/** What a part of the suite is about; endpoint and storage are there once the tests run. */
export interface Subject {
  endpoint: () => Endpoint;
  storage: () => Storage;
  has: Capabilities;
}

/** A whole listing, its pages joined. */
export async function collect(
  storage: Storage,
  input: ListPageInput,
): Promise<{ pages: number; prefixes: string[]; keys: string[] }> {
  const pages: ListPage[] = [];
  for await (const page of listPages(storage, input)) pages.push(page);
  return {
    pages: pages.length,
    prefixes: pages.flatMap((page) => page.prefixes),
    keys: pages.flatMap((page) => page.objects.map((object) => object.key)),
  };
}

/** All versions under a prefix, in the order of the server. */
export async function collectVersions(
  storage: Storage,
  input: ListPageInput,
): Promise<{ pages: number; prefixes: string[]; versions: ObjectVersion[] }> {
  const found = { pages: 0, prefixes: [] as string[], versions: [] as ObjectVersion[] };
  const pages = pagesOf((token, signal) => storage.listVersionsPage({ ...input, token }, { signal }), input);
  for await (const { prefixes, versions } of pages) {
    found.pages += 1;
    found.prefixes.push(...prefixes);
    found.versions.push(...versions);
  }
  return found;
}

/** A new bucket that keeps versions. */
export async function versionedBucket(storage: Storage): Promise<string> {
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
  return bucket;
}

/** Writes a text, and gives the version that it is, where there are versions. */
export async function writeText(storage: Storage, ref: ObjectRef, text: string): Promise<string> {
  const { versionId } = await storage.write({ bucket: ref.bucket, key: ref.key, body: Buffer.from(text) });
  return versionId ?? 'null';
}

export async function textOf(storage: Storage, ref: ObjectRef): Promise<string> {
  const { body } = await storage.read(ref);
  return Buffer.concat(await body.toArray()).toString();
}

/** An object's bytes, or a range of them, by one plain read. */
export async function bytesOf(
  storage: Storage,
  bucket: string,
  key: string,
  range?: { start: number; end?: number },
): Promise<Buffer> {
  const { body, contentLength } = await storage.read({ bucket, key }, { range });
  const bytes = Buffer.concat(await body.toArray());
  expect(bytes.length).toBe(contentLength);
  return bytes;
}
