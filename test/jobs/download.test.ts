import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '#sandbox/faults.ts';
import type { Job, JobRequest } from '#shared/job.ts';
import { copyObject } from '#storage/copy-object.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { startOddServer } from '#test/support/odd-server.ts';
import { download as downloading } from '#jobs/download.ts';
import { putAll, runThrough, versionedBucket } from './object-support.ts';
import { ended, startWorld, when, type World } from './support.ts';

const MiB = 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.plan = undefined;
});
afterAll(() => world.stop());

type DownloadRequest = Omit<Extract<JobRequest, { kind: 'download' }>, 'kind' | 'connectionId'>;

async function freshPath(name = 'file.bin'): Promise<string> {
  return join(await mkdtemp(join(world.folder, 'download-')), name);
}
async function download(request: Omit<DownloadRequest, 'path'> & { path?: string }) {
  const path = request.path ?? (await freshPath());
  return { path, job: await world.run({ kind: 'download', ...request, path }) };
}
async function expectFailed(job: Job, path: string, failure: object): Promise<void> {
  expect(job).toMatchObject({ state: 'failed', failure });
  expect(await readdir(dirname(path))).toEqual([]);
}
/** Lets something happen to reads, by how many there were of one kind. */
function failReads(fault: (count: number) => Fault | undefined): void {
  world.plan = ({ method, key, count }) => (method === 'GET' && key !== '' ? fault(count) : undefined);
}

describe('downloading', () => {
  it('saves an object byte for byte, proved by its MD5, with its date, and nothing beside it', async () => {
    const body = randomBytes(3 * MiB + 7);
    const bucket = await world.bucket({ 'dir/a.bin': body });
    const { job, path } = await download({ bucket, key: 'dir/a.bin' });
    expect(job).toMatchObject({
      state: 'done',
      result: { path, bytes: body.length, verified: 'md5' },
      progress: {
        objects: { done: 1, total: 1, totalIsFinal: true },
        bytes: { done: body.length, total: body.length, totalIsFinal: true },
      },
    });
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
    const { modifiedAt } = await world.storage.stat({ bucket, key: 'dir/a.bin' });
    expect((await stat(path)).mtime).toEqual(modifiedAt);
  });

  it('saves an empty object', async () => {
    const bucket = await world.bucket({ empty: '' });
    const { job, path } = await download({ bucket, key: 'empty' });
    expect(job).toMatchObject({ state: 'done', result: { bytes: 0, verified: 'md5' } });
    expect((await stat(path)).size).toBe(0);
  });

  it('saves an old version, also of a deleted object', async () => {
    const bucket = await versionedBucket(world.storage);
    const { versionId = '' } = await world.storage.write({ bucket, key: 'k', body: Buffer.from('first') });
    await putAll(world.storage, bucket, { k: 'second' });
    await world.storage.delete({ bucket, key: 'k' });
    const { path } = await download({ bucket, key: 'k', versionId });
    expect(await readFile(path, 'utf8')).toBe('first');
  });

  it('P21 and P22: saves hostile keys under the path that was chosen, wherever the key points', async () => {
    const keys = hostileKeys(40, 11);
    const bucket = await world.bucket(Object.fromEntries(keys.map((key) => [key, key])));
    for (const key of keys) {
      const { path } = await download({ bucket, key });
      expect(await readFile(path, 'utf8')).toBe(key);
      expect(await readdir(dirname(path))).toEqual([basename(path)]);
    }
  });

  it('goes on where the connection broke', async () => {
    const body = randomBytes(2 * MiB);
    const bucket = await world.bucket({ k: body });
    failReads((count) => (count === 1 ? { reset: MiB } : undefined));
    const { job, path } = await download({ bucket, key: 'k' });
    expect(job).toMatchObject({ state: 'done', result: { verified: 'md5' } });
    expect((await readFile(path)).equals(body)).toBe(true);
  });

  it('replaces a file only when that was agreed', async () => {
    const bucket = await world.bucket({ k: 'new' });
    const path = await freshPath();
    await writeFile(path, 'mine');
    await expect(download({ bucket, key: 'k', path })).rejects.toMatchObject({ kind: 'disk-exists', path });
    expect(await readFile(path, 'utf8')).toBe('mine');
    await download({ bucket, key: 'k', path, overwrite: true });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
  });

  it('leaves a file alone that appears while it works', async () => {
    const bucket = await world.bucket({ k: 'new' });
    const path = await freshPath();
    let writing: Promise<void> | undefined;
    failReads(() => {
      writing = writeFile(path, 'mine');
      return { delayMs: 100 };
    });
    const { job } = await download({ bucket, key: 'k', path });
    await writing;
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'disk-exists', path } });
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
  });

  it.each([
    ['an object that is not there', { key: 'absent' }, { kind: 'not-found', key: 'absent' }],
    ['a folder that is not there', { key: 'k', path: '/not/there/at all' }, { kind: 'disk-missing' }],
    ['a path that is not a whole one', { key: 'k', path: 'file' }, { kind: 'invalid-input' }],
  ])('%s is refused before there is a job', async (_, request, failure) => {
    const bucket = await world.bucket({ k: 'x' });
    await expect(download({ bucket, ...request })).rejects.toMatchObject(failure);
  });

  it('onto a folder is refused before there is a job', async () => {
    const bucket = await world.bucket({ k: 'x' });
    const path = await freshPath('folder');
    await mkdir(path);
    await expect(download({ bucket, key: 'k', path, overwrite: true })).rejects.toMatchObject({
      kind: 'disk-exists',
      message: `“${path}” is a folder.`,
    });
  });

  it('fails and leaves nothing when the object changed since it was looked at', async () => {
    const bucket = await world.bucket({ k: randomBytes(2 * MiB) });
    let writing: Promise<unknown> | undefined;
    failReads((count) => {
      if (count > 1) return { delayMs: 300 };
      writing = world.storage.write({ bucket, key: 'k', body: Buffer.alloc(2 * MiB) });
      return { reset: MiB };
    });
    const { job, path } = await download({ bucket, key: 'k' });
    await writing;
    await expectFailed(job, path, { kind: 'changed', key: 'k' });
  });

  it('cancelled leaves nothing', async () => {
    const bucket = await world.bucket({ k: randomBytes(4 * MiB) });
    failReads(() => ({ stall: MiB }));
    const path = await freshPath();
    const id = await world.start({ kind: 'download', bucket, key: 'k', path });
    await when(world.runner, id, ({ progress }) => progress.bytes.done > 0);
    world.runner.cancel(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'cancelled' });
    expect(await readdir(dirname(path))).toEqual([]);
  });
});

