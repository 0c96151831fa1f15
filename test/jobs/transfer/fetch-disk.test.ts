import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ended, startWorld, when, type World } from '../support.ts';
import { type FetchRequest, freshFolder, isBody, MIB, noise, resultOf, tree } from './fetching.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  folder = await freshFolder(world);
});

const fetch = (bucket: string, changes: Partial<FetchRequest> = {}) =>
  ({ kind: 'fetch', bucket, prefix: '', base: '', folder, ...changes }) as const;

/** Names that are no partial files. */
const finals = async (of = folder) =>
  Object.keys(await tree(of)).filter((name) => !name.endsWith('.cooper-partial'));

/** Whether this user may mount a disk of a few megabytes: as root on Linux, mostly. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMount())('a disk of 24 MiB (needs root on Linux to be mounted)', () => {
  let disk: string;
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'cooper-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  });
  afterEach(async () => {
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  it('that gets full fails the transfer in plain words, has no half file, and is gone on with when there is room', async () => {
    await writeFile(join(disk, 'of somebody else'), Buffer.alloc(14 * MIB));
    const objects = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`f${n}`, noise(2 * MIB + n)]));
    const bucket = await world.bucket(objects);
    const id = await world.start(fetch(bucket, { folder: disk }));
    const failed = await ended(world.runner, id);
    expect(failed).toMatchObject({ state: 'failed', failure: { kind: 'disk-full', code: 'ENOSPC' } });
    for (const name of await finals(disk)) {
      if (name === 'of somebody else') continue;
      expect((await tree(disk))[name]).toBe(objects[name]?.toString('latin1'));
    }
    await rm(join(disk, 'of somebody else'));
    world.runner.resume(id);
    const job = await when(world.runner, id, ({ state }) => state === 'done');
    expect(job).toMatchObject({ progress: { failures: { count: 0 }, objects: { done: 9 } } });
    const whole = Object.fromEntries(
      Object.entries(objects).map(([key, body]) => [key, body.toString('latin1')]),
    );
    expect(await tree(disk)).toEqual(whole);
  });

  it('that is full of one large object fails likewise, and goes on from what is there', async () => {
    await writeFile(join(disk, 'of somebody else'), Buffer.alloc(9 * MIB));
    const body = noise(20 * MIB);
    const bucket = await world.bucket({ k: body });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    const id = await world.start(fetch(bucket, { folder: disk }));
    expect(await ended(world.runner, id)).toMatchObject({ state: 'failed', failure: { kind: 'disk-full' } });
    expect(await finals(disk)).toEqual(['of somebody else']);
    await rm(join(disk, 'of somebody else'));
    let ranges = 0;
    world.plan = (request) => {
      if (isBody(request)) ranges++;
      return undefined;
    };
    world.runner.resume(id);
    await when(world.runner, id, ({ state }) => state === 'done');
    expect(ranges).toBe(2); // of three
    expect(await tree(disk)).toEqual({ k: body.toString('latin1') });
  });

  it('that becomes read-only fails the transfer, and is gone on with when it can be written again', async () => {
    const bucket = await world.bucket({ a: '1', b: '2' });
    const input = fetch(bucket, { folder: disk });
    world.plan = (request) => (isBody(request) ? { slowDown: true } : undefined);
    const id = await world.start(input);
    await when(world.runner, id, ({ state }) => state === 'waiting');
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expect(world.start(input)).rejects.toMatchObject({ kind: 'disk-denied', code: 'EROFS' });
    world.plan = undefined;
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({
      state: 'failed',
      failure: { kind: 'disk-denied' },
    });
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(await finals(disk)).toEqual([]);
    world.runner.resume(id);
    await when(world.runner, id, ({ state }) => state === 'done');
    expect(await tree(disk)).toEqual({ a: '1', b: '2' });
  });
});

/** Whether a file can be made one that nobody may replace. */
function canLock(): boolean {
  const file = join(tmpdir(), `cooper-lock-${String(process.pid)}`);
  try {
    writeFileSync(file, '');
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', file]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

it.skipIf(!canLock())(
  'a file that may not be replaced (needs chattr, and root) is named, stays, and is replaced when it may',
  async () => {
    const bucket = await world.bucket({ a: 'new', b: 'new' });
    const locked = join(folder, 'a');
    await writeFile(locked, 'old');
    execFileSync('chattr', ['+i', locked]);
    let id: string;
    try {
      id = await world.start(fetch(bucket, { ifExists: 'replace' }));
      const failed = await ended(world.runner, id);
      expect(failed).toMatchObject({ state: 'failed', failure: { kind: 'disk-denied', path: locked } });
      expect((await tree(folder))['a']).toBe('old');
    } finally {
      execFileSync('chattr', ['-i', locked]);
    }
    world.runner.resume(id);
    await when(world.runner, id, ({ state }) => state === 'done');
    expect(await tree(folder)).toEqual({ a: 'new', b: 'new' });
  },
);

describe('a folder', () => {
  it('that is taken away in the middle is not made anew elsewhere: the transfer fails, and goes on when it is back', async () => {
    const body = noise(24 * MIB);
    const bucket = await world.bucket({ a: '1', k: body });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    let reads = 0;
    world.plan = ({ key, method }) =>
      method === 'GET' && key === 'k' && ++reads > 1 ? { slowDown: true } : undefined;
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state, progress }) => state === 'waiting' && progress.objects.done === 1);
    await rename(folder, `${folder}-elsewhere`);
    world.plan = undefined;
    world.runner.resume(id);
    const failed = await ended(world.runner, id);
    expect(failed).toMatchObject({ state: 'failed', failure: { kind: 'disk-missing', path: folder } });
    await rename(`${folder}-elsewhere`, folder);
    world.runner.resume(id);
    const job = await when(world.runner, id, ({ state }) => state === 'done');
    expect(resultOf(job)).toMatchObject({ sent: 2, verified: { md5: 2 } });
    expect(await tree(folder)).toEqual({ a: '1', k: body.toString('latin1') });
  });

  it('of which a partial file is deleted in the middle gets the object from its start', async () => {
    const body = noise(24 * MIB);
    const bucket = await world.bucket({ k: body });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    let reads = 0;
    world.plan = (request) => (isBody(request) && ++reads > 2 ? { slowDown: true } : undefined);
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    for (const name of Object.keys(await tree(folder))) await rm(join(folder, name));
    world.plan = undefined;
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { verified: { md5: 1 } } });
    expect(await tree(folder)).toEqual({ k: body.toString('latin1') });
  });

  it('with what others have left is not swept', async () => {
    const bucket = await world.bucket({ a: '1' });
    await mkdir(join(folder, 'of others'));
    await writeFile(join(folder, '.a.0123456789ab.cooper-partial'), 'of another transfer');
    await world.run(fetch(bucket));
    expect(await tree(folder)).toEqual({
      a: '1',
      'of others/': '',
      '.a.0123456789ab.cooper-partial': 'of another transfer',
    });
  });
});
