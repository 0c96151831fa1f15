import { expect } from 'vitest';
import type { BucketSurvey } from '#shared/objects.ts';
import { failureOf } from '#test/router/support.ts';
import type { Operation } from '../operations.ts';
import { received, type World } from '../world.ts';

/** A versioned bucket with old versions, markers and unfinished uploads. */
async function crowded(world: World): Promise<string> {
  const bucket = await world.bucket({ versioned: true, keys: ['a', 'dir/b', 'dir/c'] });
  await world.put(bucket, 'a', 'once more');
  await world.storage.delete({ bucket, key: 'dir/b' });
  await world.storage.createUpload({ bucket, key: 'unfinished' });
  return bucket;
}

export const deleting: Operation[] = [
  {
    name: 'delete chosen objects and a folder, and nothing beside it',
    run: async (world) => {
      const bucket = await world.bucket({
        keys: ['x', 'y', 'reports', 'reports/1', 'reports/2/3', 'reports2'],
      });
      await world.succeed(bucket, { kind: 'delete', keys: ['x'], prefixes: ['reports/'] });
      expect(await world.keys(bucket)).toEqual(['reports', 'reports2', 'y']);
    },
  },
  {
    name: 'delete a prefix of more than a thousand objects',
    run: async (world) => {
      const keys = Array.from({ length: 1_100 }, (_, n) => `many/${n}`);
      const bucket = await world.bucket();
      for (let at = 0; at < keys.length; at += 50)
        await Promise.all(keys.slice(at, at + 50).map((key) => world.put(bucket, key, 'x')));
      const job = await world.succeed(bucket, { kind: 'delete', prefix: 'many/' });
      expect(job.progress.objects.done).toBeGreaterThanOrEqual(1_100);
      expect(await world.keys(bucket)).toEqual([]);
    },
  },
  {
    name: 'delete everything under a prefix for good, versions and markers',
    needs: 'versioning',
    run: async (world) => {
      const bucket = await crowded(world);
      await world.succeed(bucket, { kind: 'delete', prefix: 'dir/', scope: 'all-versions' });
      // Hitachi does not let go of a folder that once was.
      const left = (await world.versions(bucket)).map(({ key }) => key).filter((key) => !key.endsWith('/'));
      expect(new Set(left)).toEqual(new Set(['a']));
    },
  },
  {
    name: 'see what a force delete would destroy',
    needs: 'versioning',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await crowded(world);
      const seen = await received<BucketSurvey>((handlers) =>
        api.buckets.survey.subscribe({ connectionId, bucket }, handlers),
      );
      const last = seen.at(-1);
      const all = await world.versions(bucket);
      const markers = all.filter(({ kind }) => kind === 'delete-marker').length;
      const versions = all.length - markers;
      expect(versions).toBeGreaterThanOrEqual(4);
      expect(last).toMatchObject({ isFinal: true, versions, deleteMarkers: markers, uploads: 1, bytes: 20 });
    },
  },
  {
    name: 'force delete: refuse when the typed name differs',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['a'] });
      const start = api.jobs.start.mutate({
        kind: 'delete-bucket',
        connectionId,
        bucket,
        confirm: `${bucket}x`,
      });
      expect(await failureOf(start)).toMatchObject({ kind: 'invalid-input' });
      expect(await world.keys(bucket)).toEqual(['a']);
    },
  },
  {
    name: 'force delete a versioned bucket with markers and uploads',
    needs: 'versioning',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await crowded(world);
      let job = await world.succeed(bucket, { kind: 'delete-bucket', confirm: bucket });
      if (job.kind === 'delete-bucket' && job.result?.outcome.state === 'needs-reconfiguring')
        job = await world.succeed(bucket, {
          kind: 'delete-bucket',
          confirm: bucket,
          namespace: 'reconfigure',
        });
      expect(job).toMatchObject({ result: { outcome: { state: 'gone' } } });
      const names = (await api.buckets.list.query({ connectionId })).map(({ name }) => name);
      expect(names).not.toContain(bucket);
    },
  },
];
