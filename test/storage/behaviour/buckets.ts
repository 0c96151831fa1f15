import { describe, expect, test } from 'vitest';
import { freshBucketName, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { sortByBytes } from './model.ts';
import { type Subject, collect } from './subject.ts';

export function bucketBehaviour({ storage, endpoint }: Subject): void {
  describe('buckets', () => {
    test('a new bucket is among those that the user sees, with its date, and the names are sorted', async () => {
      const names = [freshBucketName(), freshBucketName()];
      for (const bucket of names) await storage().createBucket(bucket);
      const listed = await storage().listBuckets();
      expect(listed.map((bucket) => bucket.name)).toEqual(expect.arrayContaining(names));
      expect(listed.map((bucket) => bucket.name)).toEqual(sortByBytes(listed.map((bucket) => bucket.name)));
      const found = listed.find((bucket) => bucket.name === names[0]);
      expect(Math.abs(Date.now() - (found?.createdAt?.getTime() ?? 0))).toBeLessThan(120_000);
    });

    test('a name that no bucket can have is refused', async () => {
      await expect(storage().createBucket('No/Bucket')).rejects.toMatchObject({ kind: 'invalid-input' });
      await expect(storage().createBucket('A_b!c')).rejects.toMatchObject({ kind: 'invalid-input' });
    });

    test('an empty bucket lists as one page with nothing in it', async () => {
      const bucket = await seedBucket(storage(), []);
      expect(await collect(storage(), { bucket })).toEqual({ pages: 1, prefixes: [], keys: [] });
    });

    test('listing, reading, and writing in a bucket that is not there say so', async () => {
      const bucket = freshBucketName();
      const absent = { kind: 'not-found', bucket, retryable: false };
      await expect(storage().listPage({ bucket })).rejects.toMatchObject(absent);
      await expect(storage().read({ bucket, key: 'a' })).rejects.toMatchObject(absent);
      await expect(storage().stat({ bucket, key: 'a' })).rejects.toMatchObject(absent);
      await expect(storage().write({ bucket, key: 'a', body: Buffer.from('x') })).rejects.toMatchObject(
        absent,
      );
    });
  });

  describe('keys and permissions', () => {
    test('a wrong secret is told apart from a missing permission', async () => {
      const wrong = storageOn(endpoint(), {}, 'not the secret');
      await expect(wrong.listBuckets()).rejects.toMatchObject({
        kind: 'bad-credentials',
        retryable: false,
      });
      wrong.close();
    });

    test('an access key that nobody has is refused', async () => {
      const unknown = storageOn(endpoint(), { accessKeyId: 'NOBODYHASTHISKEY' });
      await expect(unknown.listBuckets()).rejects.toMatchObject({ kind: 'bad-credentials' });
      unknown.close();
    });

    test("another user's keys may not read", async () => {
      const { other } = endpoint();
      if (other === undefined) return;
      const bucket = await seedBucket(storage(), ['mine']);
      const stranger = storageOn(endpoint(), { accessKeyId: other.accessKeyId }, other.secretAccessKey);
      const denied = { kind: 'access-denied', bucket, retryable: false };
      await expect(stranger.read({ bucket, key: 'mine' })).rejects.toMatchObject(denied);
      await expect(stranger.stat({ bucket, key: 'mine' })).rejects.toMatchObject(denied);
      await expect(stranger.listPage({ bucket })).rejects.toMatchObject(denied);
      stranger.close();
    });
  });
}
