import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copy, copyWithin } from '#jobs/copy.ts';
import { download } from '#jobs/download.ts';
import { restore, restoreWithin } from '#jobs/restore.ts';
import { update, updateWithin } from '#jobs/update.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { versionsOf } from '#storage/versions.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { bytesOf, contentsOf, expectUploads, putAll, runThrough, versionedBucket } from './object-support.ts';

const MiB = 1024 * 1024;
const limits = { singleBytes: 10 * MiB, partBytes: 5 * MiB };
const attributes = {
  contentType: 'video/x-long',
  cacheControl: 'private',
  contentDisposition: 'inline; filename="a b.txt"',
  contentLanguage: 'de',
  metadata: { one: '1', two: 'a b' },
};

export interface JobServer {
  storage: Storage;
  stop(): Promise<void>;
}

/** What is done to objects, on one server: copied, moved, brought back, changed, saved. */
export function objectJobs(name: string, start: () => Promise<JobServer>): void {
  describe(`jobs with objects on ${name}`, () => {
    let server: JobServer;
    let storage: Storage;
    beforeAll(async () => {
      server = await start();
      storage = server.storage;
    });
    afterAll(() => server.stop());

    /** Without placeholders of folders: Hitachi lists some that nobody made. */
    const contents = async (bucket: string) =>
      Object.fromEntries(Object.entries(await contentsOf(storage, bucket, (key) => !key.endsWith('/'))));

    async function expectLong(bucket: string, key: string, long: Buffer): Promise<void> {
      const stat = await storage.stat({ bucket, key });
      expect(stat.etag).toContain('-');
      expect(stat).toMatchObject(attributes);
      expect((await bytesOf(storage, { bucket, key })).equals(long)).toBe(true);
      await expectUploads(storage, bucket, []);
    }

    it('a long object is moved, made current again and changed in parts, and keeps its headers', async () => {
      const bucket = await versionedBucket(storage);
      const long = randomBytes(11 * MiB);
      const [from, to] = [{ bucket, key: 'in/ä +?.bin' }, { bucket, key: 'out/ä +?.bin' }]; // prettier-ignore
      await storage.write({ ...from, body: long });
      await storage.copy({ from, to: from, attributes });
      const moved = await runThrough(copyWithin(limits), storage, {
        kind: 'copy', bucket, prefix: 'in/', base: 'in/', to: { bucket, prefix: 'out/' }, move: true,
      }); // prettier-ignore
      expect(moved.progress.failures.first).toEqual([]);
      await expectLong(bucket, to.key, long);
      expect(Object.keys(await contents(bucket))).toEqual([to.key]);

      const { versionId = '' } = await storage.stat(to);
      await putAll(storage, bucket, { [to.key]: 'newer' });
      const version = { key: to.key, versionId };
      const back = await runThrough(restoreWithin(limits), storage, { kind: 'restore', bucket, version });
      expect(back).toMatchObject({ result: { restored: 1 }, progress: { failures: { first: [] } } });
      await expectLong(bucket, to.key, long);

      const headers = { cacheControl: 'no-store', metadata: { two: null, three: '3' } };
      const changed = await runThrough(updateWithin(limits), storage, {
        kind: 'update', bucket, keys: [to.key], changes: { headers },
      }); // prettier-ignore
      expect(changed).toMatchObject({ result: { changed: 1 }, progress: { failures: { first: [] } } });
      const { metadata, ...stat } = await storage.stat(to);
      expect(metadata).toEqual({ one: '1', three: '3' });
      expect(stat).toMatchObject({
        contentType: attributes.contentType,
        cacheControl: 'no-store',
        size: long.length,
      });
    });

    it('tags and access stay where headers are changed', async () => {
      const bucket = await versionedBucket(storage, { k: 'x' });
      const ref = { bucket, key: 'k' };
      const tags = { a: 'b c', ä: '+' };
      const hasTags = await offered(storage.writeObjectTags(ref, tags));
      await storage.writeObjectAcl(ref, { canned: 'public-read' });
      const { Grants } = await storage.readObjectAcl(ref);
      const headers = { contentType: 'text/html' };
      const step = await runThrough(update, storage, {
        kind: 'update',
        bucket,
        keys: ['k'],
        changes: { headers },
      });
      expect(step).toMatchObject({ result: { changed: 1 }, progress: { failures: { first: [] } } });
      expect((await storage.stat(ref)).contentType).toBe('text/html');
      expect((await storage.readObjectAcl(ref)).Grants).toEqual(Grants);
      if (hasTags) {
        expect(await storage.readObjectTags(ref)).toEqual(tags);
        const changes = { headers: { cacheControl: 'private' }, tags: { only: 'this' } };
        await runThrough(update, storage, { kind: 'update', bucket, keys: ['k'], changes });
        expect(await storage.readObjectTags(ref)).toEqual({ only: 'this' });
      }
    });

    it('a folder is moved into itself and out again, and P16 its neighbours stay', async () => {
      const before = { 'a/x': '1', 'a/b/x': '2', 'a/b/b/y': '3', a: 'n', ab: 'n', 'a.txt': 'n' };
      const bucket = await versionedBucket(storage, before);
      const move = { kind: 'copy' as const, bucket, move: true };
      const into = await runThrough(copy, storage, {
        ...move,
        prefix: 'a/',
        base: 'a/',
        to: { bucket, prefix: 'a/b/' },
      });
      expect(into.progress.failures.first).toEqual([]);
      const neighbours = { a: 'n', ab: 'n', 'a.txt': 'n' };
      expect(await contents(bucket)).toEqual({
        ...neighbours,
        'a/b/x': '1',
        'a/b/b/x': '2',
        'a/b/b/b/y': '3',
      });
      const out = await runThrough(copy, storage, {
        ...move,
        prefix: 'a/b/',
        base: 'a/b/',
        to: { bucket, prefix: 'a/' },
      });
      expect(out.progress.failures.first).toEqual([]);
      expect(await contents(bucket)).toEqual(before);
    });

    it('P17, P21 and P22: hostile keys are renamed, deleted, and brought back without a marker of their own', async () => {
      const keys = hostileKeys(40, 21).filter((key) => isPlain(key));
      const named = (prefix: string) => Object.fromEntries(keys.map((key) => [`${prefix}${key}`, key]));
      const bucket = await versionedBucket(storage, named('from/'));
      const renamed = await runThrough(copy, storage, {
        kind: 'copy', bucket, prefix: 'from/', base: 'from/', to: { bucket, prefix: 'to +%/' }, move: true,
      }); // prettier-ignore
      expect(renamed.progress.failures.first).toEqual([]);
      expect(await contents(bucket)).toEqual(named('to +%/'));
      for (const key of Object.keys(named('to +%/'))) await storage.delete({ bucket, key });
      expect(await contents(bucket)).toEqual({});
      const back = await runThrough(restore, storage, { kind: 'restore', bucket, prefix: 'to +%/' });
      expect(back.progress.failures.first).toEqual([]);
      expect(await contents(bucket)).toEqual(named('to +%/'));
      for (const key of Object.keys(named('to +%/'))) {
        const markers = (await versionsOf(storage, { bucket, key })).filter(
          ({ kind }) => kind === 'delete-marker',
        );
        expect(markers).toEqual([]);
      }
    });

    it('P23: what was uploaded in parts is saved as it is, and not taken for damage', async () => {
      const bucket = await versionedBucket(storage);
      const [from, to] = [{ bucket, key: 'k' }, { bucket, key: 'parts' }]; // prettier-ignore
      const long = randomBytes(11 * MiB);
      await storage.write({ ...from, body: long });
      await runThrough(copyWithin(limits), storage, {
        kind: 'copy',
        bucket,
        keys: ['k'],
        base: 'k',
        to: { bucket, prefix: 'parts' },
      });
      const folder = await mkdtemp(join(tmpdir(), 'cooper-download-'));
      try {
        for (const [ref, verified] of [
          [from, 'md5'],
          [to, 'length'],
        ] as const) {
          // prettier-ignore
          const path = join(folder, ref.key);
          const { result } = await runThrough(download, storage, { kind: 'download', ...ref, path });
          expect(result).toEqual({ path, bytes: long.length, verified });
          expect((await readFile(path)).equals(long)).toBe(true);
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
}

/** Not a folder's, which `contents` leaves out, and with room for a prefix. */
function isPlain(key: string): boolean {
  return !key.endsWith('/') && Buffer.byteLength(key) < 900;
}

async function offered(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-supported') return false;
    throw error;
  }
}
