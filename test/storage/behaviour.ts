import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListPage } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { listPages } from '#storage/list.ts';
import { readResumed } from '#storage/read.ts';
import type { ListPageInput, Storage } from '#storage/storage.ts';
import { type Endpoint, freshBucketName, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { expectedListing, sortByBytes } from './model.ts';

/** What every storage system has to do for Cooper: the same suite for each, on the real thing. */
export function behaves(name: string, start: () => Promise<Endpoint>): void {
  describe(`storage on ${name}`, () => {
    let endpoint: Endpoint;
    let storage: Storage;
    beforeAll(async () => {
      endpoint = await start();
      storage = storageOn(endpoint);
    });
    afterAll(async () => {
      storage?.close();
      await endpoint?.stop();
    });

    const collect = async (input: ListPageInput) => {
      const pages: ListPage[] = [];
      for await (const page of listPages(storage, input)) pages.push(page);
      return {
        pages: pages.length,
        prefixes: pages.flatMap((page) => page.prefixes),
        keys: pages.flatMap((page) => page.objects.map((object) => object.key)),
      };
    };
    const bytesOf = async (bucket: string, key: string, range?: { start: number; end?: number }) => {
      const { body, contentLength } = await storage.read({ bucket, key }, { range });
      const bytes = Buffer.concat(await body.toArray());
      expect(bytes.length).toBe(contentLength);
      return bytes;
    };

    describe('buckets', () => {
      test('a new bucket is among those that the user sees, with its date, and the names are sorted', async () => {
        const names = [freshBucketName(), freshBucketName()];
        for (const bucket of names) await storage.createBucket(bucket);
        const listed = await storage.listBuckets();
        expect(listed.map((bucket) => bucket.name)).toEqual(expect.arrayContaining(names));
        expect(listed.map((bucket) => bucket.name)).toEqual(sortByBytes(listed.map((bucket) => bucket.name)));
        const found = listed.find((bucket) => bucket.name === names[0]);
        expect(Math.abs(Date.now() - (found?.createdAt?.getTime() ?? 0))).toBeLessThan(120_000);
      });

      test('a name that no bucket can have is refused', async () => {
        await expect(storage.createBucket('No/Bucket')).rejects.toMatchObject({ kind: 'invalid-input' });
        await expect(storage.createBucket('A_b!c')).rejects.toMatchObject({ kind: 'invalid-input' });
      });

      test('an empty bucket lists as one page with nothing in it', async () => {
        const bucket = await seedBucket(storage, []);
        expect(await collect({ bucket })).toEqual({ pages: 1, prefixes: [], keys: [] });
      });

      test('listing, reading, and writing in a bucket that is not there say so', async () => {
        const bucket = freshBucketName();
        const absent = { kind: 'not-found', bucket, retryable: false };
        await expect(storage.listPage({ bucket })).rejects.toMatchObject(absent);
        await expect(storage.read({ bucket, key: 'a' })).rejects.toMatchObject(absent);
        await expect(storage.stat({ bucket, key: 'a' })).rejects.toMatchObject(absent);
        await expect(storage.write({ bucket, key: 'a', body: Buffer.from('x') })).rejects.toMatchObject(
          absent,
        );
      });
    });

    describe('listing', () => {
      const tree = [
        'a.txt',
        'docs/',
        'docs/one.txt',
        'docs/deep/two.txt',
        'docs.txt',
        'z/last.bin',
        'Z',
        'ä',
        'b b',
        'b+b',
      ];
      let bucket: string;
      beforeAll(async () => {
        bucket = await seedBucket(storage, tree);
      });

      test('one level shows its objects and its folders', async () => {
        const { prefixes, keys } = await collect({ bucket, delimiter: '/' });
        expect(prefixes).toEqual(['docs/', 'z/']);
        expect(keys).toEqual(sortByBytes(['Z', 'a.txt', 'b b', 'b+b', 'docs.txt', 'ä']));
      });

      test("a folder's placeholder is one of its objects, not of its folders", async () => {
        const { prefixes, keys } = await collect({ bucket, prefix: 'docs/', delimiter: '/' });
        expect({ prefixes, keys }).toEqual({ prefixes: ['docs/deep/'], keys: ['docs/', 'docs/one.txt'] });
      });

      test('a prefix that nothing has is an empty page', async () => {
        expect(await collect({ bucket, prefix: 'nowhere/' })).toEqual({ pages: 1, prefixes: [], keys: [] });
      });

      test.each([1, 2, 3, 7])('pages of %i give everything once and in order', async (maxKeys) => {
        const flat = await collect({ bucket, maxKeys });
        expect(flat.keys).toEqual(sortByBytes(tree));
        const level = await collect({ bucket, maxKeys, delimiter: '/' });
        expect({ prefixes: level.prefixes, keys: level.keys }).toEqual(
          expectedListing(tree, { delimiter: '/' }),
        );
      });

      test('a listing starts after a key, whether or not that is there', async () => {
        expect((await collect({ bucket, startAfter: 'docs/one.txt' })).keys).toEqual(['z/last.bin', 'ä']);
        expect((await collect({ bucket, startAfter: 'docs/p' })).keys).toEqual(['z/last.bin', 'ä']);
        expect((await collect({ bucket, startAfter: 'b b' })).keys.at(0)).toBe('b+b');
      });

      test('a listing goes on from where another one stopped', async () => {
        const first = await storage.listPage({ bucket, maxKeys: 4 });
        const rest = await collect({ bucket, token: first.nextToken });
        expect([...first.objects.map((object) => object.key), ...rest.keys]).toEqual(sortByBytes(tree));
      });

      test('each object comes with its size, its date and the ETag that a stat gives', async () => {
        const { objects } = await storage.listPage({ bucket, prefix: 'docs/one' });
        const stat = await storage.stat({ bucket, key: 'docs/one.txt' });
        expect(objects).toHaveLength(1);
        expect(objects[0]).toMatchObject({ key: 'docs/one.txt', size: 12, etag: stat.etag });
        expect(stat.etag).toMatch(/^[^"]+$/u);
        expect(Math.abs(Date.now() - (objects[0]?.modifiedAt.getTime() ?? 0))).toBeLessThan(120_000);
      });

      test('more than a thousand objects come in several pages, none twice', async () => {
        const keys = Array.from({ length: 1_050 }, (_, i) => `n/${String(i).padStart(5, '0')}`);
        const many = await seedBucket(storage, keys);
        const listed = await collect({ bucket: many });
        expect(listed.pages).toBe(2);
        expect(listed.keys).toEqual(keys);
      });
    });

    describe('hostile keys', () => {
      // Ceph refuses a NUL; see below.
      const keys = hostileKeys(270).filter((key) => !key.includes('\0'));
      let bucket: string;
      beforeAll(async () => {
        bucket = await seedBucket(storage, keys);
      });

      test('each is listed as it was written, in the order of its bytes', async () => {
        expect((await collect({ bucket })).keys).toEqual(sortByBytes(keys));
      });

      test('each can be read back, and is the one that was asked for', async () => {
        const read = mapConcurrent(
          keys,
          async (key) => [
            key,
            (await bytesOf(bucket, key)).toString(),
            (await storage.stat({ bucket, key })).size,
          ],
          { limit: 16 },
        );
        for await (const [key, content, size] of read) {
          expect(content).toBe(key);
          expect(size).toBe(Buffer.byteLength(String(key)));
        }
      });

      test('any prefix, delimiter and page size gives what is there, once and in order', async () => {
        const prefix = fc.oneof(
          fc.constantFrom('', '/', '../', 'a', 'a/', '%', '+', ' '),
          fc
            .tuple(fc.constantFrom(...keys), fc.nat(40))
            .map(([key, length]) => wellFormed(key.slice(0, length))),
        );
        const query = fc.record({
          prefix,
          delimiter: fc.constantFrom(undefined, '/', '/', 'a', ' '),
          maxKeys: fc.constantFrom(3, 40, 1000),
        });
        await fc.assert(
          fc.asyncProperty(query, async (input) => {
            const { prefixes, keys: listed } = await collect({ bucket, ...input });
            expect({ prefixes, keys: listed }).toEqual(expectedListing(keys, input));
          }),
          { numRuns: 60 },
        );
      });

      test('any key is one to start after', async () => {
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...keys), async (startAfter) => {
            const { keys: listed } = await collect({ bucket, startAfter });
            expect(listed).toEqual(expectedListing(keys, { startAfter }).keys);
          }),
          { numRuns: 30 },
        );
      });

      test('a NUL in a key is stored, or refused by name', async () => {
        const key = 'nul\0nul';
        const written = await storage
          .write({ bucket, key, body: Buffer.from(key) })
          .catch((error: unknown) => error);
        if (written instanceof Error) expect(written).toMatchObject({ kind: 'invalid-input', bucket, key });
        else expect((await bytesOf(bucket, key)).toString()).toBe(key);
      });

      test('a key that is not text is refused before anything is sent', async () => {
        for (const key of ['', 'half \ud83e', '\udea3']) {
          await expect(storage.read({ bucket, key })).rejects.toMatchObject({ kind: 'invalid-input' });
          await expect(storage.write({ bucket, key, body: Buffer.from('x') })).rejects.toMatchObject({
            kind: 'invalid-input',
          });
        }
      });
    });

    describe('reading', () => {
      const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 251));
      const ref = { bucket: '', key: 'dir/file.bin' };
      beforeAll(async () => {
        ref.bucket = await seedBucket(storage, [ref.key, 'empty'], (key) =>
          key === 'empty' ? new Uint8Array() : content,
        );
      });

      test('the whole object comes back byte by byte', async () => {
        expect((await bytesOf(ref.bucket, ref.key)).equals(content)).toBe(true);
      });

      test('an object of zero bytes is read as zero bytes', async () => {
        expect(await bytesOf(ref.bucket, 'empty')).toHaveLength(0);
        expect((await storage.stat({ bucket: ref.bucket, key: 'empty' })).size).toBe(0);
        const pieces = readResumed(storage, { ...ref, key: 'empty' }, { size: 0, etag: '' });
        for await (const _ of pieces) expect.unreachable();
      });

      test.each([
        ['from the start', { start: 0, end: 9 }, 0, 10],
        ['from the middle', { start: 50_000, end: 50_099 }, 50_000, 50_100],
        ['to the end', { start: 99_990 }, 99_990, 100_000],
        ['of the last byte', { start: 99_999, end: 99_999 }, 99_999, 100_000],
        ['beyond the end, which stops there', { start: 99_000, end: 200_000 }, 99_000, 100_000],
      ])('a range %s gives those bytes', async (_, range, from, to) => {
        expect((await bytesOf(ref.bucket, ref.key, range)).equals(content.subarray(from, to))).toBe(true);
        const { stat, body } = await storage.read(ref, { range });
        body.destroy();
        expect(stat.size).toBe(content.length);
      });

      test('a range that begins after the end is refused', async () => {
        await expect(storage.read(ref, { range: { start: 100_000 } })).rejects.toMatchObject({
          kind: 'invalid-input',
        });
      });

      test('an object that was replaced since it was listed is not read as the old one', async () => {
        const key = 'moving';
        const { etag } = await storage.write({ bucket: ref.bucket, key, body: Buffer.from('first') });
        const same = await storage.read({ bucket: ref.bucket, key }, { ifMatch: etag });
        expect(Buffer.concat(await same.body.toArray()).toString()).toBe('first');
        await storage.write({ bucket: ref.bucket, key, body: Buffer.from('other') });
        const again = storage.read({ bucket: ref.bucket, key }, { ifMatch: etag });
        await expect(again).rejects.toMatchObject({ kind: 'changed', bucket: ref.bucket, key });
        const resumed = readResumed(storage, { bucket: ref.bucket, key }, { size: 5, etag });
        await expect(resumed.next()).rejects.toMatchObject({ kind: 'changed' });
      });

      test('an absent object is said to be absent, and named', async () => {
        const absent = { kind: 'not-found', bucket: ref.bucket, key: 'no such thing' };
        await expect(storage.read({ ...ref, key: 'no such thing' })).rejects.toMatchObject(absent);
        await expect(storage.stat({ ...ref, key: 'no such thing' })).rejects.toMatchObject(absent);
      });

      test('many can be read at once, and a body that is left does not block the others', async () => {
        const left = await Promise.all(Array.from({ length: 20 }, () => storage.read(ref)));
        for (const { body } of left) body.destroy();
        const all = await Promise.all(Array.from({ length: 150 }, () => bytesOf(ref.bucket, ref.key)));
        expect(all.every((bytes) => bytes.equals(content))).toBe(true);
      });

      test('a large object goes through in pieces, with all of its bytes', async () => {
        const size = 24 * 1024 * 1024;
        const piece = Buffer.alloc(64 * 1024, 'cooper');
        const stream = Readable.from(Array.from({ length: size / piece.length }, () => piece));
        const { etag } = await storage.write({ ...ref, key: 'large', body: { stream, contentLength: size } });
        let received = 0;
        for await (const chunk of readResumed(storage, { ...ref, key: 'large' }, { size, etag })) {
          expect(chunk.length).toBeLessThan(2 * 1024 * 1024);
          received += chunk.length;
        }
        expect(received).toBe(size);
      });
    });

    describe('writing', () => {
      let bucket: string;
      beforeAll(async () => {
        bucket = await seedBucket(storage, []);
      });

      test('content type and metadata come back as they were written', async () => {
        const body = Buffer.from('{"a":1}');
        const metadata = { author: 'Anna & <Bob>', 'x-long': 'v'.repeat(500) };
        const { etag } = await storage.write({
          bucket,
          key: 'a.json',
          body,
          contentType: 'application/json',
          metadata,
        });
        const stat = await storage.stat({ bucket, key: 'a.json' });
        expect(stat).toMatchObject({
          key: 'a.json',
          size: 7,
          etag,
          contentType: 'application/json',
          metadata,
        });
        const read = await storage.read({ bucket, key: 'a.json' });
        read.body.destroy();
        expect(read.stat).toEqual(stat);
      });

      test('a later write replaces the object', async () => {
        await storage.write({ bucket, key: 'twice', body: Buffer.from('one') });
        await storage.write({ bucket, key: 'twice', body: Buffer.from('two!') });
        expect((await bytesOf(bucket, 'twice')).toString()).toBe('two!');
      });

      test('a stream is stored as it passes', async () => {
        const stream = Readable.from([Buffer.from('some '), Buffer.from('pieces')]);
        await storage.write({ bucket, key: 'stream', body: { stream, contentLength: 11 } });
        expect((await bytesOf(bucket, 'stream')).toString()).toBe('some pieces');
      });

      test.each([5, 20])(
        'a stream of another length than the %i bytes announced stores nothing',
        async (contentLength) => {
          const key = `wrong-${contentLength}`;
          const stream = Readable.from([Buffer.from('ten bytes.')]);
          await expect(storage.write({ bucket, key, body: { stream, contentLength } })).rejects.toMatchObject(
            {
              kind: 'invalid-input',
              key,
            },
          );
          await expect(storage.stat({ bucket, key })).rejects.toMatchObject({ kind: 'not-found' });
        },
      );

      test('metadata that HTTP cannot carry is refused', async () => {
        const write = storage.write({ bucket, key: 'm', body: Buffer.from('x'), metadata: { name: 'žluť' } });
        await expect(write).rejects.toMatchObject({ kind: 'invalid-input', key: 'm' });
      });
    });

    describe('keys and permissions', () => {
      test('a wrong secret is told apart from a missing permission', async () => {
        const wrong = storageOn(endpoint, {}, 'not the secret');
        await expect(wrong.listBuckets()).rejects.toMatchObject({
          kind: 'bad-credentials',
          retryable: false,
        });
        wrong.close();
      });

      test('an access key that nobody has is refused', async () => {
        const unknown = storageOn(endpoint, { accessKeyId: 'NOBODYHASTHISKEY' });
        await expect(unknown.listBuckets()).rejects.toMatchObject({ kind: 'bad-credentials' });
        unknown.close();
      });

      test("another user's keys may not read", async () => {
        const { other } = endpoint;
        if (other === undefined) return;
        const bucket = await seedBucket(storage, ['mine']);
        const stranger = storageOn(endpoint, { accessKeyId: other.accessKeyId }, other.secretAccessKey);
        const denied = { kind: 'access-denied', bucket, retryable: false };
        await expect(stranger.read({ bucket, key: 'mine' })).rejects.toMatchObject(denied);
        await expect(stranger.stat({ bucket, key: 'mine' })).rejects.toMatchObject(denied);
        await expect(stranger.listPage({ bucket })).rejects.toMatchObject(denied);
        stranger.close();
      });
    });

    describe('stopping', () => {
      const calls: [string, (bucket: string, signal: AbortSignal) => Promise<unknown>][] = [
        ['listing the buckets', (_, signal) => storage.listBuckets({ signal })],
        ['making a bucket', (_, signal) => storage.createBucket(freshBucketName(), { signal })],
        ['listing', (bucket, signal) => storage.listPage({ bucket }, { signal })],
        ['a stat', (bucket, signal) => storage.stat({ bucket, key: 'a' }, { signal })],
        ['a read', (bucket, signal) => storage.read({ bucket, key: 'a' }, { signal })],
        [
          'a write',
          (bucket, signal) => storage.write({ bucket, key: 'b', body: Buffer.from('x') }, { signal }),
        ],
      ];
      test.each(calls)('%s can be stopped before and while it runs', async (_, call) => {
        const bucket = await seedBucket(storage, ['a']);
        await expect(call(bucket, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
        const controller = new AbortController();
        const running = call(bucket, controller.signal);
        controller.abort();
        await expect(running).rejects.toMatchObject({ name: 'AbortError' });
        expect((await collect({ bucket })).keys).toContain('a');
      });

      test('a body stops in the middle', async () => {
        const bucket = await seedBucket(storage, ['big'], () => Buffer.alloc(8 * 1024 * 1024));
        const controller = new AbortController();
        const { body } = await storage.read({ bucket, key: 'big' }, { signal: controller.signal });
        const reading = body.forEach(() => controller.abort());
        await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
        expect(body.destroyed).toBe(true);
      });
    });
  });
}

/** Without the half of a character that a cut may have left. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '');
}
