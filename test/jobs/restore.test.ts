import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copy } from '#jobs/copy.ts';
import { restore as restoring, restoreWithin } from '#jobs/restore.ts';
import { update } from '#jobs/update.ts';
import { S3Error } from '#sandbox/errors.ts';
import type { JobRequest } from '#shared/job.ts';
import { versionsOf } from '#storage/versions.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { startOddServer } from '#test/support/odd-server.ts';
import { bytesOf, contentsOf, expectUploads, putAll, runThrough, versionedBucket } from './object-support.ts';
import { startWorld, type World } from './support.ts';

const MiB = 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.plan = undefined;
});
afterAll(() => world.stop());

type RestoreRequest = Omit<Extract<JobRequest, { kind: 'restore' }>, 'kind' | 'connectionId'>;
const restore = (request: RestoreRequest) => world.run({ kind: 'restore', ...request });
const contents = (bucket: string) => contentsOf(world.storage, bucket);
const kinds = async (bucket: string, key: string) =>
  (await versionsOf(world.storage, { bucket, key })).map(({ kind }) => kind);
const remove = async (bucket: string, ...keys: string[]) => {
  for (const key of keys) await world.storage.delete({ bucket, key });
};

describe('bringing back what was deleted', () => {
  it('P17: removes the delete marker, and makes no other one', async () => {
    const bucket = await versionedBucket(world.storage, { doc: 'first', 'docs/': '', 'docs/a': 'a' });
    await putAll(world.storage, bucket, { doc: 'second' });
    await remove(bucket, 'doc', 'docs/', 'docs/a');
    expect(await restore({ bucket, keys: ['doc', 'docs/', 'docs/a'] })).toMatchObject({
      state: 'done',
      result: { restored: 3, current: 0 },
      progress: { objects: { done: 3, total: 3, totalIsFinal: true }, failures: { count: 0 } },
    });
    expect(await contents(bucket)).toEqual({ doc: 'second', 'docs/': '', 'docs/a': 'a' });
    expect(await kinds(bucket, 'doc')).toEqual(['version', 'version']);
    expect(await kinds(bucket, 'docs/')).toEqual(['version']);
    const { prefixes } = await world.storage.listPage({ bucket, delimiter: '/' });
    expect(prefixes).toEqual(['docs/']);
  });

  it('deleted twice it takes two markers, and only those on top', async () => {
    const bucket = await versionedBucket(world.storage, { k: 'one' });
    await remove(bucket, 'k');
    await putAll(world.storage, bucket, { k: 'two' });
    await remove(bucket, 'k', 'k');
    await restore({ bucket, keys: ['k'] });
    expect(await contents(bucket)).toEqual({ k: 'two' });
    expect(await kinds(bucket, 'k')).toEqual(['version', 'delete-marker', 'version']);
  });

  it('brings back everything under a prefix, leaves what is there, and its neighbours', async () => {
    const objects = { 'in/a': 'a', 'in/b/c': 'c', 'in/stays': 's', in: 'neighbour', 'in2/x': 'x' };
    const bucket = await versionedBucket(world.storage, objects);
    await remove(bucket, 'in/a', 'in/b/c', 'in', 'in2/x');
    await remove(bucket, 'in/never-was');
    const job = await restore({ bucket, prefix: 'in/' });
    expect(job).toMatchObject({ state: 'done', result: { restored: 2, current: 1 } });
    expect(await contents(bucket)).toEqual({ 'in/a': 'a', 'in/b/c': 'c', 'in/stays': 's' });
    expect(await kinds(bucket, 'in/stays')).toEqual(['version']);
  });

  it('P21 and P22: brings back hostile keys', async () => {
    const keys = hostileKeys(80, 5);
    const objects = Object.fromEntries(keys.map((key) => [key, key]));
    const bucket = await versionedBucket(world.storage, objects);
    await remove(bucket, ...keys);
    expect(await contents(bucket)).toEqual({});
    const [some, others] = [keys.slice(0, 20), keys.slice(20)];
    expect(await restore({ bucket, keys: some })).toMatchObject({ result: { restored: 20 } });
    expect(await restore({ bucket, prefix: '' })).toMatchObject({
      result: { restored: others.length, current: 20 },
    });
    expect(await contents(bucket)).toEqual(objects);
  });

  it('says which of the chosen have nothing left', async () => {
    const bucket = await versionedBucket(world.storage, { a: 'a' });
    await remove(bucket, 'a', 'never-was');
    const { state, progress } = await restore({ bucket, keys: ['never-was', 'absent', 'a'] });
    expect([state, progress.objects.done, progress.failures.count]).toEqual(['done', 1, 2]);
    for (const [index, key] of ['never-was', 'absent'].entries()) {
      expect(progress.failures.first[index]).toMatchObject({
        kind: 'not-found',
        key,
        message: `Of object “${key}” in bucket “${bucket}” no version is left to bring back.`,
      });
    }
  });

  it('of a prefix that never had anything is refused before there is a job', async () => {
    const bucket = await versionedBucket(world.storage, { a: 'a' });
    const starting = world.start({ kind: 'restore', bucket, prefix: 'absent/' });
    await expect(starting).rejects.toMatchObject({
      kind: 'not-found',
      message: `Bucket “${bucket}” has no version under “absent/”, current or old: there is nothing to bring back.`,
    });
  });

  it('is a failure when the server says that the marker is gone, and the object is not there', async () => {
    const bucket = await versionedBucket(world.storage, { a: 'a' });
    await remove(bucket, 'a');
    const absent = { error: { status: 404, code: 'NoSuchKey' } };
    world.plan = ({ method }) => (method === 'HEAD' ? absent : undefined);
    const job = await restore({ bucket, keys: ['a'] });
    expect(job).toMatchObject({
      state: 'done',
      result: { restored: 0 },
      progress: { failures: { count: 1 } },
    });
  });

  it('cancelled leaves every object either deleted or back', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `k${String(i)}`);
    const bucket = await versionedBucket(world.storage, Object.fromEntries(keys.map((key) => [key, key])));
    await remove(bucket, ...keys);
    let deletions = 0;
    const id = await world.start({ kind: 'restore', bucket, prefix: '' });
    world.plan = ({ method }) => {
      if (method === 'DELETE' && ++deletions === 10) world.runner.cancel(id);
      return undefined;
    };
    for await (const event of world.runner.watch(undefined)) {
      const jobs = event.type === 'all' ? event.jobs : event.type === 'changed' ? [event.job] : [];
      if (jobs.some((job) => job.id === id && job.state !== 'running')) break;
    }
    for (const key of keys) {
      const [first, ...older] = await kinds(bucket, key);
      expect([first, ...older]).toEqual(first === 'version' ? ['version'] : ['delete-marker', 'version']);
    }
  });
});

