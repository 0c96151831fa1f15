import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copyWithin } from '#jobs/copy.ts';
import type { FaultRequest } from '#sandbox/faults.ts';
import type { JobRequest } from '#shared/job.ts';
import { versionsOf } from '#storage/versions.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { bytesOf, contentsOf, expectUploads, runThrough, versionedBucket } from './object-support.ts';
import { ended, type Objects, startWorld, when, type World } from './support.ts';

const MiB = 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.plan = undefined;
});
afterAll(() => world.stop());

type CopyRequest = Omit<Extract<JobRequest, { kind: 'copy' }>, 'kind' | 'connectionId'>;
const copy = (request: CopyRequest) => world.run({ kind: 'copy', ...request });
const contents = (bucket: string) => contentsOf(world.storage, bucket);

const isCopy = ({ method, headers }: FaultRequest) =>
  method === 'PUT' && headers['x-amz-copy-source'] !== undefined;
const denied = { error: { status: 403, code: 'AccessDenied' } };

describe('copying', () => {
  it('brings everything of an object to its new place: bytes, headers, metadata and tags', async () => {
    const bucket = await world.bucket({ 'in/a.txt': 'one', 'in/': '', 'in/deep/b': 'two', other: 'x' });
    const target = await world.bucket({});
    const key = 'in/a.txt';
    await world.storage.copy({
      from: { bucket, key },
      to: { bucket, key },
      attributes: {
        contentType: 'text/plain; charset=utf-8',
        cacheControl: 'no-store',
        contentDisposition: 'inline',
        contentLanguage: 'de',
        expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
        metadata: { colour: 'blue', 'with-dash': 'u' },
      },
      tags: { class: 'a b+c' },
    });
    const job = await copy({ bucket, prefix: 'in/', base: 'in/', to: { bucket: target, prefix: 'out/' } });
    expect(job).toMatchObject({
      state: 'done',
      result: { copied: 3, skipped: 0, removed: 0 },
      progress: {
        objects: { done: 3, total: 3, totalIsFinal: true },
        bytes: { done: 6, total: 6 },
        failures: { count: 0 },
      },
    });
    expect(await contents(target)).toEqual({ 'out/a.txt': 'one', 'out/': '', 'out/deep/b': 'two' });
    expect((await contents(bucket))[key]).toBe('one');
    const [before, after] = [
      await world.storage.stat({ bucket, key }),
      await world.storage.stat({ bucket: target, key: 'out/a.txt' }),
    ];
    expect(after).toEqual({ ...before, key: 'out/a.txt', modifiedAt: after.modifiedAt });
    expect(after.metadata).toEqual({ colour: 'blue', 'with-dash': 'u' });
    expect(await world.storage.readObjectTags({ bucket: target, key: 'out/a.txt' })).toEqual({
      class: 'a b+c',
    });
  });

  it('leaves what is there already alone, unless it is to be replaced', async () => {
    const bucket = await world.bucket({ 'in/a': 'new', 'in/b': 'new', 'out/a': 'old' });
    const request = { bucket, prefix: 'in/', base: 'in/', to: { bucket, prefix: 'out/' } };
    expect(await copy(request)).toMatchObject({ result: { copied: 1, skipped: 1, removed: 0 } });
    expect(await contents(bucket)).toMatchObject({ 'out/a': 'old', 'out/b': 'new' });
    expect(await copy({ ...request, move: true })).toMatchObject({ result: { copied: 0, skipped: 2 } });
    expect(await contents(bucket)).toMatchObject({ 'in/a': 'new', 'in/b': 'new' });
    expect(await copy({ ...request, ifExists: 'replace' })).toMatchObject({
      result: { copied: 2, skipped: 0 },
    });
    expect(await contents(bucket)).toMatchObject({ 'out/a': 'new', 'out/b': 'new' });
  });

  it('keeps the storage class', async () => {
    const bucket = await world.bucket({ a: 'x' });
    const [from, to] = [{ bucket, key: 'a' }, { bucket, key: 'b' }]; // prettier-ignore
    await world.storage.copy({ from, to: from, attributes: {}, storageClass: 'STANDARD_IA' });
    await copy({ bucket, keys: ['a'], base: 'a', to: { bucket, prefix: 'b' } });
    expect((await world.storage.stat(to)).storageClass).toBe('STANDARD_IA');
  });

  it.each([
    ['an object onto itself', { keys: ['a'], base: 'a', to: 'a' }, '“a” cannot be copied onto itself'],
    ['a folder onto itself', { prefixes: ['in/'], base: '', to: '' }, '“in/” cannot be copied onto itself'],
    ['what is not in the base', { keys: ['a'], base: 'in/', to: 'out/' }, '“a” is not in “in/”'],
    ['nothing', { prefix: 'absent/', base: 'absent/', to: 'x/' }, 'has no object under “absent/”'],
    ['what is not there', { keys: ['absent'], base: 'absent', to: 'x' }, 'at the 1 chosen keys'],
  ])('%s is refused before there is a job', async (_, { to, ...request }, message) => {
    const bucket = await world.bucket({ a: 'x', 'in/b': 'y' });
    await expect(
      world.start({ kind: 'copy', bucket, ...request, to: { bucket, prefix: to } }),
    ).rejects.toThrow(message);
    expect(await contents(bucket)).toEqual({ a: 'x', 'in/b': 'y' });
  });

  it('to a bucket that is not there is refused before there is a job', async () => {
    const bucket = await world.bucket({ a: 'x' });
    const to = { bucket: 'not-there-at-all', prefix: 'a' };
    await expect(world.start({ kind: 'copy', bucket, keys: ['a'], base: 'a', to })).rejects.toMatchObject({
      kind: 'not-found',
      bucket: 'not-there-at-all',
    });
  });

  it('counts what cannot be copied, and goes on', async () => {
    const bucket = await world.bucket({ 'in/a': 'a', 'in/b': 'b', 'in/c': 'c' });
    world.plan = (request) => (isCopy(request) && request.key === 'out/b' ? denied : undefined);
    const job = await copy({
      bucket,
      prefix: 'in/',
      base: 'in/',
      to: { bucket, prefix: 'out/' },
      move: true,
    });
    expect(job).toMatchObject({
      state: 'done',
      result: { copied: 2, removed: 2 },
      progress: { failures: { count: 1, first: [{ kind: 'access-denied', key: 'out/b' }] } },
    });
    expect(await contents(bucket)).toEqual({ 'in/b': 'b', 'out/a': 'a', 'out/c': 'c' });
  });

  it('ends when the keys are refused', async () => {
    const bucket = await world.bucket({ 'in/a': 'a', 'in/b': 'b' });
    world.plan = (request) => (isCopy(request) ? { expiredToken: true } : undefined);
    const job = await copy({ bucket, prefix: 'in/', base: 'in/', to: { bucket, prefix: 'out/' } });
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'expired-credentials' } });
  });

  it('cancelled half-way has only whole copies, and lost nothing', async () => {
    const objects: Objects = {};
    for (let i = 0; i < 60; i++) objects[`in/${String(i).padStart(2, '0')}`] = String(i);
    const bucket = await world.bucket(objects);
    world.plan = (request) => (isCopy(request) && request.key > 'out/30' ? { stall: 0 } : undefined);
    const id = await world.start({
      kind: 'copy',
      bucket,
      prefix: 'in/',
      base: 'in/',
      to: { bucket, prefix: 'out/' },
      move: true,
    });
    await when(world.runner, id, ({ progress }) => progress.objects.done > 10);
    world.runner.cancel(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'cancelled' });
    world.plan = undefined;
    const found = await contents(bucket);
    for (const [key, body] of Object.entries(objects)) {
      const moved = `out/${key.slice(3)}`;
      expect([found[key], found[moved]]).toContain(body);
      if (found[moved] !== undefined) expect(found[moved]).toBe(body);
    }
  });
});

