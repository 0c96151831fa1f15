import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { failureOf } from '#test/router/support.ts';
import type { Operation } from '../operations.ts';
import { received, type World } from '../world.ts';

/** A bucket where `doc` was written twice. */
async function twoVersions(world: World) {
  const bucket = await world.bucket({ versioned: true });
  const first = await world.put(bucket, 'doc', 'first');
  await delay(1100); // some servers date versions by the second
  const second = await world.put(bucket, 'doc', 'second');
  return { bucket, first: first.versionId ?? '', second: second.versionId ?? '' };
}

const timeline = ({ api, connectionId }: World, bucket: string, key: string) =>
  api.objects.versions.query({ connectionId, bucket, key });

/** A bucket with a past: at `moment` there were `in/a` (old), `in/gone`; now `in/a` (new) and `in/later/x`. */
async function withPast(world: World) {
  const bucket = await world.bucket({ versioned: true });
  await world.put(bucket, 'in/a', 'old');
  await world.put(bucket, 'in/gone', 'gone');
  await delay(1500);
  const moment = new Date();
  await delay(1500);
  await world.put(bucket, 'in/a', 'newer');
  await world.storage.delete({ bucket, key: 'in/gone' });
  await world.put(bucket, 'in/later/x', 'later');
  return { bucket, moment };
}

export const versions: Operation[] = [
  {
    name: 'timeline of a key, newest first',
    needs: 'versioning',
    run: async (world) => {
      const { bucket, first, second } = await twoVersions(world);
      await world.put(bucket, 'doc2', 'a neighbour');
      const found = await timeline(world, bucket, 'doc');
      expect(found.map(({ versionId }) => versionId)).toEqual([second, first]);
      expect(found.map(({ size, isLatest }) => [size, isLatest])).toEqual([
        [6, true],
        [5, false],
      ]);
    },
  },
  {
    name: 'download an old version',
    needs: 'versioning',
    run: async (world) => {
      const { bucket, first } = await twoVersions(world);
      const path = world.path('.txt');
      await world.succeed(bucket, { kind: 'download', key: 'doc', versionId: first, path });
      expect(await readFile(path, 'utf8')).toBe('first');
    },
  },
  {
    name: 'restore an old version',
    needs: 'versioning',
    run: async (world) => {
      const { bucket, first } = await twoVersions(world);
      await world.succeed(bucket, { kind: 'restore', version: { key: 'doc', versionId: first } });
      expect(await world.text(bucket, 'doc')).toBe('first');
    },
  },
  {
    name: 'delete one version',
    needs: 'versioning',
    run: async (world) => {
      const { bucket, first, second } = await twoVersions(world);
      await world.succeed(bucket, { kind: 'delete', versions: [{ key: 'doc', versionId: first }] });
      expect((await timeline(world, bucket, 'doc')).map(({ versionId }) => versionId)).toEqual([second]);
      expect(await world.text(bucket, 'doc')).toBe('second');
    },
  },
  {
    name: 'undelete an object',
    needs: 'versioning',
    run: async (world) => {
      const { bucket } = await twoVersions(world);
      await world.succeed(bucket, { kind: 'delete', keys: ['doc'] });
      expect(await world.keys(bucket)).toEqual([]);
      await world.succeed(bucket, { kind: 'restore', keys: ['doc'] });
      expect(await world.text(bucket, 'doc')).toBe('second');
      expect((await timeline(world, bucket, 'doc')).some(({ kind }) => kind === 'delete-marker')).toBe(false);
    },
  },
  {
    name: 'undelete everything under a prefix',
    needs: 'versioning',
    run: async (world) => {
      const keys = ['in/a', 'in/b/c', 'out'];
      const bucket = await world.bucket({ versioned: true, keys });
      await world.succeed(bucket, { kind: 'delete', prefix: '' });
      await world.succeed(bucket, { kind: 'restore', prefix: 'in/' });
      expect((await world.keys(bucket)).filter((key) => !key.endsWith('/'))).toEqual(['in/a', 'in/b/c']);
    },
  },
  {
    name: 'browse a prefix as of a date',
    needs: 'versioning',
    run: async (world) => {
      const { api, connectionId } = world;
      const { bucket, moment } = await withPast(world);
      const pages = await received<{ prefixes: string[]; objects: { key: string; size: number }[] }>(
        (handlers) =>
          api.objects.list.subscribe({ connectionId, bucket, prefix: 'in/', asOf: moment }, handlers),
      );
      // Some servers list the folder itself, too.
      const found = pages.flatMap(({ objects }) => objects).filter(({ key }) => key !== 'in/');
      expect(found.map(({ key, size }) => [key, size])).toEqual([
        ['in/a', 3],
        ['in/gone', 4],
      ]);
      expect(pages.flatMap(({ prefixes }) => prefixes)).toEqual([]);
    },
  },
  {
    name: 'count and export a prefix as of a date',
    needs: 'versioning',
    run: async (world) => {
      const { bucket, moment } = await withPast(world);
      const count = await world.succeed(bucket, { kind: 'count', prefix: 'in/', asOf: moment });
      expect(count).toMatchObject({ result: { files: 2, bytes: 7 } });
      const zip = await world.succeed(bucket, {
        kind: 'zip',
        prefix: 'in/',
        asOf: moment,
        path: world.path('.zip'),
      });
      expect(zip).toMatchObject({ result: { entries: 2 } });
      expect(zip.progress.bytes.done).toBe(7);
    },
  },
  {
    name: 'a version that is not there is said to be so',
    needs: 'versioning',
    run: async (world) => {
      const { api, connectionId } = world;
      const { bucket } = await twoVersions(world);
      const versionId = '99999999999999';
      const failure = await failureOf(
        api.objects.stat.query({ connectionId, bucket, key: 'doc', versionId }),
      );
      expect(['not-found', 'invalid-input']).toContain(failure.kind);
    },
  },
];
