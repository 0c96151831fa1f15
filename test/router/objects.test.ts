import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListPage } from '#shared/objects.ts';
import type { Storage } from '#storage/storage.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { failureOf, startCooper, type Cooper } from './support.ts';

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

async function makeBucket(keys: readonly string[] = [], versioning = false): Promise<string> {
  const bucket = freshBucketName();
  await cooper.api.buckets.create.mutate({ connectionId, bucket, versioning });
  for (const key of keys) await put(bucket, key);
  return bucket;
}

const put = (bucket: string, key: string, text = key) =>
  storage.write({ bucket, key, body: Buffer.from(text) });

describe('making a folder', () => {
  const createFolder = (bucket: string, key: string) =>
    cooper.api.objects.createFolder.mutate({ connectionId, bucket, key });

  it('shows it at its level, empty', async () => {
    const bucket = await makeBucket();
    await createFolder(bucket, 'a/new ü/');
    expect((await storage.listPage({ bucket, prefix: 'a/', delimiter: '/' })).prefixes).toEqual(['a/new ü/']);
    expect(await storage.stat({ bucket, key: 'a/new ü/' })).toMatchObject({ size: 0 });
  });

  it('over an object of that name is refused, and the object stays', async () => {
    const bucket = await makeBucket();
    await put(bucket, 'a/', 'precious');
    const failure = await failureOf(createFolder(bucket, 'a/'));
    expect(failure).toMatchObject({ kind: 'already-exists', bucket, key: 'a/' });
    expect(failure.message).toBe('There is a folder “a/” already.');
    expect(await storage.stat({ bucket, key: 'a/' })).toMatchObject({ size: 8 });
  });

  it.each(['a', 'a/b', ''])('called %j is refused, since folders end with a slash', async (key) => {
    expect(await failureOf(createFolder('any-bucket', key))).toMatchObject({
      kind: 'invalid-input',
      message: 'The key of a folder ends with a slash: “reports/”.',
    });
  });

  it('in a bucket that is not there says so', async () => {
    expect(await failureOf(createFolder('nowhere', 'a/'))).toMatchObject({
      kind: 'not-found',
      bucket: 'nowhere',
    });
  });
});

describe('an object', () => {
  it('shows its tags and who may do what', async () => {
    const bucket = await makeBucket(['k']);
    const object = { connectionId, bucket, key: 'k' };
    expect(await cooper.api.objects.tags.query(object)).toEqual({});
    await storage.writeObjectTags(object, { class: 'secret' });
    expect(await cooper.api.objects.tags.query(object)).toEqual({ class: 'secret' });
    const { Owner, Grants } = await cooper.api.objects.acl.query(object);
    expect(Grants).toMatchObject([
      { Grantee: { Type: 'CanonicalUser', ID: Owner.ID }, Permission: 'FULL_CONTROL' },
    ]);
  });

  it('that is not there fails with its name, whatever is asked', async () => {
    const bucket = await makeBucket();
    const object = { connectionId, bucket, key: 'gone' };
    const { stat, tags, acl } = cooper.api.objects;
    for (const question of [stat, tags, acl]) {
      expect(await failureOf(question.query(object))).toMatchObject({ kind: 'not-found', key: 'gone' });
    }
  });

  it('shows each of its versions, the newest first, and none of its neighbours', async () => {
    const bucket = await makeBucket(['doc', 'doc2', 'do'], true);
    const first = (await storage.stat({ bucket, key: 'doc' })).versionId;
    const { versionId } = await put(bucket, 'doc', 'second');
    await storage.delete({ bucket, key: 'doc' });
    const versions = await cooper.api.objects.versions.query({ connectionId, bucket, key: 'doc' });
    expect(versions.map(({ kind, isLatest }) => [kind, isLatest])).toEqual([
      ['delete-marker', true],
      ['version', false],
      ['version', false],
    ]);
    expect(versions.slice(1).map((version) => version.versionId)).toEqual([versionId, first]);
    const old = { connectionId, bucket, key: 'doc', versionId: first };
    expect(await cooper.api.objects.stat.query(old)).toMatchObject({ size: 3, versionId: first });
  });
});

