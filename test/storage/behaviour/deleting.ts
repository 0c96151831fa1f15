import { describe, expect, test } from 'vitest';
import { freshBucketName, seedBucket } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { collect, collectVersions, type Subject, versionedBucket, writeText } from './subject.ts';

/** What a list of objects to delete, which is XML 1.0, can carry. */
const isXml = (key: string) => !/(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/u.test(key);

export function deletingBehaviour({ storage, has }: Subject): void {
  describe('deleting', () => {
    test('an object is gone, and to delete it again is success', async () => {
      const bucket = await seedBucket(storage(), ['a', 'b']);
      for (let i = 0; i < 2; i++) {
        expect(await storage().delete({ bucket, key: 'a' })).toMatchObject({ madeMarker: false });
      }
      expect((await collect(storage(), { bucket })).keys).toEqual(['b']);
    });

    test('in a bucket that is not there says so', async () => {
      const bucket = freshBucketName();
      const absent = { kind: 'not-found', bucket };
      await expect(storage().delete({ bucket, key: 'a' })).rejects.toMatchObject(absent);
      await expect(storage().deleteMany({ bucket, objects: [{ key: 'a' }] })).rejects.toMatchObject(absent);
      await expect(storage().deleteBucket(bucket)).rejects.toMatchObject(absent);
    });

    test('a thousand objects go in one request, one that is absent among them', async () => {
      const keys = Array.from({ length: 999 }, (_, i) => `n/${String(i).padStart(4, '0')}`);
      const bucket = await seedBucket(storage(), [...keys, 'n', 'o']);
      const objects = [...keys, 'absent'].map((key) => ({ key }));
      expect(await storage().deleteMany({ bucket, objects })).toEqual({ failures: [] });
      expect((await collect(storage(), { bucket })).keys).toEqual(
        has.folderObjects ? ['n', 'n/', 'o'] : ['n', 'o'],
      );
    });

    test.skipIf(!has.hostileKeys)('hostile keys go, and their neighbours stay', async () => {
      const all = hostileKeys(160, 5).filter((key) => !key.includes('\0'));
      const carried = all.filter(isXml);
      const bucket = await seedBucket(storage(), all);
      const doomed = carried.filter((_, i) => i % 2 === 0);
      const { failures } = await storage().deleteMany({ bucket, objects: doomed.map((key) => ({ key })) });
      expect(failures).toEqual([]);
      const left = all.filter((key) => !doomed.includes(key));
      expect(new Set((await collect(storage(), { bucket })).keys)).toEqual(new Set(left));
      for (const key of left) await storage().delete({ bucket, key });
      expect((await collect(storage(), { bucket })).keys).toEqual([]);
    });

    test('a key that the list cannot carry is refused by name, before anything is sent', async () => {
      const bucket = await seedBucket(storage(), ['a']);
      for (const key of ['bell\u0007', 'not a character \ufffe']) {
        const refused = storage().deleteMany({ bucket, objects: [{ key: 'a' }, { key }] });
        await expect(refused).rejects.toMatchObject({ kind: 'invalid-input', key });
      }
      for (const count of [0, 1001]) {
        const objects = Array.from({ length: count }, (_, i) => ({ key: `a${i}` }));
        await expect(storage().deleteMany({ bucket, objects })).rejects.toMatchObject({
          kind: 'invalid-input',
        });
      }
      expect((await collect(storage(), { bucket })).keys).toEqual(['a']);
    });

    test('versions go in one request, or the server is found not to do that', async () => {
      const bucket = await versionedBucket(storage());
      for (const key of ['a', 'b', 'b']) await writeText(storage(), { bucket, key }, key);
      await storage().delete({ bucket, key: 'a' });
      const { versions } = await collectVersions(storage(), { bucket });
      const latest = versions.filter(({ key, isLatest }) => key === 'b' && isLatest);
      const rest = versions.filter((version) => !latest.includes(version));
      const objects = rest.map(({ key, versionId }) => ({ key, versionId }));
      const { failures } = await storage().deleteMany({ bucket, objects });
      if (has.bulkDeleteVersions) {
        expect(failures).toEqual([]);
        expect((await collectVersions(storage(), { bucket })).versions).toEqual(latest);
        const again = await storage().deleteMany({ bucket, objects });
        expect(again.failures).toEqual([]);
      } else {
        expect(failures.map(({ key, versionId }) => ({ key, versionId }))).toEqual(objects);
        for (const { error } of failures) expect(error.message).toMatch(/version/u);
      }
    });

    test('a bucket goes only when it is empty', async () => {
      const bucket = await seedBucket(storage(), ['a']);
      await expect(storage().deleteBucket(bucket)).rejects.toMatchObject({ kind: 'not-empty', bucket });
      expect(await storage().bucketExists(bucket)).toBe(true);
      const empty = await seedBucket(storage(), []);
      await storage().deleteBucket(empty);
      expect(await storage().bucketExists(empty)).toBe(false);
      expect((await storage().listBuckets()).map(({ name }) => name)).not.toContain(empty);
    });

    test('what the server asks of a list to delete can be found out without deleting', async () => {
      const bucket = await seedBucket(storage(), ['a', 'b']);
      expect(['any', 'md5', 'unknown']).toContain(await storage().deleteDigest(bucket));
      expect((await collect(storage(), { bucket })).keys).toEqual(['a', 'b']);
    });
  });
}
