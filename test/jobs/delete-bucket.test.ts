import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '#shared/job.ts';
import { toFailure } from '#storage/failure.ts';
import {
  inputOf,
  isBulk,
  isSingle,
  keysIn,
  noPause,
  putMany,
  type Request,
  runOn,
  uploadsIn,
  versionedBucket,
  versionsIn,
  watched,
} from './deletion.ts';
import { startWorld, when, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ pause: noPause });
});
afterAll(() => world.stop());

const run = (bucket: string) => runOn(world.runner, bucket, { kind: 'delete-bucket', confirm: bucket });
const logOf = (job: Job) =>
  job.kind === 'delete-bucket' ? (job.result?.log ?? []).map(({ text }) => text) : [];

/** Two versions of `a`, a marker over `dir/b`, `dir/c`, and two unfinished uploads. */
async function crowded(): Promise<string> {
  const bucket = await versionedBucket(world, ['a', 'a', 'dir/b', 'dir/c']);
  await world.storage.delete({ bucket, key: 'dir/b' });
  for (const key of ['half', 'dir/half']) await world.storage.createUpload({ bucket, key });
  return bucket;
}

describe('force delete', () => {
  it('destroys versions, delete markers and unfinished uploads, and the bucket is gone', async () => {
    const bucket = await crowded();
    const job = await run(bucket);
    expect(job).toMatchObject({
      state: 'done',
      progress: { failures: { count: 0 }, objects: { done: 5, total: 5, totalIsFinal: true } },
      result: {
        deleted: { objects: 2, versions: 4, deleteMarkers: 1, uploads: 2 },
        outcome: { state: 'gone' },
      },
    });
    expect((await world.storage.listBuckets()).map(({ name }) => name)).not.toContain(bucket);
  });

  it('says each step before it begins it', async () => {
    const bucket = await crowded();
    const seen: { step: string; request: string }[] = [];
    const { runner, run: runWatched } = await watched(world, {
      answer: ({ method, url }) => {
        const job = jobs();
        seen.push({ request: `${method} ${url}`, step: job === undefined ? '' : (logOf(job).at(-1) ?? '') });
        return undefined;
      },
    });
    const ids: string[] = [];
    const jobs = () => ids.map((id) => runner.get(id))[0];
    ids.push(await runner.start(inputOf(bucket, { kind: 'delete-bucket', confirm: bucket })));
    await when(runner, ids[0] ?? '', (job) => job.state !== 'running');
    const stepOf = (wanted: (request: string) => boolean) =>
      seen.filter(({ request }) => wanted(request)).map(({ step }) => step);
    for (const step of stepOf((request) => request.includes('uploadId='))) expect(step).toMatch(/^Aborting/u);
    const bucketGone = stepOf((request) =>
      new RegExp(`^DELETE /${bucket}/?(\\?x-id=\\w+)?$`, 'u').test(request),
    );
    expect(bucketGone).toEqual([`Deleting bucket “${bucket}”.`]);
    expect(runWatched).toBeDefined();
  });

  it('takes a bucket that is empty, and one that never had versions', async () => {
    expect(await run(await world.bucket({}))).toMatchObject({ result: { outcome: { state: 'gone' } } });
    const plain = await world.bucket({ a: '1', 'b/c': '2' });
    expect(await run(plain)).toMatchObject({
      result: { deleted: { objects: 2, versions: 2, deleteMarkers: 0 }, outcome: { state: 'gone' } },
    });
  });

  it('is refused for a bucket that is not there, and for another name than was typed', async () => {
    const refusal = (bucket: string, request: Request) =>
      Promise.resolve()
        .then(() => world.runner.start(inputOf(bucket, request)))
        .then(
          () => undefined,
          (error: unknown) => toFailure(error),
        );
    const absent = { kind: 'delete-bucket', confirm: 'not-there-at-all' } as const;
    expect(await refusal('not-there-at-all', absent)).toMatchObject({ kind: 'not-found' });
    const bucket = await world.bucket({ a: '1' });
    expect(await refusal(bucket, { kind: 'delete-bucket', confirm: 'another' })).toBeDefined();
    expect(await keysIn(world.storage, bucket)).toEqual(['a']);
  });

  it('finds what is written while it works, too', async () => {
    const bucket = await versionedBucket(world, ['a']);
    let times = 0;
    const { run: runWatched } = await watched(world, {
      answer: async (request) => {
        if (isBulk(request) && times++ < 2)
          await world.storage.write({ bucket, key: `late/${times}`, body: Buffer.from('x') });
        return undefined;
      },
    });
    const job = await runWatched(bucket, { kind: 'delete-bucket', confirm: bucket });
    expect(job).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
  });

  it('that is stopped in the middle goes on when it is started again', async () => {
    const bucket = await versionedBucket(world, []);
    await putMany(
      world.storage,
      bucket,
      Array.from({ length: 3000 }, (_, n) => `${n}`),
    );
    await world.storage.createUpload({ bucket, key: 'half' });
    let id = '';
    let batches = 0;
    const isBegun = () => id !== '' && runner.get(id).progress.objects.done > 0;
    const { runner } = await watched(world, {
      answer: async (request) => {
        if (!isBulk(request) || ++batches < 3) return undefined; // one version is tried first
        while (!isBegun()) await new Promise((resolve) => setTimeout(resolve, 5));
        runner.cancel(id);
        return undefined;
      },
    });
    id = await runner.start(inputOf(bucket, { kind: 'delete-bucket', confirm: bucket }));
    await expect.poll(() => runner.get(id).state, { timeout: 30_000 }).not.toBe('running');
    expect(await world.storage.bucketExists(bucket)).toBe(true);
    expect(await run(bucket)).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
    expect(await world.storage.bucketExists(bucket)).toBe(false);
  }, 60_000);
});

