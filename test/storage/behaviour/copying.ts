import { describe, expect, test } from 'vitest';
import { seedBucket } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { type Subject, textOf, versionedBucket, writeText } from './subject.ts';

export function copyingBehaviour({ storage, has }: Subject): void {
  describe('copying', () => {
    test('takes the bytes, the type and the metadata along, into another bucket too', async () => {
      const bucket = await seedBucket(storage(), []);
      const other = await seedBucket(storage(), []);
      const metadata = { author: 'A. Cooper', 'second-name': 'x' };
      const from = { bucket, key: 'from' };
      await storage().write({ ...from, body: Buffer.from('text'), contentType: 'text/plain', metadata });
      for (const to of [
        { bucket, key: 'to' },
        { bucket: other, key: 'a/to' },
      ]) {
        await storage().copy({ from, to });
        expect(await textOf(storage(), to)).toBe('text');
        expect(await storage().stat(to)).toMatchObject({ contentType: 'text/plain', metadata, size: 4 });
      }
    });

    test('with attributes of its own has exactly these', async () => {
      const bucket = await seedBucket(storage(), []);
      const from = { bucket, key: 'from' };
      await storage().write({
        ...from,
        body: Buffer.from('x'),
        contentType: 'text/plain',
        metadata: { old: '1' },
      });
      const expires = 'Thu, 31 Dec 2026 12:00:00 GMT';
      const attributes = {
        contentType: 'application/json',
        cacheControl: 'max-age=60',
        contentDisposition: 'attachment; filename="a b.json"',
        contentLanguage: 'de',
        expires,
        metadata: { new: '2' },
      };
      const to = { bucket, key: 'to' };
      await storage().copy({ from, to, attributes });
      expect(await storage().stat(to)).toMatchObject(attributes);
      expect((await storage().stat(to)).metadata).toEqual({ new: '2' });
    });

    test('refuses attributes that headers cannot carry, before anything is sent', async () => {
      const bucket = await seedBucket(storage(), ['from']);
      const from = { bucket, key: 'from' };
      const to = { bucket, key: 'to' };
      for (const attributes of [
        { contentType: 'text/plain\r\nx: y' },
        { expires: 'später' },
        { metadata: { 'not a name': 'x' } },
        { metadata: { name: 'ü' } },
      ]) {
        const copy = storage().copy({ from, to, attributes });
        await expect(copy).rejects.toMatchObject({ kind: 'invalid-input', key: 'to' });
      }
      await expect(storage().stat(to)).rejects.toMatchObject({ kind: 'not-found' });
    });

    test.skipIf(!has.hostileKeys)('works from and to every hostile key', async () => {
      const keys = hostileKeys(60, 23).filter((key) => !key.includes('\0'));
      const bucket = await seedBucket(storage(), keys);
      const target = await seedBucket(storage(), []);
      for (const key of keys) {
        await storage().copy({ from: { bucket, key }, to: { bucket: target, key } });
        expect(await textOf(storage(), { bucket: target, key })).toBe(key);
      }
    });

    test('of a version is of that version', async () => {
      const bucket = await versionedBucket(storage());
      const from = { bucket, key: 'a b+c%20d?e&f=ü' };
      const first = await writeText(storage(), from, 'first');
      await writeText(storage(), from, 'second');
      const to = { bucket, key: 'to' };
      const { versionId } = await storage().copy({ from: { ...from, versionId: first }, to });
      expect(await textOf(storage(), to)).toBe('first');
      expect(await textOf(storage(), { ...to, versionId })).toBe('first');
    });

    test.skipIf(!has.copyIfMatch)('of an object that has changed since is refused', async () => {
      const bucket = await seedBucket(storage(), ['from']);
      const from = { bucket, key: 'from' };
      const { etag } = await storage().stat(from);
      const to = { bucket, key: 'to' };
      await storage().copy({ from, to, ifMatch: etag });
      const copy = storage().copy({ from, to, ifMatch: '00000000000000000000000000000000' });
      await expect(copy).rejects.toMatchObject({ kind: 'changed', key: 'from' });
    });

    test('of what is not there names what is not there', async () => {
      const bucket = await seedBucket(storage(), []);
      const copy = storage().copy({ from: { bucket, key: 'absent' }, to: { bucket, key: 'to' } });
      await expect(copy).rejects.toMatchObject({ kind: 'not-found', bucket, key: 'absent' });
    });

    test.skipIf(!has.objectTags)('takes tags along, or has those that it is given', async () => {
      const bucket = await seedBucket(storage(), ['from']);
      const from = { bucket, key: 'from' };
      const tags = { project: 'archive', 'ä&=+ /': 'a b+c=d' };
      await storage().writeObjectTags(from, tags);
      await storage().copy({ from, to: { bucket, key: 'same' } });
      expect(await storage().readObjectTags({ bucket, key: 'same' })).toEqual(tags);
      const own = { 'ö +&=': 'x/y' };
      await storage().copy({ from, to: { bucket, key: 'other' }, tags: own });
      expect(await storage().readObjectTags({ bucket, key: 'other' })).toEqual(own);
      await storage().copy({ from, to: { bucket, key: 'none' }, tags: {} });
      expect(await storage().readObjectTags({ bucket, key: 'none' })).toEqual({});
    });

    test.skipIf(has.storageClasses.length < 2)('into another storage class', async () => {
      const bucket = await seedBucket(storage(), ['from']);
      const storageClass = has.storageClasses[1];
      const to = { bucket, key: 'to' };
      await storage().copy({ from: { bucket, key: 'from' }, to, storageClass });
      expect(await storage().stat(to)).toMatchObject({ storageClass });
    });
  });
}
