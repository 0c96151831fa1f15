import { expect } from 'vitest';
import { failureOf } from '#test/router/support.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import type { Operation } from '../operations.ts';
import { uploadsIn } from './uploads.ts';

export const buckets: Operation[] = [
  {
    name: 'list buckets with owner and date',
    run: async (world) => {
      const bucket = await world.bucket();
      const listed = await world.api.buckets.list.query({ connectionId: world.connectionId });
      const found = listed.find(({ name }) => name === bucket);
      expect(found?.createdAt).toBeInstanceOf(Date);
      expect(found?.owner?.id ?? '').not.toBe('');
    },
  },
  {
    name: 'create a bucket, and see that it exists',
    run: async ({ api, connectionId }) => {
      const bucket = freshBucketName();
      expect(await api.buckets.exists.query({ connectionId, bucket })).toBe(false);
      await api.buckets.create.mutate({ connectionId, bucket });
      expect(await api.buckets.exists.query({ connectionId, bucket })).toBe(true);
    },
  },
  {
    name: 'delete an empty bucket, and refuse one that is not',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['a'] });
      const failure = await failureOf(api.buckets.remove.mutate({ connectionId, bucket }));
      expect(failure).toMatchObject({ kind: 'not-empty' });
      const empty = await world.bucket();
      await api.buckets.remove.mutate({ connectionId, bucket: empty });
      expect(await api.buckets.exists.query({ connectionId, bucket: empty })).toBe(false);
    },
  },
  {
    name: 'list unfinished uploads, all pages, under a prefix',
    needs: 'uploads',
    run: async (world) => {
      const bucket = await world.bucket();
      for (const key of ['a/1', 'a/2', 'b/3']) await world.storage.createUpload({ bucket, key });
      expect((await uploadsIn(world, bucket)).map(({ key }) => key).sort()).toEqual(['a/1', 'a/2', 'b/3']);
      const under = await uploadsIn(world, bucket, 'a/');
      expect(under.map(({ key }) => key).sort()).toEqual(['a/1', 'a/2']);
      for (const { startedAt } of under)
        expect(Math.abs(Date.now() - Number(startedAt))).toBeLessThan(120_000);
    },
  },
  {
    name: 'see how much of an unfinished upload is there',
    needs: 'uploads',
    run: async (world) => {
      const { connectionId, storage } = world;
      const key = 'big.bin';
      const bucket = await world.bucket();
      await world.put(bucket, 'source', Buffer.alloc(6 * 2 ** 20, 'x'));
      const { uploadId } = await storage.createUpload({ bucket, key });
      const from = { bucket, key: 'source' };
      const range = { start: 0, end: 5 * 2 ** 20 - 1 };
      await storage.copyPart({ bucket, key, uploadId, partNumber: 1, from, range });
      const size = await world.api.buckets.uploadSize.query({ connectionId, bucket, key, uploadId });
      expect(size).toEqual({ parts: 1, bytes: 5 * 2 ** 20 });
    },
  },
  {
    name: 'abort one upload, and all that are older than some days',
    needs: 'uploads',
    run: async (world) => {
      const bucket = await world.bucket();
      for (const key of ['one', 'two', 'three']) await world.storage.createUpload({ bucket, key });
      const all = await uploadsIn(world, bucket);
      const uploads = all.filter(({ key }) => key === 'one').map(({ key, uploadId }) => ({ key, uploadId }));
      await world.succeed(bucket, { kind: 'abort-uploads', uploads });
      expect((await uploadsIn(world, bucket)).map(({ key }) => key).sort()).toEqual(['three', 'two']);
      const young = await world.succeed(bucket, { kind: 'abort-uploads', olderThanDays: 1 });
      expect(young).toMatchObject({ result: { aborted: 0, younger: 2 } });
      const rest = await world.succeed(bucket, { kind: 'abort-uploads' });
      expect(rest).toMatchObject({ result: { aborted: 2 } });
      expect(await uploadsIn(world, bucket)).toEqual([]);
    },
  },
];