describe('a bucket with something that is kept by a lock', () => {
  const locked = (key: string, versionId: string) =>
    `<DeleteResult><Error><Key>${key}</Key><VersionId>${versionId}</VersionId><Code>AccessDenied</Code><Message>Access Denied because object protected by object lock.</Message></Error></DeleteResult>`;

  it('is not deleted: it says why, and what was destroyed', async () => {
    const bucket = await versionedBucket(world, ['a', 'kept', 'z']);
    const { run: runWatched } = await watched(world, {
      answer: async (request) => {
        if (!isBulk(request)) return undefined;
        const objects = [...request.body.matchAll(/<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId>/gu)];
        let said = '';
        for (const [, key = '', versionId = ''] of objects) {
          if (key === 'kept') continue;
          await world.storage.delete({ bucket, key, versionId });
          said += `<Deleted><Key>${key}</Key><VersionId>${versionId}</VersionId></Deleted>`;
        }
        const [, , kept] = objects.find(([, key]) => key === 'kept') ?? [];
        const body = kept !== undefined ? locked('kept', kept) : '<DeleteResult></DeleteResult>';
        return { status: 200, body: body.replace('<DeleteResult>', `<DeleteResult>${said}`) };
      },
    });
    const job = await runWatched(bucket, { kind: 'delete-bucket', confirm: bucket });
    expect(job).toMatchObject({
      state: 'failed',
      failure: { kind: 'locked', bucket },
      progress: { failures: { count: 1, first: [{ kind: 'locked', key: 'kept' }] } },
      result: { deleted: { versions: 2 }, outcome: { state: 'working' } },
    });
    expect(job.state === 'failed' && job.failure.message).toMatch(/was not deleted.*2 versions of objects/su);
    expect(await keysIn(world.storage, bucket)).toEqual(['kept']);
  });
});