describe('making a version the current one', () => {
  it('copies it on the server, with its headers, and keeps all versions', async () => {
    const bucket = await versionedBucket(world.storage);
    const ref = { bucket, key: 'doc' };
    const written = await world.storage.write({ ...ref, body: Buffer.from('1'), contentType: 'text/x-one', metadata: { n: '1' } }); // prettier-ignore
    await putAll(world.storage, bucket, { doc: 'second' });
    const version = { key: 'doc', versionId: written.versionId ?? '' };
    expect(await restore({ bucket, version })).toMatchObject({ state: 'done', result: { restored: 1 } });
    expect(await contents(bucket)).toEqual({ doc: '1' });
    expect(await world.storage.stat(ref)).toMatchObject({ contentType: 'text/x-one', metadata: { n: '1' } });
    expect(await versionsOf(world.storage, ref)).toHaveLength(3);
  });

  it('does nothing when it is that already', async () => {
    const bucket = await versionedBucket(world.storage);
    const { versionId = '' } = await world.storage.write({ bucket, key: 'k', body: Buffer.from('x') });
    expect(await restore({ bucket, version: { key: 'k', versionId } })).toMatchObject({
      result: { restored: 0, current: 1 },
    });
    expect(await kinds(bucket, 'k')).toEqual(['version']);
  });

  it('of a deleted object brings that version back', async () => {
    const bucket = await versionedBucket(world.storage);
    const { versionId = '' } = await world.storage.write({ bucket, key: 'k', body: Buffer.from('x') });
    await putAll(world.storage, bucket, { k: 'newer' });
    await remove(bucket, 'k');
    await restore({ bucket, version: { key: 'k', versionId } });
    expect(await contents(bucket)).toEqual({ k: 'x' });
  });

  it('refuses a delete marker, and a version that is not there, before there is a job', async () => {
    const bucket = await versionedBucket(world.storage, { k: 'x', k2: 'y' });
    const { versionId = '' } = await world.storage.delete({ bucket, key: 'k' });
    const start = (id: string, key = 'k') =>
      world.start({ kind: 'restore', bucket, version: { key, versionId: id } });
    await expect(start(versionId)).rejects.toThrow('is a delete marker: choose the version before it.');
    await expect(start('no-such-version')).rejects.toMatchObject({ kind: 'not-found', key: 'k' });
    await expect(start(versionId, 'k2')).rejects.toMatchObject({ kind: 'not-found', key: 'k2' });
  });

  it('goes in parts when it is too long for one request', async () => {
    const bucket = await versionedBucket(world.storage);
    const long = randomBytes(11 * MiB);
    const { versionId = '' } = await world.storage.write({ bucket, key: 'k', body: long });
    await putAll(world.storage, bucket, { k: 'newer' });
    const operation = restoreWithin({ singleBytes: 10 * MiB, partBytes: 5 * MiB });
    const request = { kind: 'restore' as const, bucket, version: { key: 'k', versionId } };
    const step = await runThrough<'restore', object>(operation, world.storage, request);
    expect(step).toMatchObject({ result: { restored: 1 }, progress: { bytes: { done: long.length } } });
    expect((await bytesOf(world.storage, { bucket, key: 'k' })).equals(long)).toBe(true);
    await expectUploads(world.storage, bucket, []);
  });
});

