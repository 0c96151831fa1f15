import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Job } from '#shared/job.ts';
import type { TransferResult, transferInputSchema } from '#shared/transfer.ts';
import { ended, when } from '../support.ts';
import { bytesOf, contentsOf } from '../object-support.ts';
import { type Pair, startPair } from './pair.ts';

type Request = z.input<typeof transferInputSchema>;
const MIB = 2 ** 20;
let pair: Pair;
let to: string;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());
beforeEach(async () => {
  pair.here.plan = undefined;
  pair.there.plan = undefined;
  pair.here.settings = { ...pair.here.settings, partsAtOnce: 4 };
  to = await pair.there.bucket({});
});

const transfer = (bucket: string, changes: Partial<Request> = {}): Request => ({
  kind: 'transfer',
  connectionId: 'here',
  bucket,
  prefix: '',
  base: '',
  to: { connectionId: 'there', bucket: to, prefix: '' },
  ...changes,
});
const resultOf = (job: Job) => job.result as TransferResult;
const there = () => contentsOf(pair.there.storage, to);

describe('transferring to another connection', () => {
  it('puts objects, prefixes and selections where they were sent, whatever their keys (P21, P22)', async () => {
    const hostile = [
      'a//b',
      '/lead',
      'x/',
      'x/ y ',
      'x/..',
      'é',
      'e\u0301',
      'x/\u0001',
      '%41',
      'a+b',
      'x/😀',
      'CON',
    ];
    const objects = Object.fromEntries(hostile.map((key) => [key, key.endsWith('/') ? '' : `of ${key}`]));
    const bucket = await pair.here.bucket(objects);
    const job = await pair.run(transfer(bucket));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(await there()).toEqual(objects);

    const chosen = transfer(bucket, {
      prefix: undefined,
      prefixes: ['x/'],
      keys: ['é'],
      to: { connectionId: 'there', bucket: to, prefix: 'sel/' },
    });
    await pair.run(chosen);
    const selected = Object.keys(await there()).filter((key) => key.startsWith('sel/'));
    const expected = [...hostile.filter((key) => key.startsWith('x/')), 'é'].map((key) => `sel/${key}`);
    expect(selected.sort()).toEqual(expected.sort());
  });

  it('keeps headers, metadata and tags, and says how each was checked', async () => {
    const bucket = await pair.here.bucket({});
    const attributes = {
      contentType: 'text/x-mine',
      cacheControl: 'max-age=5',
      contentDisposition: 'attachment',
      contentEncoding: 'identity',
      contentLanguage: 'de',
      metadata: { mtime: '1580608922.500', who: 'me' },
    };
    const tags = { colour: 'blue & green', n: '1' };
    const sizes = { small: 10, empty: 0, middle: 3 * MIB, large: 33 * MIB };
    for (const [key, size] of Object.entries(sizes))
      await pair.here.storage.write({ bucket, key, ...attributes, tags, body: randomBytes(size) });
    const job = await pair.run(transfer(bucket));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(resultOf(job)).toMatchObject({ sent: 4, verified: { md5: 3, parts: 1 } });
    for (const [key, size] of Object.entries(sizes)) {
      const stat = await pair.there.storage.stat({ bucket: to, key });
      expect(stat).toMatchObject({ ...attributes, size });
      expect(await pair.there.storage.readObjectTags({ bucket: to, key })).toEqual(tags);
      const [sent, got] = [
        await bytesOf(pair.here.storage, { bucket, key }),
        await bytesOf(pair.there.storage, { bucket: to, key }),
      ];
      expect(got.equals(sent)).toBe(true);
    }
  });

  it.each<[Request['ifExists'], string, string[]]>([
    ['skip', 'old', ['x.txt']],
    ['replace', 'new!', ['x.txt']],
    ['keep-both', 'old', ['x (2).txt', 'x.txt']],
    ['if-different', 'new!', ['x.txt']],
    ['if-newer', 'old', ['x.txt']],
  ])('does with what exists as told: %s', async (ifExists, content, names) => {
    const bucket = await pair.here.bucket({ 'x.txt': 'new!' });
    await pair.there.storage.write({ bucket: to, key: 'x.txt', body: Buffer.from('old') });
    await pair.run(transfer(bucket, { ifExists }));
    const contents = await there();
    expect(contents['x.txt']).toBe(content);
    expect(Object.keys(contents)).toEqual(names);
  });

  it('goes on after Cooper was ended in the middle, and sends no part twice', async () => {
    const bytes = randomBytes(70 * MIB);
    const bucket = await pair.here.bucket({ 'large.bin': bytes });
    pair.here.settings = { ...pair.here.settings, partsAtOnce: 1 };
    let parts = 0;
    pair.there.plan = ({ method, query }) =>
      method === 'PUT' && query['partNumber'] !== undefined && ++parts > 2 ? { slowDown: true } : undefined;
    const id = await pair.start(transfer(bucket));
    await when(pair.runner, id, ({ state }) => state === 'waiting');
    await pair.restart();
    expect(pair.runner.get(id)).toMatchObject({ state: 'paused', interrupted: true });
    const again: number[] = [];
    pair.there.plan = ({ method, query }) => {
      if (method === 'PUT' && query['partNumber'] !== undefined) again.push(Number(query['partNumber']));
      return undefined;
    };
    pair.runner.resume(id);
    expect(await ended(pair.runner, id)).toMatchObject({ state: 'done', result: { verified: { parts: 1 } } });
    expect(again[0]).toBe(3);
    expect(again).toEqual([...new Set(again)]);
    expect((await bytesOf(pair.there.storage, { bucket: to, key: 'large.bin' })).equals(bytes)).toBe(true);
    expect((await pair.there.storage.listUploadsPage({ bucket: to })).uploads).toEqual([]);
  });

  it('begins a large object anew when it was changed meanwhile, and leaves no upload', async () => {
    const bucket = await pair.here.bucket({ 'large.bin': Buffer.alloc(40 * MIB, 'a') });
    pair.here.settings = { ...pair.here.settings, partsAtOnce: 1 };
    let parts = 0;
    const after = Buffer.alloc(40 * MIB, 'b');
    pair.there.plan = ({ method, query }) =>
      method === 'PUT' && query['partNumber'] !== undefined && ++parts > 1 ? { slowDown: true } : undefined;
    const id = await pair.start(transfer(bucket));
    await when(pair.runner, id, ({ state }) => state === 'waiting');
    await pair.here.storage.write({ bucket, key: 'large.bin', body: after });
    pair.there.plan = undefined;
    pair.runner.wake();
    expect(await ended(pair.runner, id)).toMatchObject({
      state: 'done',
      progress: { failures: { count: 0 } },
    });
    expect((await bytesOf(pair.there.storage, { bucket: to, key: 'large.bin' })).equals(after)).toBe(true);
    expect((await pair.there.storage.listUploadsPage({ bucket: to })).uploads).toEqual([]);
  });

  it('fails an object that changes while it is read, stores nothing of it, and sends it when tried again', async () => {
    const bucket = await pair.here.bucket({ 'x.bin': Buffer.alloc(4 * MIB, 'a') });
    const after = Buffer.alloc(4 * MIB, 'b');
    let writing: 'before' | 'writing' | 'written' = 'before';
    pair.here.plan = ({ method, query }) => {
      if (method !== 'GET' || query['tagging'] !== undefined || writing === 'written') return undefined;
      if (writing === 'writing') return { slowDown: true };
      writing = 'writing';
      void pair.here.storage.write({ bucket, key: 'x.bin', body: after }).then(() => (writing = 'written'));
      return { reset: MIB };
    };
    const id = await pair.start(transfer(bucket, { prefix: undefined, keys: ['x.bin'] }));
    const job = await ended(pair.runner, id);
    if (job.progress.failures.count > 0) {
      expect(job.progress.failures.first[0]).toMatchObject({ kind: 'changed' });
      expect(await there()).toEqual({});
      pair.runner.resume(id, { retry: true });
      await when(pair.runner, id, ({ state, progress }) => state === 'done' && progress.failures.count === 0);
    }
    expect((await bytesOf(pair.there.storage, { bucket: to, key: 'x.bin' })).equals(after)).toBe(true);
  });

  it('gets through connections that break, and an ETag that is no MD5 (P23)', async () => {
    const bytes = randomBytes(40 * MIB);
    const middle = randomBytes(3 * MIB);
    const bucket = await pair.here.bucket({ large: bytes, middle });
    pair.here.plan = ({ method, key, count }) =>
      method === 'GET' && key !== '' && count === 1 ? { truncate: MIB / 2 } : undefined;
    pair.there.plan = ({ method, query, key }) =>
      method === 'PUT' && (query['partNumber'] === '2' || key === 'middle') ? { wrongEtag: true } : undefined;
    const job = await pair.run(transfer(bucket));
    expect(job).toMatchObject({ state: 'done' });
    pair.there.plan = undefined;
    expect((await bytesOf(pair.there.storage, { bucket: to, key: 'middle' })).equals(middle)).toBe(true);
  });

  it('takes an unfinished upload away at the target when it is cancelled', async () => {
    const bucket = await pair.here.bucket({ large: Buffer.alloc(40 * MIB) });
    pair.there.plan = ({ method, query }) =>
      method === 'PUT' && query['partNumber'] === '2' ? { slowDown: true } : undefined;
    const id = await pair.start(transfer(bucket));
    await when(pair.runner, id, ({ state }) => state === 'waiting');
    expect((await pair.there.storage.listUploadsPage({ bucket: to })).uploads).toHaveLength(1);
    pair.runner.cancel(id);
    expect(await ended(pair.runner, id)).toMatchObject({ state: 'cancelled' });
    expect((await pair.there.storage.listUploadsPage({ bucket: to })).uploads).toEqual([]);
    expect(await there()).toEqual({});
  });
});