describe('a server that says that all is gone', () => {
  it('but goes on listing it, is not believed', async () => {
    const bucket = await world.bucket({ a: '1' });
    const { run: runWatched } = await watched(world, {
      answer: (request) => {
        if (isBulk(request)) {
          const [, id = ''] = /<VersionId>(.*?)<\/VersionId>/u.exec(request.body) ?? [];
          return {
            status: 200,
            body: `<DeleteResult><Deleted><Key>a</Key><VersionId>${id}</VersionId></Deleted></DeleteResult>`,
          };
        }
        return isSingle(request) ? { status: 204, body: '' } : undefined;
      },
    });
    const job = await runWatched(bucket, { kind: 'delete-bucket', confirm: bucket });
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'not-empty', bucket } });
    expect(await keysIn(world.storage, bucket)).toEqual(['a']);
  });

  it('but still lists the bucket, is not believed', async () => {
    const bucket = await world.bucket({});
    const { run: runWatched } = await watched(world, {
      answer: (request) => (isSingle(request) ? { status: 204, body: '' } : undefined),
    });
    const job = await runWatched(bucket, { kind: 'delete-bucket', confirm: bucket });
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'conflict', bucket } });
  });
});

describe('aborting unfinished uploads', () => {
  it('takes those under a prefix, over several pages, in parallel', async () => {
    const bucket = await world.bucket({});
    for (let n = 0; n < 1050; n++) await world.storage.createUpload({ bucket, key: `in/${n}` });
    await world.storage.createUpload({ bucket, key: 'outside' });
    const { forwarder, run: runWatched } = await watched(world);
    const job = await runWatched(bucket, { kind: 'abort-uploads', prefix: 'in/' });
    expect(job).toMatchObject({
      state: 'done',
      progress: { objects: { done: 1050, total: 1050 }, failures: { count: 0 } },
      result: { aborted: 1050, younger: 0 },
    });
    expect(forwarder.mostAtOnce(isSingle)).toBeGreaterThan(1);
    expect(await uploadsIn(world.storage, bucket)).toEqual(['outside']);
  }, 60_000);

  it('leaves those that are younger than was asked for', async () => {
    const bucket = await world.bucket({});
    await world.storage.createUpload({ bucket, key: 'young' });
    const job = await runOn(world.runner, bucket, { kind: 'abort-uploads', olderThanDays: 1 });
    expect(job).toMatchObject({ state: 'done', result: { aborted: 0, younger: 1 } });
    expect(await uploadsIn(world.storage, bucket)).toEqual(['young']);
  });

  it('takes those that were chosen, and no other of the same key', async () => {
    const bucket = await world.bucket({});
    const chosen = await world.storage.createUpload({ bucket, key: 'k' });
    await world.storage.createUpload({ bucket, key: 'k' });
    await world.storage.createUpload({ bucket, key: 'k2' });
    const uploads = [{ key: 'k', uploadId: chosen.uploadId }];
    const job = await runOn(world.runner, bucket, { kind: 'abort-uploads', uploads });
    expect(job).toMatchObject({ result: { aborted: 1 } });
    expect(await uploadsIn(world.storage, bucket)).toEqual(['k', 'k2']);
  });

  it('says which it may not, and those that are there all the same', async () => {
    const bucket = await world.bucket({});
    for (const key of ['lies', 'theirs']) await world.storage.createUpload({ bucket, key });
    const { run: runWatched } = await watched(world, {
      answer: (request) => {
        if (!isSingle(request)) return undefined;
        return request.url.includes('/theirs')
          ? { status: 403, body: '<Error><Code>AccessDenied</Code><Message>No.</Message></Error>' }
          : { status: 204, body: '' };
      },
    });
    const job = await runWatched(bucket, { kind: 'abort-uploads' });
    expect(job).toMatchObject({
      state: 'done',
      result: { aborted: 0 },
      progress: { failures: { count: 2 } },
    });
    const kinds = job.progress.failures.first.map(({ kind, key }) => `${kind} ${key}`);
    expect(kinds).toEqual(['access-denied theirs', 'conflict lies']);
  });
});

it('what a bucket holds afterwards is what was not asked for', async () => {
  const bucket = await crowded();
  await runOn(world.runner, bucket, { kind: 'abort-uploads', prefix: 'dir/' });
  expect(await uploadsIn(world.storage, bucket)).toEqual(['half']);
  expect(await versionsIn(world.storage, bucket)).toHaveLength(5);
});
