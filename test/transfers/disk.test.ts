import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { type Job, jobInputSchema } from '#shared/job.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { listObjects } from '#storage/list.ts';
import { ended, startWorld, when, type World } from '#test/jobs/support.ts';
import { hashesBelow, hashesOfObjects, differences } from './made-files.ts';

// What disks do to downloads is in test/jobs/transfer/fetch-disk.test.ts.

const MIB = 2 ** 20;
let world: World;
let root: string;
let folder: string;
let bucket: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  world.settings = transferSettingsSchema.parse({});
  root = await mkdtemp(join(world.folder, 'in-'));
  folder = join(root, 'tree');
  await mkdir(folder);
  bucket = await world.bucket({});
});

const upload = () => ({ kind: 'upload' as const, bucket, prefix: '', paths: [folder] });
async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of listObjects(world.storage, { bucket })) found.push(key);
  return found;
}

/** An upload that is planned and has not moved anything, paused. */
async function planned(): Promise<string> {
  const before = world.settings;
  world.settings = { ...before, bytesPerSecond: 1024, objectsAtOnce: 1 };
  world.plan = ({ method }) => (method === 'PUT' ? { stall: 0 } : undefined);
  const id = await world.start(upload());
  await when(
    world.runner,
    id,
    ({ progress }) => progress.objects.totalIsFinal === true && progress.current !== undefined,
  );
  world.runner.pause(id);
  await when(world.runner, id, ({ state }) => state === 'paused');
  world.plan = undefined;
  world.settings = before;
  return id;
}

const goOn = async (id: string): Promise<Job> => {
  world.runner.resume(id, { retry: true });
  await when(world.runner, id, ({ state }) => state !== 'paused' && state !== 'failed');
  return ended(world.runner, id);
};