describe('transferring within one connection', () => {
  it('lets the server copy: no byte of an object is read', async () => {
    const bucket = await pair.here.bucket({ 'a/x': 'one', 'a/y/z': 'two' });
    await pair.here.storage.writeObjectTags({ bucket, key: 'a/x' }, { t: '1' });
    const target = await pair.here.bucket({});
    let reads = 0;
    pair.here.plan = ({ method, key, query }) => {
      if (method === 'GET' && key !== '' && query['tagging'] === undefined) reads++;
      return undefined;
    };
    const job = await pair.run(
      transfer(bucket, {
        prefix: 'a/',
        base: 'a/',
        to: { connectionId: 'here', bucket: target, prefix: 'b/' },
      }),
    );
    expect(job).toMatchObject({ state: 'done', result: { sent: 2, verified: { md5: 2 } } });
    expect(reads).toBe(0);
    expect(await contentsOf(pair.here.storage, target)).toEqual({ 'b/x': 'one', 'b/y/z': 'two' });
    expect(await pair.here.storage.readObjectTags({ bucket: target, key: 'b/x' })).toEqual({ t: '1' });
  });
});

describe('what cannot be transferred is refused before it begins', () => {
  it.each<[string, (bucket: string) => Request, string]>([
    [
      'a read-only target',
      (b) => transfer(b, { to: { connectionId: 'locked', bucket: to, prefix: '' } }),
      'read-only',
    ],
    [
      'a bucket that is not there',
      (b) => transfer(b, { to: { connectionId: 'there', bucket: 'absent-bucket', prefix: '' } }),
      'not-found',
    ],
    ['nothing', (b) => transfer(b, { prefix: 'none/' }), 'not-found'],
    [
      'onto itself',
      (b) => transfer(b, { to: { connectionId: 'here', bucket: b, prefix: '' } }),
      'invalid-input',
    ],
    [
      'into itself',
      (b) =>
        transfer(b, { prefix: 'a/', base: 'a/', to: { connectionId: 'here', bucket: b, prefix: 'a/b/' } }),
      'invalid-input',
    ],
    ['what is outside its base', (b) => transfer(b, { base: 'z/' }), 'invalid-input'],
  ])('%s', async (_, request, kind) => {
    const bucket = await pair.here.bucket({ 'a/x': '1' });
    await expect(pair.start(request(bucket))).rejects.toMatchObject({ kind });
  });
});