describe('moving and renaming', () => {
  it('P14: renames a folder of five hundred in parallel, not one after another', async () => {
    const objects: Objects = {};
    for (let i = 0; i < 500; i++) objects[`old/${String(i)}`] = String(i);
    const bucket = await world.bucket(objects);
    let copies = 0;
    let copiesBeforeADeletion = 0;
    world.plan = (request) => {
      if (isCopy(request)) {
        copies++;
        return copies < 40 ? { delayMs: 50 } : undefined;
      }
      if (request.method === 'DELETE') copiesBeforeADeletion ||= copies;
      return undefined;
    };
    const job = await copy({
      bucket,
      prefix: 'old/',
      base: 'old/',
      to: { bucket, prefix: 'new/' },
      move: true,
    });
    expect(job).toMatchObject({ state: 'done', result: { copied: 500, skipped: 0, removed: 500 } });
    expect(copies).toBe(500);
    expect(copiesBeforeADeletion).toBeGreaterThan(8);
    expect(await contents(bucket)).toEqual(
      Object.fromEntries(Object.entries(objects).map(([key, body]) => [`new/${key.slice(4)}`, body])),
    );
  });

  it('P16: renames the folder, and not the object that is called like it, nor its other neighbours', async () => {
    const neighbours = {
      reports: 'object',
      'reports.txt': '1',
      reports2: '2',
      'reports2/a': '3',
      'reports-': '4',
    };
    const bucket = await world.bucket({ ...neighbours, 'reports/': '', 'reports/a': 'a', 'reports//b': 'b' });
    const to = { bucket, prefix: 'archive/' };
    const job = await copy({ bucket, prefixes: ['reports/'], base: 'reports/', to, move: true });
    expect(job).toMatchObject({ state: 'done', result: { copied: 3, removed: 3 } });
    const moved = { 'archive/': '', 'archive/a': 'a', 'archive//b': 'b' };
    expect(await contents(bucket)).toEqual({ ...neighbours, ...moved });
    await copy({ bucket, keys: ['reports'], base: 'reports', to: { bucket, prefix: 'report' }, move: true });
    const { reports, ...others } = neighbours;
    expect(await contents(bucket)).toEqual({ ...others, ...moved, report: reports });
  });

  it('P21 and P22: hostile keys are copied and renamed as they are', async () => {
    const keys = hostileKeys(150, 3).filter((key) => Buffer.byteLength(key) <= 1000);
    const objects = Object.fromEntries(keys.map((key) => [`from/${key}`, key]));
    const bucket = await world.bucket(objects);
    const move = { bucket, prefix: 'from/', base: 'from/', to: { bucket, prefix: 'to 🪣+%/' }, move: true };
    expect(await copy(move)).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(await contents(bucket)).toEqual(Object.fromEntries(keys.map((key) => [`to 🪣+%/${key}`, key])));
    const chosen = keys.slice(0, 40);
    for (const key of chosen.slice(0, 5)) {
      const from = `to 🪣+%/${key}`;
      await copy({ bucket, keys: [from], base: from, to: { bucket, prefix: `${key.slice(0, 1)}\u0001renamed ${chosen.indexOf(key)}` }, move: true }); // prettier-ignore
    }
    const renamed = Object.entries(await contents(bucket)).filter(([key]) => key.includes('\u0001renamed'));
    expect(renamed.map(([, body]) => body).sort()).toEqual(chosen.slice(0, 5).sort());
  });

  it('leaves the object that is at the place that was copied, when it changed meanwhile', async () => {
    const bucket = await world.bucket({ 'in/a': 'before' });
    let changing: Promise<unknown> | undefined;
    world.plan = ({ method, key }) => {
      if (method !== 'HEAD' || key !== 'out/a' || changing !== undefined) return undefined;
      changing = world.storage.write({ bucket, key: 'in/a', body: Buffer.from('after!') });
      return { delayMs: 300 };
    };
    const to = { bucket, prefix: 'out/' };
    const job = await copy({ bucket, prefix: 'in/', base: 'in/', to, move: true, ifExists: 'replace' });
    await changing;
    expect(job).toMatchObject({
      state: 'done',
      result: { copied: 1, removed: 0 },
      progress: { failures: { count: 1, first: [{ kind: 'changed', key: 'in/a' }] } },
    });
    expect(await contents(bucket)).toEqual({ 'in/a': 'after!', 'out/a': 'before' });
  });

  it('leaves the original when its copy is not what the copy made', async () => {
    const bucket = await world.bucket({ 'in/a': 'x' });
    world.plan = ({ method, key }) =>
      method === 'HEAD' && key === 'out/a' ? { wrongEtag: true } : undefined;
    const to = { bucket, prefix: 'out/' };
    const job = await copy({ bucket, prefix: 'in/', base: 'in/', to, move: true, ifExists: 'replace' });
    expect(job.progress.failures.first).toMatchObject([{ kind: 'incomplete', key: 'out/a' }]);
    expect(await contents(bucket)).toEqual({ 'in/a': 'x', 'out/a': 'x' });
  });

  it('says so when an original cannot be removed; the copy stays', async () => {
    const bucket = await world.bucket({ 'in/': '', 'in/a': 'x' });
    world.plan = ({ method }) => (method === 'DELETE' ? denied : undefined);
    const job = await copy({
      bucket,
      prefix: 'in/',
      base: 'in/',
      to: { bucket, prefix: 'out/' },
      move: true,
    });
    expect(job).toMatchObject({ state: 'done', result: { copied: 2, removed: 0 } });
    expect(job.progress.failures).toMatchObject({ count: 2, first: [{ kind: 'access-denied' }, {}] });
    expect(Object.keys(await contents(bucket)).sort()).toEqual(['in/', 'in/a', 'out/', 'out/a']);
  });

  it('in a bucket with versions hides the original behind a marker, so that the move can be undone', async () => {
    const bucket = await versionedBucket(world.storage, { a: 'x' });
    await copy({ bucket, keys: ['a'], base: 'a', to: { bucket, prefix: 'b' }, move: true });
    expect((await versionsOf(world.storage, { bucket, key: 'a' })).map(({ kind }) => kind)).toEqual([
      'delete-marker',
      'version',
    ]);
    expect(await contents(bucket)).toEqual({ b: 'x' });
  });

  it('takes a folder’s contents to the top of a bucket, where the folder itself has no name', async () => {
    const bucket = await world.bucket({ 'in/': '', 'in/a': 'a', 'in/b/': '', 'in/b/c': 'c' });
    const job = await copy({ bucket, prefix: 'in/', base: 'in/', to: { bucket, prefix: '' }, move: true });
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(await contents(bucket)).toEqual({ a: 'a', 'b/': '', 'b/c': 'c' });
  });
});