describe('on a server without delete markers, as Hitachi is by default', () => {
  it('copies the newest version back on top', async () => {
    const server = await startOddServer({
      behaviour: { versionOrder: 'oldest-first', versionIds: 'any', showsMarkers: () => false },
    });
    try {
      const { storage } = server;
      const bucket = await versionedBucket(storage, { 'in/a': 'old', 'in/b': 'b', 'in/c': 'c' });
      await putAll(storage, bucket, { 'in/a': 'newer' });
      for (const key of ['in/a', 'in/b']) await storage.delete({ bucket, key });
      const found = await versionsOf(storage, { bucket, key: 'in/a' });
      expect(found.map(({ kind, isLatest }) => [kind, isLatest])).toEqual([['version', false], ['version', false]]); // prettier-ignore
      const step = await runThrough<'restore', object>(restoring, storage, {
        kind: 'restore',
        bucket,
        prefix: 'in/',
      });
      expect(step).toMatchObject({
        result: { restored: 2, current: 1 },
        progress: { failures: { first: [] } },
      });
      expect(await contentsOf(storage, bucket)).toEqual({ 'in/a': 'newer', 'in/b': 'b', 'in/c': 'c' });
    } finally {
      await server.stop();
    }
  });

  it('P34: says so where nothing can be replaced while versioning is off', async () => {
    const server = await startOddServer({
      behaviour: {
        checkWrite: (_call, _bucket, current) => {
          if (current === undefined) return;
          throw new S3Error({ code: 'Conflict', status: 409, message: 'Versioning is not enabled.' });
        },
      },
    });
    try {
      const { storage } = server;
      const bucket = await versionedBucket(storage, { k: 'x', 'in/k': 'y' });
      const to = { bucket, prefix: '' };
      const copied = await runThrough<'copy', object>(copy, storage, {
        kind: 'copy', bucket, prefix: 'in/', base: 'in/', to, move: true, ifExists: 'replace',
      }); // prettier-ignore
      const updated = await runThrough<'update', object>(update, storage, {
        kind: 'update', bucket, keys: ['k'], changes: { headers: { contentType: 'text/plain' } },
      }); // prettier-ignore
      const [notCopied] = copied.progress.failures.first;
      const [notUpdated] = updated.progress.failures.first;
      expect(notCopied?.message).toContain('so it was not copied');
      expect(notUpdated?.message).toContain('so its headers stayed as they were');
      for (const failure of [notCopied, notUpdated]) {
        expect(failure).toMatchObject({ key: 'k', bucket });
        expect(failure?.message).toContain('does not let an object be replaced while versioning is off');
        expect(failure?.message).toContain('Switch versioning on for the bucket');
        expect(failure?.message).not.toContain('delete');
      }
      expect(await contentsOf(storage, bucket)).toEqual({ k: 'x', 'in/k': 'y' });
    } finally {
      await server.stop();
    }
  });
});
