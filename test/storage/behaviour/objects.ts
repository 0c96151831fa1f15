import { Readable } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import { readResumed } from '#storage/read.ts';
import { seedBucket } from '#test/support/endpoints.ts';
import { type Subject, bytesOf } from './subject.ts';

export function objectBehaviour({ storage, has }: Subject): void {
  describe('reading', () => {
    const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 251));
    const ref = { bucket: '', key: 'dir/file.bin' };
    beforeAll(async () => {
      ref.bucket = await seedBucket(storage(), [ref.key, 'empty'], (key) =>
        key === 'empty' ? new Uint8Array() : content,
      );
    });

    test('the whole object comes back byte by byte', async () => {
      expect((await bytesOf(storage(), ref.bucket, ref.key)).equals(content)).toBe(true);
    });

    test('an object of zero bytes is read as zero bytes', async () => {
      expect(await bytesOf(storage(), ref.bucket, 'empty')).toHaveLength(0);
      expect((await storage().stat({ bucket: ref.bucket, key: 'empty' })).size).toBe(0);
      const pieces = readResumed(storage(), { ...ref, key: 'empty' }, { size: 0, etag: '' });
      for await (const _ of pieces) expect.unreachable();
    });

    test.each([
      ['from the start', { start: 0, end: 9 }, 0, 10],
      ['from the middle', { start: 50_000, end: 50_099 }, 50_000, 50_100],
      ['to the end', { start: 99_990 }, 99_990, 100_000],
      ['of the last byte', { start: 99_999, end: 99_999 }, 99_999, 100_000],
      ['beyond the end, which stops there', { start: 99_000, end: 200_000 }, 99_000, 100_000],
    ])('a range %s gives those bytes', async (_, range, from, to) => {
      expect((await bytesOf(storage(), ref.bucket, ref.key, range)).equals(content.subarray(from, to))).toBe(
        true,
      );
      const { stat, body } = await storage().read(ref, { range });
      body.destroy();
      expect(stat.size).toBe(content.length);
    });

    test('a range that begins after the end is refused', async () => {
      await expect(storage().read(ref, { range: { start: 100_000 } })).rejects.toMatchObject({
        kind: 'invalid-input',
      });
    });

    test('an object that was replaced since it was listed is not read as the old one', async () => {
      const key = 'moving';
      if (!has.overwrite) await storage().writeSetting(ref.bucket, 'versioning', { status: 'enabled' });
      const { etag } = await storage().write({ bucket: ref.bucket, key, body: Buffer.from('first') });
      const same = await storage().read({ bucket: ref.bucket, key }, { ifMatch: etag });
      expect(Buffer.concat(await same.body.toArray()).toString()).toBe('first');
      await storage().write({ bucket: ref.bucket, key, body: Buffer.from('other') });
      const again = storage().read({ bucket: ref.bucket, key }, { ifMatch: etag });
      await expect(again).rejects.toMatchObject({ kind: 'changed', bucket: ref.bucket, key });
      const resumed = readResumed(storage(), { bucket: ref.bucket, key }, { size: 5, etag });
      await expect(resumed.next()).rejects.toMatchObject({ kind: 'changed' });
    });

    test('an absent object is said to be absent, and named', async () => {
      const absent = { kind: 'not-found', bucket: ref.bucket, key: 'no such thing' };
      await expect(storage().read({ ...ref, key: 'no such thing' })).rejects.toMatchObject(absent);
      await expect(storage().stat({ ...ref, key: 'no such thing' })).rejects.toMatchObject(absent);
    });

    test('many can be read at once, and a body that is left does not block the others', async () => {
      const left = await Promise.all(Array.from({ length: 20 }, () => storage().read(ref)));
      for (const { body } of left) body.destroy();
      const all = await Promise.all(
        Array.from({ length: 150 }, () => bytesOf(storage(), ref.bucket, ref.key)),
      );
      expect(all.every((bytes) => bytes.equals(content))).toBe(true);
    });

    test('a large object goes through in pieces, with all of its bytes', async () => {
      const size = 24 * 1024 * 1024;
      const piece = Buffer.alloc(64 * 1024, 'cooper');
      const stream = Readable.from(Array.from({ length: size / piece.length }, () => piece));
      const { etag } = await storage().write({ ...ref, key: 'large', body: { stream, contentLength: size } });
      let received = 0;
      for await (const chunk of readResumed(storage(), { ...ref, key: 'large' }, { size, etag })) {
        expect(chunk.length).toBeLessThan(2 * 1024 * 1024);
        received += chunk.length;
      }
      expect(received).toBe(size);
    });
  });

  describe('writing', () => {
    let bucket: string;
    beforeAll(async () => {
      bucket = await seedBucket(storage(), []);
    });

    test('content type and metadata come back as they were written', async () => {
      const body = Buffer.from('{"a":1}');
      const metadata = { author: 'Anna & <Bob>', 'x-long': 'v'.repeat(500) };
      const { etag } = await storage().write({
        bucket,
        key: 'a.json',
        body,
        contentType: 'application/json',
        metadata,
      });
      const stat = await storage().stat({ bucket, key: 'a.json' });
      expect(stat).toMatchObject({
        key: 'a.json',
        size: 7,
        etag,
        contentType: 'application/json',
        metadata,
      });
      const read = await storage().read({ bucket, key: 'a.json' });
      read.body.destroy();
      expect(read.stat).toEqual(stat);
    });

    test('a later write replaces the object, or says that it cannot', async () => {
      await storage().write({ bucket, key: 'twice', body: Buffer.from('one') });
      const again = storage().write({ bucket, key: 'twice', body: Buffer.from('two!') });
      if (!has.overwrite) {
        await expect(again).rejects.toMatchObject({ kind: 'conflict', key: 'twice' });
        expect((await bytesOf(storage(), bucket, 'twice')).toString()).toBe('one');
        return;
      }
      await again;
      expect((await bytesOf(storage(), bucket, 'twice')).toString()).toBe('two!');
    });

    test('a stream is stored as it passes', async () => {
      const stream = Readable.from([Buffer.from('some '), Buffer.from('pieces')]);
      await storage().write({ bucket, key: 'stream', body: { stream, contentLength: 11 } });
      expect((await bytesOf(storage(), bucket, 'stream')).toString()).toBe('some pieces');
    });

    test.each([5, 20])(
      'a stream of another length than the %i bytes announced stores nothing',
      async (contentLength) => {
        const key = `wrong-${contentLength}`;
        const stream = Readable.from([Buffer.from('ten bytes.')]);
        await expect(storage().write({ bucket, key, body: { stream, contentLength } })).rejects.toMatchObject(
          {
            kind: 'invalid-input',
            key,
          },
        );
        expect(stream.destroyed).toBe(true);
        await expect(storage().stat({ bucket, key })).rejects.toMatchObject({ kind: 'not-found' });
      },
    );

    test('metadata that HTTP cannot carry is refused', async () => {
      const write = storage().write({ bucket, key: 'm', body: Buffer.from('x'), metadata: { name: 'žluť' } });
      await expect(write).rejects.toMatchObject({ kind: 'invalid-input', key: 'm' });
    });
  });
}