describe('copying what is too long for one request', () => {
  const limits = { singleBytes: 10 * MiB, partBytes: 5 * MiB };
  const operation = copyWithin(limits);
  const key = 'in/long';
  const long = randomBytes(12 * MiB + 5);

  async function withLong(): Promise<string> {
    const bucket = await world.bucket({ [key]: long, 'in/short': 'short' });
    await world.storage.copy({
      from: { bucket, key },
      to: { bucket, key },
      attributes: { contentType: 'video/x-long', cacheControl: 'private', metadata: { a: 'b' } },
      tags: { length: 'long' },
      storageClass: 'STANDARD_IA',
    });
    return bucket;
  }
  const request = (bucket: string) => ({
    kind: 'copy' as const,
    bucket,
    prefix: 'in/',
    base: 'in/',
    to: { bucket, prefix: 'out/' },
    move: true,
  });

  it('goes in parts, with headers, metadata, tags and storage class, and is moved as well', async () => {
    const bucket = await withLong();
    const step = await runThrough<'copy', object>(operation, world.storage, request(bucket));
    expect(step).toMatchObject({
      result: { copied: 2, removed: 2 },
      progress: { bytes: { done: long.length + 5 }, failures: { count: 0 } },
    });
    const copied = { bucket, key: 'out/long' };
    const stat = await world.storage.stat(copied);
    expect(stat.etag).toMatch(/-3$/u);
    expect(stat).toMatchObject({
      contentType: 'video/x-long',
      cacheControl: 'private',
      metadata: { a: 'b' },
      storageClass: 'STANDARD_IA',
    });
    expect(await world.storage.readObjectTags(copied)).toEqual({ length: 'long' });
    expect((await bytesOf(world.storage, copied)).equals(long)).toBe(true);
    await expect(world.storage.stat({ bucket, key })).rejects.toMatchObject({ kind: 'not-found' });
    await expectUploads(world.storage, bucket, []);
  });

  it('leaves no unfinished upload when a part fails, and the original where it is', async () => {
    const bucket = await withLong();
    world.plan = (asked) => (asked.query['partNumber'] === '2' ? denied : undefined);
    const step = await runThrough<'copy', object>(operation, world.storage, request(bucket));
    expect(step).toMatchObject({
      result: { copied: 1, removed: 1 },
      progress: { bytes: { done: 5 }, failures: { count: 1, first: [{ kind: 'access-denied' }] } },
    });
    await expectUploads(world.storage, bucket, []);
    expect(Object.keys(await contents(bucket))).toEqual(['in/long', 'out/short']);
  });

  it('leaves no unfinished upload when it is stopped', async () => {
    const bucket = await withLong();
    const stop = new AbortController();
    world.plan = (asked) => {
      if (asked.query['partNumber'] !== '3') return undefined;
      setTimeout(() => stop.abort(), 20);
      return { stall: 0 };
    };
    await expect(
      runThrough<'copy', object>(operation, world.storage, request(bucket), stop.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
    await expectUploads(world.storage, bucket, []);
    expect((await bytesOf(world.storage, { bucket, key })).equals(long)).toBe(true);
  });
});