describe('a folder as it was', () => {
  async function list(bucket: string, prefix: string, asOf?: Date): Promise<ListPage> {
    const whole: ListPage = { prefixes: [], objects: [] };
    const input = { connectionId, bucket, prefix, ...(asOf && { asOf }) };
    for await (const { prefixes, objects } of cooper.api.objects.list.subscribe(input)) {
      whole.prefixes.push(...prefixes);
      whole.objects.push(...objects);
    }
    return whole;
  }

  it('is listed with what was there then', async () => {
    const bucket = await makeBucket(['in/a', 'in/gone', 'in/folder/x'], true);
    await delay(1100); // versions have the date of whole seconds
    const then = new Date();
    await delay(1100);
    await put(bucket, 'in/a', 'longer than before');
    await put(bucket, 'in/later/y');
    await storage.delete({ bucket, key: 'in/gone' });
    await storage.delete({ bucket, key: 'in/folder/x' });

    const past = await list(bucket, 'in/', then);
    expect(past.prefixes).toEqual(['in/folder/']);
    expect(past.objects.map(({ key, size }) => [key, size])).toEqual([
      ['in/a', 4],
      ['in/gone', 7],
    ]);
    expect((await list(bucket, 'in/', new Date(0))).objects).toEqual([]);
    const today = await list(bucket, 'in/');
    expect(today.prefixes).toEqual(['in/later/']);
    expect(today.objects.map(({ size }) => size)).toEqual([18]);
  });
});

describe('a long folder as it was', () => {
  it('can be continued where it ended, by its token', async () => {
    const keys = Array.from({ length: 1100 }, (_, i) => `in/${String(i).padStart(4, '0')}`);
    const bucket = await makeBucket([], true);
    for (let i = 0; i < keys.length; i += 25)
      await Promise.all(keys.slice(i, i + 25).map((key) => put(bucket, key)));
    const asOf = new Date(Date.now() + 1000);
    const found: string[] = [];
    let token: string | undefined;
    let parts = 0;
    do {
      const input = {
        connectionId,
        bucket,
        prefix: 'in/',
        asOf,
        maxRows: 1,
        ...(token !== undefined && { token }),
      };
      token = undefined;
      for await (const page of cooper.api.objects.list.subscribe(input)) {
        found.push(...page.objects.map(({ key }) => key));
        token = page.nextToken;
      }
      parts++;
    } while (token !== undefined);
    expect(parts).toBe(2);
    expect(found).toEqual(keys);
  });
});

describe('downloading one object', () => {
  it('proposes a name that the disk takes, and shows the file that came of it', async () => {
    const bucket = await makeBucket(['reports/a:b?.txt']);
    await mkdir(join(cooper.folder, 'Downloads'), { recursive: true });
    const path = join(cooper.folder, 'Downloads', 'chosen.txt');
    cooper.answers.savePath = path;
    const target = await cooper.api.jobs.chooseDownloadTarget.mutate({ name: 'reports/a:b?.txt' });
    expect(cooper.asked.at(-1)).toMatchObject({
      defaultPath: join(cooper.folder, 'Downloads', 'a_b_.txt'),
    });
    expect(target).toEqual({ path, overwrite: true });
    const { id } = await cooper.api.jobs.start.mutate({
      kind: 'download',
      connectionId,
      bucket,
      key: 'reports/a:b?.txt',
      path,
      overwrite: true,
    });
    while (cooper.context.jobs.get(id).state === 'running') await delay(10);
    await cooper.api.jobs.reveal.mutate({ id });
    expect(cooper.asked.at(-1)).toEqual({ reveal: path });
    expect(await readFile(path, 'utf8')).toBe('reports/a:b?.txt');
  });

  it('gives nothing when the dialog is left', async () => {
    cooper.answers.savePath = null;
    expect(await cooper.api.jobs.chooseDownloadTarget.mutate({ name: 'a' })).toBe(null);
  });
});
