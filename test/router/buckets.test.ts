import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BucketSurvey, CreateBucketInput, Upload } from '#shared/objects.ts';
import { settingNames, type SettingChange } from '#shared/bucket-settings.ts';
import type { Storage } from '#storage/storage.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { sendError, startFaultServer } from '#test/support/fault-server.ts';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
let connectionId: string;
let storage: Storage;

beforeAll(async () => {
  cooper = await startCooper();
  const sandbox = { folder: join(cooper.folder, 'sandbox') };
  const saved = await cooper.api.connections.save.mutate({ kind: 'sandbox', name: 'S', sandbox });
  connectionId = saved.id;
  storage = await cooper.context.storages.get(connectionId);
});
afterAll(() => cooper.stop());

async function makeBucket(changes: Partial<CreateBucketInput> = {}): Promise<string> {
  const bucket = freshBucketName();
  await cooper.api.buckets.create.mutate({ connectionId, bucket, ...changes });
  return bucket;
}

const read = (bucket: string, name: (typeof settingNames)[number]) =>
  cooper.api.buckets.setting.query({ connectionId, bucket, name });
const change = (bucket: string, to: SettingChange) =>
  cooper.api.buckets.changeSetting.mutate({ connectionId, bucket, change: to });

describe('making a bucket', () => {
  it('shows it in the list, without versioning', async () => {
    const bucket = await makeBucket();
    const listed = await cooper.api.buckets.list.query({ connectionId });
    expect(listed.map(({ name }) => name)).toContain(bucket);
    expect(await cooper.api.buckets.exists.query({ connectionId, bucket })).toBe(true);
    expect(await read(bucket, 'versioning')).toMatchObject({ state: 'set', value: { status: 'off' } });
  });

  it('with versioning switches that on', async () => {
    const bucket = await makeBucket({ versioning: true });
    expect(await read(bucket, 'versioning')).toMatchObject({ state: 'set', value: { status: 'enabled' } });
  });

  it('whose name is taken is refused with it', async () => {
    const bucket = await makeBucket();
    const failure = await failureOf(cooper.api.buckets.create.mutate({ connectionId, bucket }));
    expect(failure).toMatchObject({ kind: 'already-exists', bucket });
  });

  it.each([
    'ab',
    'Photos',
    'my_bucket',
    '-photos',
    'photos-',
    'a..b',
    '192.168.1.1',
    'xn--a',
    'a b',
    'ü',
    '',
  ])('that is called “%s” is refused before anything is sent', async (bucket) => {
    const server = await startFaultServer((_, response) => response.end());
    try {
      const other = await cooper.api.connections.save.mutate(
        s3Draft(
          { endpoint: server.endpoint, region: 'us-east-1', accessKeyId: 'K' },
          { secretAccessKey: 's' },
        ),
      );
      const failure = await failureOf(cooper.api.buckets.create.mutate({ connectionId: other.id, bucket }));
      expect(failure.kind).toBe('invalid-input');
      expect(failure.message).toMatch(/\.$/u);
      expect(server.requests).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('that cannot be versioned says that the bucket is there', async () => {
    const server = await startFaultServer(({ query }, response) => {
      if (query.has('versioning')) sendError(response, 403, 'AccessDenied');
      else response.end();
    });
    try {
      const other = await cooper.api.connections.save.mutate(
        s3Draft(
          { endpoint: server.endpoint, region: 'us-east-1', accessKeyId: 'K' },
          { secretAccessKey: 's' },
        ),
      );
      const failure = await failureOf(
        cooper.api.buckets.create.mutate({ connectionId: other.id, bucket: 'half-made', versioning: true }),
      );
      expect(failure).toMatchObject({ kind: 'access-denied', bucket: 'half-made' });
      expect(failure.message).toMatch(/^Bucket “half-made” was made, but its versioning is not on: /u);
    } finally {
      await server.close();
    }
  });
});

describe('removing a bucket', () => {
  it('takes an empty one away', async () => {
    const bucket = await makeBucket();
    await cooper.api.buckets.remove.mutate({ connectionId, bucket });
    expect(await cooper.api.buckets.exists.query({ connectionId, bucket })).toBe(false);
  });

  it('leaves one that holds something, and says what counts', async () => {
    const bucket = await makeBucket();
    await storage.write({ bucket, key: 'k', body: Buffer.from('x') });
    const failure = await failureOf(cooper.api.buckets.remove.mutate({ connectionId, bucket }));
    expect(failure).toMatchObject({ kind: 'not-empty', bucket });
    expect(failure.nextStep).toContain('old versions');
  });

  it('that is not there says so', async () => {
    const failure = await failureOf(cooper.api.buckets.remove.mutate({ connectionId, bucket: 'nowhere' }));
    expect(failure).toMatchObject({ kind: 'not-found', bucket: 'nowhere' });
  });
});

describe('the settings of a bucket', () => {
  it('can all be asked for, and what the server has not comes with a reason', async () => {
    const bucket = await makeBucket();
    for (const name of settingNames) {
      const setting = await read(bucket, name);
      const isNot = setting.state === 'not-offered';
      if (isNot) expect(`${name}: ${setting.reason}`).toMatch(/: [A-Z].{10,}\.$/u);
      else expect(['set', 'unset']).toContain(setting.state);
    }
  });

  const rules = { CORSRules: [{ AllowedOrigins: ['https://a.example'], AllowedMethods: ['GET' as const] }] };

  it('are written, read as they were written, and taken away', async () => {
    const bucket = await makeBucket();
    expect(await read(bucket, 'cors')).toEqual({ state: 'unset' });
    await change(bucket, { name: 'cors', value: rules });
    expect(await read(bucket, 'cors')).toEqual({ state: 'set', value: rules });
    await change(bucket, { name: 'tags', value: { 'é ü': 'a+b' } });
    expect(await read(bucket, 'tags')).toEqual({ state: 'set', value: { 'é ü': 'a+b' } });
    for (const name of ['cors', 'tags'] as const) {
      await cooper.api.buckets.removeSetting.mutate({ connectionId, bucket, name });
      expect(await read(bucket, name)).toEqual({ state: 'unset' });
    }
  });

  it('switch versioning on and off', async () => {
    const bucket = await makeBucket();
    for (const status of ['enabled', 'suspended'] as const) {
      await change(bucket, { name: 'versioning', value: { status } });
      expect(await read(bucket, 'versioning')).toMatchObject({ value: { status } });
    }
  });

  it('give everybody access, and take it back', async () => {
    const bucket = await makeBucket();
    await change(bucket, { name: 'acl', value: { canned: 'public-read' } });
    const open = await read(bucket, 'acl');
    expect(JSON.stringify(open)).toContain('AllUsers');
    await change(bucket, { name: 'acl', value: { canned: 'private' } });
    expect(JSON.stringify(await read(bucket, 'acl'))).not.toContain('AllUsers');
  });

  it('that are wrong are refused with their place, and stay as they were', async () => {
    const bucket = await makeBucket();
    await change(bucket, { name: 'cors', value: rules });
    const wrong = { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['FETCH'] }] };
    const failure = await failureOf(change(bucket, { name: 'cors', value: wrong } as never));
    expect(failure).toMatchObject({
      kind: 'invalid-input',
      message: 'CORSRules[0].AllowedMethods[0]: Methods are GET, PUT, POST, DELETE and HEAD.',
    });
    expect(await read(bucket, 'cors')).toMatchObject({ value: rules });
  });

  it('of a bucket that is not there fail with its name', async () => {
    expect(await failureOf(read('nowhere', 'acl'))).toMatchObject({ kind: 'not-found', bucket: 'nowhere' });
  });
});

describe('unfinished uploads', () => {
  async function uploadsIn(bucket: string, prefix: string): Promise<Upload[]> {
    const found: Upload[] = [];
    for await (const { uploads } of cooper.api.buckets.uploads.subscribe({ connectionId, bucket, prefix }))
      found.push(...uploads);
    return found;
  }

  it('are listed under a prefix, over several pages', async () => {
    const bucket = await makeBucket();
    const keys = Array.from({ length: 1010 }, (_, i) => `in/${String(i).padStart(4, '0')}`);
    for (const key of ['before', ...keys, 'outside']) await storage.createUpload({ bucket, key });
    expect((await uploadsIn(bucket, 'in/')).map(({ key }) => key)).toEqual(keys);
    expect(await uploadsIn(bucket, '')).toHaveLength(1012);
    expect((await uploadsIn(bucket, 'before'))[0]?.startedAt).toBeInstanceOf(Date);
    expect(await uploadsIn(bucket, 'nothing/')).toEqual([]);
  });

  it('say how much of them is there', async () => {
    const bucket = await makeBucket();
    const key = 'big';
    await storage.write({ bucket, key: 'source', body: Buffer.alloc(6_000_000) });
    const { uploadId } = await storage.createUpload({ bucket, key });
    const sizeOf = () => cooper.api.buckets.uploadSize.query({ connectionId, bucket, key, uploadId });
    expect(await sizeOf()).toEqual({ parts: 0, bytes: 0 });
    const from = { bucket, key: 'source' };
    for (const [i, bytes] of [5_500_000, 1000].entries()) {
      const range = { start: 0, end: bytes - 1 };
      await storage.copyPart({ bucket, key, uploadId, partNumber: i + 1, from, range });
    }
    expect(await sizeOf()).toEqual({ parts: 2, bytes: 5_501_000 });
    await storage.abortUpload({ bucket, key, uploadId });
    expect(await failureOf(sizeOf())).toMatchObject({ kind: 'not-found' });
  });
});

it('a bucket anywhere but on HCP is no namespace', async () => {
  const bucket = await makeBucket();
  expect(await cooper.api.buckets.namespace.query({ connectionId, bucket })).toBe(null);
});

it('what a force delete would destroy is counted first', async () => {
  const bucket = await makeBucket({ versioning: true });
  for (const text of ['1', '22']) await storage.write({ bucket, key: 'doc', body: Buffer.from(text) });
  await storage.write({ bucket, key: 'gone', body: Buffer.from('333') });
  await storage.delete({ bucket, key: 'gone' });
  await storage.createUpload({ bucket, key: 'half' });
  let last: BucketSurvey | undefined;
  for await (const survey of cooper.api.buckets.survey.subscribe({ connectionId, bucket })) last = survey;
  expect(last).toMatchObject({
    objects: 1,
    versions: 3,
    deleteMarkers: 1,
    uploads: 1,
    bytes: 6,
    locked: { count: 0 },
    isFinal: true,
  });
});
