import { createHash } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRequest } from '#sandbox/faults.ts';
import { ended, startWorld, when, type World } from '../support.ts';
import {
  bytesAsked,
  type FetchRequest,
  freshFolder,
  isBody,
  MIB,
  noise,
  putInParts,
  resultOf,
  tree,
} from './fetching.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  world.settings = { ...world.settings, partsAtOnce: 4 };
  folder = await freshFolder(world);
});

const fetch = (bucket: string, changes: Partial<FetchRequest> = {}) =>
  ({ kind: 'fetch', bucket, prefix: '', base: '', folder, ...changes }) as const;

/** What is asked for of bodies from now on. */
function watchReads(): FaultRequest[] {
  const seen: FaultRequest[] = [];
  world.plan = (request) => {
    if (isBody(request)) seen.push(request);
    return undefined;
  };
  return seen;
}

/** Lets so many reads of bodies pass, and is too busy for the others. */
function onlyReads(count: number): void {
  let reads = 0;
  world.plan = (request) => (isBody(request) && ++reads > count ? { slowDown: true } : undefined);
}

async function expectFile(name: string, body: Buffer): Promise<void> {
  expect((await readFile(join(folder, name))).equals(body)).toBe(true);
  expect(Object.keys(await tree(folder))).toEqual([name]);
}

describe('a large object', () => {
  it('comes in ranges that are asked for at once, into one file, checked by its MD5', async () => {
    const body = noise(37 * MIB + 5);
    const bucket = await world.bucket({ 'large.bin': body });
    const seen = watchReads();
    const job = await world.run(fetch(bucket));
    expect(resultOf(job)).toMatchObject({ sent: 1, verified: { md5: 1 } });
    expect(seen).toHaveLength(5);
    expect(seen.every(({ headers }) => headers['if-match'] !== undefined)).toBe(true);
    await expectFile('large.bin', body);
  });

  it.each([
    [5, 18],
    [8, 33],
    [15, 31],
    [16, 20],
    [7, 9],
  ])('that was uploaded in parts of %i MiB is checked by them (P23)', async (partMiB, sizeMiB) => {
    const body = noise(sizeMiB * MIB + 11);
    const bucket = await world.bucket({});
    const etag = await putInParts(world.storage, { bucket, key: 'k', body, partBytes: partMiB * MIB });
    expect(etag).toMatch(/-\d+$/u);
    expect(resultOf(await world.run(fetch(bucket)))).toMatchObject({ sent: 1, verified: { parts: 1 } });
    await expectFile('k', body);
  });

  it('in parts of a size that nobody uses is checked by its length, not called damaged (P23)', async () => {
    const body = noise(12 * MIB);
    const bucket = await world.bucket({});
    await putInParts(world.storage, { bucket, key: 'k', body, partBytes: 5 * MIB + 1 });
    expect(resultOf(await world.run(fetch(bucket)))).toMatchObject({ sent: 1, verified: { length: 1 } });
    await expectFile('k', body);
  });

  it('goes on after Cooper was ended in the middle, and fetches nothing again that is there', async () => {
    const body = noise(40 * MIB);
    const bucket = await world.bucket({ k: body });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    onlyReads(2);
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    await world.restart();
    expect(world.runner.get(id)).toMatchObject({ state: 'paused', interrupted: true });
    const names = Object.keys(await tree(folder));
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/^\.k\..*\.cooper-partial$/u);
    const seen = watchReads();
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { verified: { md5: 1 } } });
    expect(seen.map((request) => bytesAsked(request, body.length))).toEqual([8, 8, 8].map((n) => n * MIB));
    await expectFile('k', body);
  });

  it('that changed while Cooper was away starts anew', async () => {
    const bucket = await world.bucket({ k: noise(24 * MIB) });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    onlyReads(1);
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    await world.restart();
    const body = noise(25 * MIB);
    await world.storage.write({ bucket, key: 'k', body });
    world.plan = undefined;
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { verified: { md5: 1 } } });
    await expectFile('k', body);
  });

  it('that changes while it comes starts anew, and no two halves are mixed', async () => {
    const body = noise(24 * MIB + 1);
    const bucket = await world.bucket({ k: noise(24 * MIB) });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    let reads = 0;
    let hasChanged = false;
    const change = async () => {
      await world.storage.write({ bucket, key: 'k', body });
      hasChanged = true;
    };
    world.plan = (request) => {
      if (!isBody(request) || hasChanged || ++reads === 1) return undefined;
      if (reads > 2) return { slowDown: true };
      void change();
      return { truncate: MIB };
    };
    const job = await world.run(fetch(bucket));
    expect(job).toMatchObject({ state: 'done', result: { sent: 1, verified: { md5: 1 } } });
    await expectFile('k', body);
  });

  it('leaves nothing when it is cancelled, and everything when it is paused', async () => {
    const body = noise(24 * MIB);
    const bucket = await world.bucket({ k: body });
    world.settings = { ...world.settings, partsAtOnce: 1 };
    onlyReads(1);
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    world.runner.pause(id);
    await when(world.runner, id, ({ state }) => state === 'paused');
    expect(Object.keys(await tree(folder))).toHaveLength(1);
    world.runner.cancel(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'cancelled' });
    expect(await tree(folder)).toEqual({});
  });

  it('is never held: P10 and P25, 400 MiB pass in a small part of that', async () => {
    const part = noise(16 * MIB);
    const count = 25;
    const bucket = await world.bucket({});
    const { uploadId } = await world.storage.createUpload({ bucket, key: 'huge' });
    const parts: { partNumber: number; etag: string }[] = [];
    for (let partNumber = 1; partNumber <= count; partNumber++) {
      part.writeUInt32LE(partNumber);
      const { etag } = await world.storage.uploadPart({
        bucket,
        key: 'huge',
        uploadId,
        partNumber,
        body: part,
      });
      parts.push({ partNumber, etag });
    }
    await world.storage.completeUpload({ bucket, key: 'huge', uploadId, parts });
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 10);
    const job = await world.run(fetch(bucket));
    clearInterval(timer);
    expect(job).toMatchObject({ state: 'done', result: { verified: { parts: 1 } } });
    expect(most).toBeLessThan(120 * MIB); // that of the server in this process included
  });
});

