import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { toFailure } from '#storage/failure.ts';
import { hostileKey } from '#test/support/hostile-keys.ts';
import {
  inputOf,
  isBulk,
  isSingle,
  keysIn,
  noPause,
  putMany,
  type Request,
  runOn,
  versionedBucket,
  versionsIn,
  watched,
} from './deletion.ts';
import { startWorld, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ pause: noPause });
});
afterAll(() => world.stop());

const run = (bucket: string, request: Request) => runOn(world.runner, bucket, request);
const refusal = async (bucket: string, request: Request) =>
  world.runner.start(inputOf(bucket, request)).then(
    () => undefined,
    (error: unknown) => toFailure(error),
  );
const error = (code: string, message: string) =>
  `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

describe('P14: many objects', () => {
  it('go in parallel batches of a thousand', async () => {
    const bucket = await world.bucket({});
    const keys = Array.from({ length: 4500 }, (_, n) => `many/${n}`);
    await putMany(world.storage, bucket, [...keys, 'other']);
    // The first batch is answered when the second has come: one after another they would wait for ever.
    let come = 0;
    let release = () => {};
    const second = new Promise<void>((resolve) => (release = resolve));
    const { forwarder, run: runWatched } = await watched(world, {
      answer: async (request) => {
        if (!isBulk(request)) return undefined;
        come += 1;
        if (come === 2) release();
        await second;
        return undefined;
      },
    });
    const job = await runWatched(bucket, { kind: 'delete', prefix: 'many/' });
    expect(job).toMatchObject({
      state: 'done',
      progress: { objects: { done: 4500, total: 4500, totalIsFinal: true }, failures: { count: 0 } },
      result: { deleted: 4500, requests: 5 },
    });
    expect(forwarder.requests.filter(isBulk)).toHaveLength(5);
    expect(forwarder.requests.filter(isSingle)).toHaveLength(0);
    expect(forwarder.mostAtOnce(isBulk)).toBeGreaterThanOrEqual(2);
    expect(await keysIn(world.storage, bucket)).toEqual(['other']);
  }, 60_000);

  it('that were chosen are looked for afterwards by few requests', async () => {
    const bucket = await world.bucket({});
    const keys = Array.from({ length: 1200 }, (_, n) => `d/${n}`);
    await putMany(world.storage, bucket, [...keys, 'd/kept']);
    const { forwarder, run: runWatched } = await watched(world);
    const job = await runWatched(bucket, { kind: 'delete', keys });
    expect(job).toMatchObject({ state: 'done', result: { deleted: 1200, requests: 2 } });
    expect(forwarder.requests.length).toBeLessThan(30);
    expect(await keysIn(world.storage, bucket)).toEqual(['d/kept']);
  }, 60_000);

  it('and versions go in bulk too, where the server does that', async () => {
    const bucket = await versionedBucket(world, []);
    const keys = Array.from({ length: 1500 }, (_, n) => `v/${n}`);
    await putMany(world.storage, bucket, keys);
    const { forwarder, run: runWatched } = await watched(world);
    const job = await runWatched(bucket, { kind: 'delete', prefix: 'v/', scope: 'all-versions' });
    expect(job).toMatchObject({ state: 'done', result: { deleted: 1500 } });
    expect(job.kind === 'delete' && job.result?.oneByOne).toBe(undefined);
    expect(forwarder.requests.filter(isBulk).length).toBeLessThanOrEqual(3); // one was tried first
    expect(await versionsIn(world.storage, bucket)).toEqual([]);
  }, 60_000);
});

describe('P15: a deletion that the server only pretends', () => {
  it('has each refusal inside its success reported, with its key', async () => {
    const bucket = await world.bucket({ a: '1', b: '2', c: '3' });
    const denied = `<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>No.</Message></Error></DeleteResult>`;
    const { run: runWatched } = await watched(world, {
      answer: (request) => (isBulk(request) ? { status: 200, body: denied } : undefined),
    });
    const job = await runWatched(bucket, { kind: 'delete', prefix: '' });
    const { first, count } = job.progress.failures;
    expect(first).toContainEqual(expect.objectContaining({ kind: 'access-denied', bucket, key: 'b' }));
    // The server deleted nothing at all: what it said of a and c is found out by listing.
    expect(first.filter(({ kind }) => kind === 'conflict').map(({ key }) => key)).toEqual(['a', 'c']);
    expect(first[1]?.message).toContain('although the server said that it was deleted');
    expect(count).toBe(3);
    expect(job).toMatchObject({ state: 'done', result: { deleted: 0 }, progress: { objects: { done: 0 } } });
  });

  it('reports a version that is not one, and deletes the others', async () => {
    const bucket = await versionedBucket(world, ['a', 'b']);
    const [a] = await versionsIn(world.storage, bucket);
    const versions = [
      { key: 'a', versionId: a?.versionId ?? '' },
      { key: 'b', versionId: 'no such version' },
    ];
    const job = await run(bucket, { kind: 'delete', versions });
    expect(job.progress.failures).toMatchObject({ count: 1, first: [{ key: 'b', bucket }] });
    expect((await versionsIn(world.storage, bucket)).map(({ key }) => key)).toEqual(['b']);
  });

  it('finds the versions that are there after a 204', async () => {
    const bucket = await versionedBucket(world, ['a']);
    const [a] = await versionsIn(world.storage, bucket);
    const { run: runWatched } = await watched(world, {
      answer: (request) => {
        if (isSingle(request)) return { status: 204, body: '' };
        return isBulk(request) ? { status: 501, body: error('NotImplemented', 'No.') } : undefined;
      },
    });
    const versions = [{ key: 'a', versionId: a?.versionId ?? '' }];
    const job = await runWatched(bucket, { kind: 'delete', versions });
    expect(job).toMatchObject({
      progress: { failures: { count: 1, first: [{ kind: 'conflict', key: 'a' }] } },
      result: { deleted: 0 },
    });
    expect(job.progress.failures.first[0]?.message).toContain(a?.versionId);
  });

  it('deletes everything in a folder, not its name alone', async () => {
    const bucket = await world.bucket({ 'dir/': '', 'dir/a': '1', 'dir/b/c': '2', dirt: '3' });
    await run(bucket, { kind: 'delete', prefixes: ['dir/'] });
    expect(await keysIn(world.storage, bucket)).toEqual(['dirt']);
  });

  it('does not count what is written meanwhile', async () => {
    const bucket = await world.bucket({ 'p/a': '1' });
    const { run: runWatched } = await watched(world, {
      answer: async (request) => {
        if (isBulk(request)) await world.storage.write({ bucket, key: 'p/new', body: Buffer.from('x') });
        return undefined;
      },
    });
    const job = await runWatched(bucket, { kind: 'delete', prefix: 'p/' });
    expect(job).toMatchObject({ result: { deleted: 1 }, progress: { failures: { count: 0 } } });
    expect(await keysIn(world.storage, bucket)).toEqual(['p/new']);
  });
});

describe('P16: the neighbours of a folder', () => {
  it('stay when it is deleted: the object of its name, and names that go on', async () => {
    const keys = ['reports', 'reports/', 'reports/1', 'reports/2/3', 'reports2', 'reports.txt', 'Reports/1'];
    const bucket = await world.bucket(Object.fromEntries(keys.map((key) => [key, key])));
    await run(bucket, { kind: 'delete', prefixes: ['reports/'] });
    expect(await keysIn(world.storage, bucket)).toEqual(['Reports/1', 'reports', 'reports.txt', 'reports2']);
  });

  it('stay with all their versions when its versions are deleted', async () => {
    const bucket = await versionedBucket(world, ['r', 'r/1', 'r/1', 'r1', 'r1']);
    await run(bucket, { kind: 'delete', prefixes: ['r/'], scope: 'all-versions' });
    expect((await versionsIn(world.storage, bucket)).map(({ key }) => key)).toEqual(['r', 'r1', 'r1']);
  });

  it('stay with all their versions when those of one key are deleted', async () => {
    const bucket = await versionedBucket(world, ['k', 'k', 'k/1', 'k2']);
    await run(bucket, { kind: 'delete', keys: ['k'], scope: 'all-versions' });
    expect((await versionsIn(world.storage, bucket)).map(({ key }) => key)).toEqual(['k/1', 'k2']);
  });

  it('stay: what is called a folder and is none is refused', async () => {
    const bucket = await world.bucket({ reports: '1', reports2: '2' });
    const failure = await refusal(bucket, { kind: 'delete', prefixes: ['reports'] });
    expect(failure).toMatchObject({ kind: 'invalid-input', key: 'reports' });
    expect(await keysIn(world.storage, bucket)).toEqual(['reports', 'reports2']);
  });

  it('stay, whatever the keys and the prefix are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(hostileKey(), { minLength: 1, maxLength: 25 }),
        fc.nat(),
        fc.nat({ max: 12 }),
        fc.boolean(),
        async (keys, which, cut, isVersioned) => {
          const prefix = Array.from(keys[which % keys.length] ?? '')
            .slice(0, cut)
            .join('');
          const bucket = await (isVersioned ? versionedBucket(world, []) : world.bucket({}));
          await putMany(world.storage, bucket, keys);
          const scope = isVersioned ? 'all-versions' : 'current';
          const job = await run(bucket, { kind: 'delete', prefix, scope });
          const kept = keys.filter((key) => !key.startsWith(prefix));
          expect(job.progress.failures.first).toEqual([]);
          expect(new Set(await keysIn(world.storage, bucket))).toEqual(new Set(kept));
          expect(job).toMatchObject({ state: 'done', result: { deleted: keys.length - kept.length } });
          if (isVersioned) expect(await versionsIn(world.storage, bucket)).toHaveLength(kept.length);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('P17: a delete marker', () => {
  it('is deleted by its version: no other is made, and the object is back', async () => {
    const bucket = await versionedBucket(world, ['doc']);
    await run(bucket, { kind: 'delete', keys: ['doc'] });
    const marker = (await versionsIn(world.storage, bucket)).find(({ kind }) => kind === 'delete-marker');
    const versions = [{ key: 'doc', versionId: marker?.versionId ?? '' }];
    const job = await run(bucket, { kind: 'delete', versions });
    expect(job).toMatchObject({ result: { deleted: 1 }, progress: { failures: { count: 0 } } });
    expect((await versionsIn(world.storage, bucket)).map(({ kind }) => kind)).toEqual(['version']);
    expect(await keysIn(world.storage, bucket)).toEqual(['doc']);
  });

  it('on a folder’s placeholder goes the same way', async () => {
    const bucket = await versionedBucket(world, ['dir/']);
    await run(bucket, { kind: 'delete', prefixes: ['dir/'] });
    const [marker] = (await versionsIn(world.storage, bucket)).filter((one) => one.kind === 'delete-marker');
    await run(bucket, { kind: 'delete', versions: [{ key: 'dir/', versionId: marker?.versionId ?? '' }] });
    expect(await keysIn(world.storage, bucket)).toEqual(['dir/']);
  });

  it('is not made over another: what is deleted already is said to be so', async () => {
    const bucket = await versionedBucket(world, ['doc']);
    await run(bucket, { kind: 'delete', keys: ['doc'] });
    expect(await refusal(bucket, { kind: 'delete', keys: ['doc'] })).toMatchObject({ kind: 'not-found' });
    expect(await versionsIn(world.storage, bucket)).toHaveLength(2);
  });
});

describe('keys that XML cannot carry', () => {
  it('are deleted one by one, and it is said so', async () => {
    const odd = ['a\u0001b', ' lead', 'trail ', 'new\nline', 'cr\r'];
    const bucket = await world.bucket(
      Object.fromEntries([...odd, 'lead', 'trail', 'plain'].map((k) => [k, 'x'])),
    );
    const { forwarder, run: runWatched } = await watched(world);
    const job = await runWatched(bucket, { kind: 'delete', keys: [...odd, 'plain'] });
    expect(job).toMatchObject({
      result: {
        deleted: 6,
        requests: 6,
        oneByOne: { count: 5, reason: expect.stringContaining('XML') as string },
      },
    });
    expect(forwarder.requests.filter(isSingle)).toHaveLength(5);
    expect(await keysIn(world.storage, bucket)).toEqual(['lead', 'trail']);
  });
});

describe('a server that does not delete versions in bulk', () => {
  const versionsOnly = (answer: { status: number; body: string }) => ({
    answer: (request: { method: string; url: string; body: string }) =>
      isBulk(request) && request.body.includes('<VersionId>') ? answer : undefined,
  });
  const each =
    '<DeleteResult><Error><Key>d/0</Key><Code>NotImplemented</Code><Message>No.</Message></Error></DeleteResult>';

  it.each([
    ['refuses the request', { status: 501, body: error('NotImplemented', 'Versions are not taken.') }],
    ['refuses it as invalid', { status: 400, body: error('InvalidArgument', 'Versions are not taken.') }],
    ['refuses each', { status: 200, body: each }],
    ['says that all is well, and does nothing', { status: 200, body: '<DeleteResult></DeleteResult>' }],
  ])('but %s is asked for each by itself', async (_, answer) => {
    const bucket = await versionedBucket(world, []);
    await putMany(
      world.storage,
      bucket,
      Array.from({ length: 40 }, (__, n) => `d/${n}`),
    );
    const { forwarder, run: runWatched } = await watched(world, versionsOnly(answer));
    const job = await runWatched(bucket, { kind: 'delete', prefix: 'd/', scope: 'all-versions' });
    expect(job).toMatchObject({
      state: 'done',
      progress: { failures: { count: 0 } },
      result: { deleted: 40, oneByOne: { count: 40 } },
    });
    expect(forwarder.requests.filter(isSingle)).toHaveLength(40);
    expect(forwarder.mostAtOnce(isSingle)).toBeGreaterThan(1);
    expect(await versionsIn(world.storage, bucket)).toEqual([]);
  });

  it('but overlooks the version leaves no marker behind that it made by that', async () => {
    const bucket = await versionedBucket(world, ['d/a', 'd/a', 'd/b']);
    const { run: runWatched } = await watched(world, {
      answer: async (request) => {
        if (!isBulk(request) || !request.body.includes('<VersionId>')) return undefined;
        const keys = [...request.body.matchAll(/<Key>(.*?)<\/Key>/gu)].map(([, key = '']) => key);
        for (const key of keys) await world.storage.delete({ bucket, key });
        const said = keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join('');
        return { status: 200, body: `<DeleteResult>${said}</DeleteResult>` };
      },
    });
    const job = await runWatched(bucket, { kind: 'delete', prefix: 'd/', scope: 'all-versions' });
    expect(job.progress.failures.first).toEqual([]);
    expect(await versionsIn(world.storage, bucket)).toEqual([]);
  });
});

describe('a server in trouble', () => {
  it('that is too busy for some of a batch is asked again for those', async () => {
    const bucket = await world.bucket({ a: '1', b: '2' });
    let times = 0;
    const busy = `<DeleteResult><Error><Key>a</Key><Code>SlowDown</Code><Message>Busy.</Message></Error></DeleteResult>`;
    const { run: runWatched } = await watched(world, {
      answer: async (request) => {
        if (!isBulk(request) || times++ > 0) return undefined;
        await world.storage.delete({ bucket, key: 'b' });
        return { status: 200, body: busy };
      },
    });
    const job = await runWatched(bucket, { kind: 'delete', prefix: '' });
    expect(job).toMatchObject({
      state: 'done',
      result: { deleted: 2 },
      progress: { failures: { count: 0 } },
    });
    expect(await keysIn(world.storage, bucket)).toEqual([]);
  });

  it('that refuses these keys ends the job with that', async () => {
    const bucket = await world.bucket({ a: '1' });
    const { run: runWatched } = await watched(world, {
      answer: (request) =>
        isBulk(request) ? { status: 403, body: error('AccessDenied', 'No.') } : undefined,
    });
    const job = await runWatched(bucket, { kind: 'delete', prefix: '' });
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'access-denied', bucket } });
  });

  it('that is asked to stop leaves the rest, and a second job finishes', async () => {
    const bucket = await world.bucket({});
    await putMany(
      world.storage,
      bucket,
      Array.from({ length: 2500 }, (_, n) => `${n}`),
    );
    let id = '';
    const { runner } = await watched(world, {
      answer: async (request) => {
        if (isBulk(request)) {
          while (id === '') await new Promise((resolve) => setTimeout(resolve, 5));
          runner.cancel(id);
        }
        return undefined;
      },
    });
    id = await runner.start(inputOf(bucket, { kind: 'delete', prefix: '' }));
    await expect.poll(() => runner.get(id).state, { timeout: 20_000 }).toBe('cancelled');
    const job = await run(bucket, { kind: 'delete', prefix: '' }).catch((error_: unknown) =>
      toFailure(error_),
    );
    expect('state' in job ? job.state : job.kind).toMatch(/^(done|not-found)$/u);
    expect(await keysIn(world.storage, bucket)).toEqual([]);
  }, 60_000);
});

it('refuses what cannot be meant, and deletes nothing', async () => {
  const bucket = await world.bucket({ a: '1' });
  const both: Request = { kind: 'delete', keys: ['a'], versions: [{ key: 'a', versionId: 'null' }] };
  expect(await refusal(bucket, both)).toMatchObject({ kind: 'invalid-input' });
  expect(await refusal(bucket, { kind: 'delete', prefix: 'nothing/' })).toMatchObject({ kind: 'not-found' });
  expect(await refusal(bucket, { kind: 'delete', prefix: 'nothing/', scope: 'all-versions' })).toMatchObject({
    kind: 'not-found',
  });
  expect(await refusal('no-such-bucket-there', { kind: 'delete', prefix: '' })).toMatchObject({
    kind: 'not-found',
    bucket: 'no-such-bucket-there',
  });
  expect(await keysIn(world.storage, bucket)).toEqual(['a']);
});
