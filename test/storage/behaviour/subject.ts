import { expect } from 'vitest';
import type { ListPage } from '#shared/objects.ts';
import { listPages } from '#storage/list.ts';
import type { ListPageInput, Storage } from '#storage/storage.ts';
import type { Endpoint } from '#test/support/endpoints.ts';

/** What a part of the suite is about; both are there once the tests run. */
export interface Subject {
  endpoint: () => Endpoint;
  storage: () => Storage;
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