describe('an object that comes by one request', () => {
  it('goes on from its middle after Cooper was ended', async () => {
    const body = noise(12 * MIB);
    const bucket = await world.bucket({ k: body });
    let reads = 0;
    world.plan = (request) => {
      if (!isBody(request)) return undefined;
      return ++reads === 1 ? { truncate: 5 * MIB } : { slowDown: true };
    };
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    await world.restart();
    const seen = watchReads();
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { verified: { md5: 1 } } });
    const [asked = 0, ...more] = seen.map((request) => bytesAsked(request, body.length));
    expect(more).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(7 * MIB);
    expect(asked).toBeLessThan(8 * MIB); // what was on its way when it broke
    await expectFile('k', body);
  });

  it('of which the partial file was damaged meanwhile is fetched from its start', async () => {
    const body = noise(12 * MIB);
    const bucket = await world.bucket({ k: body });
    let reads = 0;
    world.plan = (request) => {
      if (!isBody(request)) return undefined;
      return ++reads === 1 ? { truncate: 5 * MIB } : { slowDown: true };
    };
    const id = await world.start(fetch(bucket));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    await world.restart();
    const [partial = ''] = Object.keys(await tree(folder));
    await writeFile(join(folder, partial), Buffer.alloc(5 * MIB));
    world.plan = undefined;
    world.runner.resume(id);
    const job = await ended(world.runner, id);
    expect(job).toMatchObject({ state: 'done', result: { verified: { md5: 1 }, retried: 1 } });
    await expectFile('k', body);
  });

  it('that got its name just before Cooper was killed is not fetched again, nor kept twice', async () => {
    const bucket = await world.bucket({ k: 'whole' });
    const id = await world.start(fetch(bucket, { ifExists: 'keep-both' }));
    await ended(world.runner, id);
    await world.runner.close();
    const kept = join(dirname(world.folder), 'transfers', id);
    const log = (await readFile(join(kept, 'log'), 'utf8')).split('\n');
    expect(log.at(-2)).toContain('"outcome"');
    await writeFile(join(kept, 'log'), `${log.slice(0, -2).join('\n')}\n`);
    await appendFile(join(kept, 'log'), '0'); // torn
    const record = await readFile(join(kept, 'transfer.json'), 'utf8');
    await writeFile(join(kept, 'transfer.json'), record.replace('"state": "done"', '"state": "open"'));
    await world.restart();
    const seen = watchReads();
    world.runner.resume(id);
    const job = await ended(world.runner, id);
    expect(job).toMatchObject({ state: 'done', result: { sent: 1, verified: { md5: 1 } } });
    expect(seen).toEqual([]);
    expect(await tree(folder)).toEqual({ k: 'whole' });
  });

  it('is checked: what a hash says of the file is what it says of the object', async () => {
    const body = noise(3 * MIB);
    const bucket = await world.bucket({ k: body });
    await world.run(fetch(bucket));
    const md5 = createHash('md5')
      .update(await readFile(join(folder, 'k')))
      .digest('hex');
    expect((await world.storage.stat({ bucket, key: 'k' })).etag).toBe(md5);
  });
});
