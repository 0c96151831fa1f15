import { describe, expect, test } from 'vitest';
import { uploadPages, uploadSize } from '#storage/uploads.ts';
import type { Upload } from '#shared/objects.ts';
import { seedBucket } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { type Subject, bytesOf } from './subject.ts';

export function uploadBehaviour({ storage, has }: Subject): void {
  const uploadsIn = async (bucket: string, prefix?: string): Promise<Upload[]> => {
    const found: Upload[] = [];
    for await (const { uploads } of uploadPages(storage(), { bucket, prefix })) found.push(...uploads);
    return found;
  };

  describe('uploads in parts', () => {
    test('copied from ranges of an object make the same object, with attributes of their own', async () => {
      const size = 2 * has.leastPart + 12_345;
      const content = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31) % 253));
      const bucket = await seedBucket(storage(), ['from + ä&=.bin'], () => content);
      const from = { bucket, key: 'from + ä&=.bin' };
      const to = { bucket, key: 'to' };
      const attributes = { contentType: 'image/png', metadata: { by: 'parts' } };
      const { uploadId } = await storage().createUpload({ ...to, attributes });
      const parts: { partNumber: number; etag: string }[] = [];
      for (let start = 0, partNumber = 1; start < size; start += has.leastPart, partNumber++) {
        const range = { start, end: Math.min(start + has.leastPart, size) - 1 };
        const { etag } = await storage().copyPart({ ...to, uploadId, partNumber, from, range });
        expect(etag).not.toBe('');
        parts.push({ partNumber, etag });
      }
      expect(await uploadSize(storage(), { ...to, uploadId })).toEqual({ parts: 3, bytes: size });
      const listed = await storage().listPartsPage({ ...to, uploadId });
      expect(listed.parts.map(({ partNumber, etag }) => ({ partNumber, etag }))).toEqual(parts);
      await storage().completeUpload({ ...to, uploadId, parts });
      expect((await bytesOf(storage(), bucket, 'to')).equals(content)).toBe(true);
      expect(await storage().stat(to)).toMatchObject({ size, ...attributes });
      expect(await uploadsIn(bucket)).toEqual([]);
    });

    test('are copied from the object that is named, or the server is known to take another', async () => {
      const keys = ['a%20b', 'a%41b', '100%', '%zz'];
      const bucket = await seedBucket(storage(), [...keys, 'a b', 'aAb', 'zz'], (key) =>
        Buffer.from(key.padEnd(100)),
      );
      for (const key of keys) {
        const to = { bucket, key: 'to' };
        const { uploadId } = await storage().createUpload(to);
        const range = { start: 0, end: 99 };
        const part = { ...to, uploadId, partNumber: 1, from: { bucket, key }, range };
        if (!has.percentInPartSource) {
          await expect(storage().copyPart(part)).rejects.toMatchObject({ kind: 'not-supported', key });
          await storage().abortUpload({ ...to, uploadId });
          continue;
        }
        const { etag } = await storage().copyPart(part);
        await storage().completeUpload({ ...to, uploadId, parts: [{ partNumber: 1, etag }] });
        expect((await bytesOf(storage(), bucket, 'to')).toString().trim()).toBe(key);
        await storage().delete(to);
      }
    });

    test('that cannot be completed say why, and nothing is stored', async () => {
      const bucket = await seedBucket(storage(), ['from'], () => Buffer.alloc(1000));
      const to = { bucket, key: 'to' };
      const { uploadId } = await storage().createUpload(to);
      const from = { bucket, key: 'from' };
      const parts: { partNumber: number; etag: string }[] = [];
      for (const partNumber of [1, 2]) {
        const range = { start: 0, end: 99 };
        parts.push({
          partNumber,
          ...(await storage().copyPart({ ...to, uploadId, partNumber, from, range })),
        });
      }
      const invalid = { kind: 'invalid-input', bucket, key: 'to' };
      const complete = (list: typeof parts) => storage().completeUpload({ ...to, uploadId, parts: list });
      await expect(complete(parts)).rejects.toMatchObject({ ...invalid, code: 'EntityTooSmall' });
      await expect(complete(parts.toReversed())).rejects.toMatchObject(invalid);
      await expect(complete([{ partNumber: 1, etag: '0'.repeat(32) }])).rejects.toMatchObject({
        ...invalid,
        code: 'InvalidPart',
      });
      await expect(storage().stat(to)).rejects.toMatchObject({ kind: 'not-found' });
      await storage().abortUpload({ ...to, uploadId });
    });

    test('are listed with key, prefix and age, and are gone when aborted, twice too', async () => {
      const bucket = await seedBucket(storage(), []);
      for (const key of ['a/1', 'a/2', 'b', 'b']) await storage().createUpload({ bucket, key });
      const all = await uploadsIn(bucket);
      expect(all.map(({ key }) => key)).toEqual(['a/1', 'a/2', 'b', 'b']);
      expect(new Set(all.map(({ uploadId }) => uploadId)).size).toBe(4);
      for (const { startedAt } of all) {
        expect(Math.abs(Date.now() - (startedAt?.getTime() ?? 0))).toBeLessThan(120_000);
      }
      expect((await uploadsIn(bucket, 'a/')).map(({ key }) => key)).toEqual(['a/1', 'a/2']);
      const [first, ...rest] = all;
      if (first === undefined) throw new Error('there is no upload');
      for (let i = 0; i < 2; i++) {
        await storage().abortUpload({ bucket, key: first.key, uploadId: first.uploadId });
      }
      expect(await uploadsIn(bucket)).toEqual(rest);
      const size = uploadSize(storage(), { bucket, key: first.key, uploadId: first.uploadId });
      await expect(size).rejects.toMatchObject({ kind: 'not-found' });
    });

    test.skipIf(!has.hostileKeys)('of hostile keys are listed as they were begun, and aborted', async () => {
      const keys = hostileKeys(30, 31).filter((key) => !key.includes('\0'));
      const bucket = await seedBucket(storage(), []);
      for (const key of keys) await storage().createUpload({ bucket, key });
      const all = await uploadsIn(bucket);
      expect(new Set(all.map(({ key }) => key))).toEqual(new Set(keys));
      for (const { key, uploadId } of all) await storage().abortUpload({ bucket, key, uploadId });
      expect(await uploadsIn(bucket)).toEqual([]);
    });

    test('more than a thousand come in several pages', async () => {
      const bucket = await seedBucket(storage(), []);
      const begun: Promise<unknown>[] = [];
      for (let i = 0; i < 1003; i++) {
        begun.push(storage().createUpload({ bucket, key: `k ä%41+/${String(i).padStart(4, '0')}` }));
      }
      await Promise.all(begun);
      const all = await uploadsIn(bucket);
      expect(all).toHaveLength(1003);
      expect(new Set(all.map(({ key }) => key)).size).toBe(1003);
      await Promise.all(all.map(({ key, uploadId }) => storage().abortUpload({ bucket, key, uploadId })));
    });
  });
}