describe('a file that is to be uploaded', () => {
  it('and is gone by then fails by itself, in plain words, and is sent when it is back', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name);
    const id = await planned();
    await rename(join(folder, 'b'), join(root, 'b'));
    const job = await goOn(id);
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 1 } }, result: { sent: 2 } });
    expect(job.progress.failures.first[0]).toMatchObject({
      kind: 'invalid-input',
      message: `“${join(folder, 'b')}” cannot be uploaded: it is not there any more (ENOENT).`,
    });
    await rename(join(root, 'b'), join(folder, 'b'));
    expect(await goOn(id)).toMatchObject({ progress: { failures: { count: 0 }, objects: { done: 3 } } });
    expect(await keys()).toEqual(['tree/a', 'tree/b', 'tree/c']);
  });

  it.skipIf(process.platform === 'win32')('and is a pipe or a folder by then is not waited for', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name);
    const id = await planned();
    await rm(join(folder, 'a'));
    execFileSync('mkfifo', [join(folder, 'a')]);
    await rm(join(folder, 'b'));
    await mkdir(join(folder, 'b'));
    const job = await goOn(id);
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 2 } }, result: { sent: 1 } });
    expect(await keys()).toEqual(['tree/c']);
  });

  it('and gets shorter or is written to while it is read is not stored, and is when it rests', async () => {
    await writeFile(join(folder, 'shorter'), Buffer.alloc(4 * MIB, 1));
    await writeFile(join(folder, 'other'), Buffer.alloc(4 * MIB, 2));
    world.settings = { ...world.settings, bytesPerSecond: 1024 };
    const id = await world.start(upload());
    // A piece of each has passed or waits; the rest is read later.
    await when(world.runner, id, ({ progress }) => progress.bytes.done > 0);
    await truncate(join(folder, 'shorter'), 100);
    await writeFile(join(folder, 'other'), Buffer.alloc(4 * MIB, 3));
    world.settings = { ...world.settings, bytesPerSecond: undefined };
    world.runner.wake();
    const job = await ended(world.runner, id);
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 2 } } });
    for (const failure of job.progress.failures.first) {
      expect(failure.kind).toBe('changed');
      expect(failure.message).toContain('was changed while it was read; it was not uploaded');
    }
    expect(await keys()).toEqual([]);
    expect(await goOn(id)).toMatchObject({ progress: { failures: { count: 0 }, objects: { done: 2 } } });
    const objects = await hashesOfObjects(world.storage, bucket, 'tree/');
    expect(differences(await hashesBelow(folder), objects)).toEqual([]);
  });

  it('and changes while its parts are sent is not completed, and nothing of it is left on the server', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(40 * MIB, 1));
    world.plan = ({ query: { partNumber } }) => (partNumber === '5' ? { delayMs: 400 } : undefined);
    const id = await world.start(upload());
    await when(world.runner, id, ({ progress }) => progress.bytes.done >= 32 * MIB);
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    const job = await ended(world.runner, id);
    expect(job.progress.failures.first[0]).toMatchObject({ kind: 'changed', path });
    expect(await keys()).toEqual([]);
    expect((await world.storage.listUploadsPage({ bucket })).uploads).toEqual([]);
    world.plan = undefined;
    expect(await goOn(id)).toMatchObject({ state: 'done', result: { verified: { parts: 1 } } });
  });

  it('and changed while it was paused is sent from its start', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(40 * MIB, 1));
    world.settings = { ...world.settings, partsAtOnce: 1 };
    world.plan = ({ query: { partNumber } }) => (partNumber === '3' ? { stall: 0 } : undefined);
    const id = await world.start(upload());
    await when(world.runner, id, ({ progress }) => progress.bytes.done >= 16 * MIB);
    world.runner.pause(id);
    await when(world.runner, id, ({ state }) => state === 'paused');
    await writeFile(path, Buffer.alloc(40 * MIB, 2));
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    world.plan = undefined;
    // It is another file than the one of which two parts are there.
    expect(await goOn(id)).toMatchObject({ state: 'done', result: { verified: { parts: 1 } } });
    const objects = await hashesOfObjects(world.storage, bucket, 'tree/');
    expect(differences(await hashesBelow(folder), objects)).toEqual([]);
    expect((await world.storage.listUploadsPage({ bucket })).uploads).toEqual([]);
  });

  it('on a disk that is gone fails the transfer, not each file, and goes on when the disk is back', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name);
    const id = await planned();
    await rename(folder, join(root, 'elsewhere'));
    const failed = await goOn(id);
    expect(failed).toMatchObject({
      state: 'failed',
      failure: { kind: 'disk-missing', path: folder },
      progress: { failures: { count: 0 } },
    });
    await rename(join(root, 'elsewhere'), folder);
    expect(await goOn(id)).toMatchObject({ state: 'done', result: { sent: 3 } });
  });
});

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

describe.skipIf(!canMount())('a full disk for the journals (needs root on Linux to be mounted)', () => {
  it('fails the transfer in plain words, loses nothing, and is gone on with when there is room', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'cooper-journals-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    const transfers = {
      store: new TransferStore(join(disk, 'transfers')),
      settings: () => world.settings,
      storage: async () => world.storage,
    };
    const runner = new JobRunner(async () => world.storage, undefined, basicServices({ transfers }));
    onTestFinished(async () => {
      await runner.close();
      execFileSync('umount', [disk]);
      await rm(disk, { recursive: true });
    });
    for (let n = 0; n < 400; n++) await writeFile(join(folder, `file ${n}`), `This is ${n}.`);
    await writeFile(join(disk, 'of somebody else'), Buffer.alloc(160 * 1024));
    const id = await runner.start(jobInputSchema.parse({ ...upload(), connectionId: 'test' }));
    expect(await ended(runner, id)).toMatchObject({
      state: 'failed',
      failure: { kind: 'disk-full', code: 'ENOSPC' },
    });
    await rm(join(disk, 'of somebody else'));
    runner.resume(id);
    await when(runner, id, ({ state }) => state !== 'failed');
    expect(await ended(runner, id)).toMatchObject({
      state: 'done',
      progress: { failures: { count: 0 }, objects: { done: 400, total: 400 } },
    });
    const objects = await hashesOfObjects(world.storage, bucket, 'tree/');
    expect(differences(await hashesBelow(folder), objects)).toEqual([]);
  });
});