describe('P23: an ETag that is no MD5', () => {
  it('of an object that was uploaded in parts: judged by its length', async () => {
    const body = randomBytes(11 * MiB);
    const bucket = await world.bucket({ k: body });
    const [from, to] = [{ bucket, key: 'k' }, { bucket, key: 'parts' }]; // prettier-ignore
    const limits = { singleBytes: 10 * MiB, partBytes: 5 * MiB };
    const { etag } = await copyObject(world.storage, { from, to, size: body.length }, { limits });
    expect(etag).toContain('-');
    const { job, path } = await download({ bucket, key: 'parts' });
    expect(job).toMatchObject({ state: 'done', result: { verified: 'length' } });
    expect((await readFile(path)).equals(body)).toBe(true);
  });

  it('but looks like one, as where the server encrypts by keys of its own: not taken for damage', async () => {
    const etag = createHash('md5').update('something else').digest('hex');
    const server = await startOddServer({
      behaviour: { multipartEtag: () => etag },
      limits: { minPartBytes: 1 },
    });
    try {
      const { storage } = server;
      const bucket = await versionedBucket(storage, { k: 'some bytes' });
      const [from, to] = [{ bucket, key: 'k' }, { bucket, key: 'odd' }]; // prettier-ignore
      await copyObject(storage, { from, to, size: 10 }, { limits: { singleBytes: 5, partBytes: 5 } });
      expect((await storage.stat(to)).etag).toBe(etag);
      const path = await freshPath();
      const step = await runThrough<'download', object>(downloading, storage, {
        kind: 'download',
        ...to,
        path,
      });
      expect(step.result).toEqual({ path, bytes: 10, verified: 'length' });
      expect(await readFile(path, 'utf8')).toBe('some bytes');
    } finally {
      await server.stop();
    }
  });
});
