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
    name: 'create a bucket with versioning on, in the region of the connection',
    needs: 'versioning',
    run: async ({ api, connectionId, draft }) => {
      const bucket = freshBucketName();
      const region = draft.kind === 's3' ? draft.s3.region : undefined;
      await api.buckets.create.mutate({ connectionId, bucket, versioning: true, region });
      const setting = await api.buckets.setting.query({ connectionId, bucket, name: 'versioning' });
      expect(setting).toMatchObject({ state: 'set', value: { status: 'enabled' } });
    },
  },
  {
    name: 'create a bucket with object lock',
    needs: 'objectLock',
    run: async ({ api, connectionId }) => {
      const bucket = freshBucketName();
      await api.buckets.create.mutate({ connectionId, bucket, objectLock: true });
      const setting = await api.buckets.setting.query({ connectionId, bucket, name: 'objectLock' });
      expect(setting.state).toBe('set');
    },
  },
  {
    name: 'create a bucket with settings of its namespace, and see how much is in it',
    needs: 'management',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = freshBucketName();
      if ((await api.buckets.namespace.query({ connectionId, bucket: await world.bucket() })) === null)
        return 'not offered';
      const namespace = {
        hardQuota: '1.50 GB',
        softQuota: 70,
        versioning: { enabled: true, keepDeletionRecords: false },
      };
      await api.buckets.create.mutate({ connectionId, bucket, namespace });
      await world.put(bucket, 'a', '12345');
      const told = await api.buckets.namespace.query({ connectionId, bucket });
      expect(told?.settings).toMatchObject({ hardQuota: '1.50 GB', softQuota: 70 });
      expect(told?.settings.versioning).toMatchObject({ enabled: true, keepDeletionRecords: false });
      expect(told?.statistics).toMatchObject({ objectCount: 1, ingestedVolume: 5 });
      return undefined;
    },
  },
  {
    name: 'refuse a bucket’s name that cannot be, before anything is sent',
    run: async ({ api, connectionId }) => {
      for (const bucket of ['ab', 'Not_Lower', '-edge-', 'x'.repeat(64)]) {
        const failure = await failureOf(api.buckets.create.mutate({ connectionId, bucket }));
        expect(failure).toMatchObject({ kind: 'invalid-input' });
      }
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
