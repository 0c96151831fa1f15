import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changed, updateWithin } from '#jobs/update.ts';
import type { JobRequest } from '#shared/job.ts';
import type { ObjectRef } from '#storage/storage.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { bytesOf, expectUploads, runThrough, versionedBucket } from './object-support.ts';
import { startWorld, type World } from './support.ts';

const MiB = 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.plan = undefined;
});
afterAll(() => world.stop());

type UpdateRequest = Omit<Extract<JobRequest, { kind: 'update' }>, 'kind' | 'connectionId'>;
const update = (request: UpdateRequest) => world.run({ kind: 'update', ...request });
const stat = (ref: ObjectRef) => world.storage.stat(ref);

const tags = { class: 'a b', ä: 'ö' };
const attributes = {
  contentType: 'text/plain',
  cacheControl: 'max-age=5',
  contentDisposition: 'attachment; filename="a.txt"',
  contentEncoding: 'identity',
  contentLanguage: 'de',
  expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
  metadata: { keep: '1', drop: '2', change: '3' },
};

/** An object that has everything that one can have, and can be read by everybody. */
async function full(bucket: string, key: string, body: Uint8Array = Buffer.from('body')): Promise<ObjectRef> {
  const ref = { bucket, key };
  await world.storage.write({ ...ref, body });
  await world.storage.copy({ from: ref, to: ref, attributes, tags, storageClass: 'STANDARD_IA' });
  await world.storage.writeObjectAcl(ref, { canned: 'public-read' });
  return ref;
}

async function everything(ref: ObjectRef) {
  const { etag: _, modifiedAt: __, versionId: ___, ...facts } = await stat(ref);
  const { Grants } = await world.storage.readObjectAcl(ref);
  const body = (await bytesOf(world.storage, ref)).toString();
  return { ...facts, Grants, tags: await world.storage.readObjectTags(ref), body };
}

describe('changing objects', () => {
  it('changes the headers that are named, takes away those that are null, and keeps all the rest', async () => {
    const bucket = await world.bucket({});
    const ref = await full(bucket, 'in/a');
    const before = await everything(ref);
    expect(before).toMatchObject({ ...attributes, storageClass: 'STANDARD_IA', tags });
    const headers = {
      contentType: 'text/html',
      cacheControl: null,
      contentLanguage: null,
      metadata: { drop: null, change: 'x', Extra: 'y', absent: null },
    };
    const job = await update({ bucket, keys: ['in/a'], changes: { headers } });
    expect(job).toMatchObject({
      state: 'done',
      result: { changed: 1 },
      progress: { failures: { count: 0 } },
    });
    const { cacheControl, contentLanguage, ...stays } = before;
    expect([cacheControl, contentLanguage]).toEqual(['max-age=5', 'de']);
    expect(await everything(ref)).toEqual({
      ...stays,
      contentType: 'text/html',
      metadata: { keep: '1', change: 'x', extra: 'y' },
    });
  });

  it('changes tags alone, and the access alone, without a copy', async () => {
    const bucket = await versionedBucket(world.storage);
    const ref = await full(bucket, 'a');
    const before = await everything(ref);
    const { versionId } = await stat(ref);
    expect(await update({ bucket, keys: ['a'], changes: { tags: { only: 'this' } } })).toMatchObject({
      result: { changed: 1 },
    });
    await update({ bucket, keys: ['a'], changes: { acl: { canned: 'private' } } });
    const after = await everything(ref);
    expect(after).toEqual({ ...before, tags: { only: 'this' }, Grants: after.Grants });
    expect(after.Grants.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL']);
    expect((await stat(ref)).versionId).toBe(versionId);
    await update({ bucket, keys: ['a'], changes: { tags: {} } });
    expect(await world.storage.readObjectTags(ref)).toEqual({});
  });

  it('changes all at once', async () => {
    const bucket = await world.bucket({});
    const ref = await full(bucket, 'a');
    const changes = {
      headers: { contentDisposition: 'inline' },
      tags: { t: '1' },
      storageClass: 'STANDARD',
      acl: { canned: 'authenticated-read' as const },
    };
    await update({ bucket, keys: ['a'], changes });
    const after = await everything(ref);
    expect(after).toMatchObject({ ...attributes, contentDisposition: 'inline', tags: { t: '1' } });
    expect(after.storageClass ?? 'STANDARD').toBe('STANDARD');
    expect(JSON.stringify(after.Grants)).toContain('AuthenticatedUsers');
    expect(JSON.stringify(after.Grants)).not.toContain('AllUsers');
  });

  it('changes everything under a prefix and chosen objects, P16: not their neighbours', async () => {
    const bucket = await world.bucket({ in: '0', 'in/a': '1', 'in/b/c': '2', 'in2/a': '3', chosen: '4' });
    const headers = { contentType: 'text/markdown' };
    expect(await update({ bucket, prefixes: ['in/'], keys: ['chosen', 'absent'], changes: { headers } })).toMatchObject({
      state: 'done',
      result: { changed: 3 },
      progress: { objects: { total: 4, totalIsFinal: true }, failures: { count: 1, first: [{ kind: 'not-found', key: 'absent' }] } },
    }); // prettier-ignore
    for (const [key, isChanged] of [
      ['in', false],
      ['in/a', true],
      ['in/b/c', true],
      ['in2/a', false],
      ['chosen', true],
    ] as const) {
      // prettier-ignore
      expect((await stat({ bucket, key })).contentType === 'text/markdown').toBe(isChanged);
    }
  });

  it('P21 and P22: changes hostile keys, and not a byte of them', async () => {
    const keys = hostileKeys(60, 9);
    const bucket = await world.bucket(Object.fromEntries(keys.map((key) => [key, key])));
    const headers = { metadata: { seen: 'yes' } };
    expect(await update({ bucket, prefix: '', changes: { headers } })).toMatchObject({
      result: { changed: keys.length },
      progress: { failures: { count: 0 } },
    });
    for (const key of keys) {
      expect((await stat({ bucket, key })).metadata).toEqual({ seen: 'yes' });
      expect((await bytesOf(world.storage, { bucket, key })).toString()).toBe(key);
    }
  });

  it('says so when others could not be given their access back', async () => {
    const bucket = await world.bucket({});
    const ref = await full(bucket, 'a');
    world.plan = ({ method, query }) =>
      method === 'PUT' && query['acl'] !== undefined
        ? { error: { status: 403, code: 'AccessDenied' } }
        : undefined;
    const job = await update({ bucket, keys: ['a'], changes: { headers: { contentType: 'text/html' } } });
    expect(job).toMatchObject({ state: 'done', result: { changed: 0 } });
    const [failure] = job.progress.failures.first;
    expect(failure?.message).toContain(
      'was changed, but the access that others had to it could not be given back',
    );
    world.plan = undefined;
    expect((await stat(ref)).contentType).toBe('text/html');
  });

  it('leaves an object alone that somebody else replaces at the same moment', async () => {
    const bucket = await world.bucket({ a: 'before' });
    let replacing: Promise<unknown> | undefined;
    world.plan = ({ method, query }) => {
      if (method !== 'GET' || query['acl'] === undefined || replacing !== undefined) return undefined;
      replacing = world.storage.write({
        bucket,
        key: 'a',
        body: Buffer.from('after'),
        contentType: 'text/theirs',
      });
      return { delayMs: 300 };
    };
    const job = await update({ bucket, keys: ['a'], changes: { headers: { contentType: 'text/ours' } } });
    await replacing;
    expect(job.progress.failures.first).toMatchObject([{ kind: 'changed', key: 'a' }]);
    expect((await stat({ bucket, key: 'a' })).contentType).toBe('text/theirs');
  });

  it('goes in parts when an object is too long for one copy, and keeps everything', async () => {
    const bucket = await world.bucket({});
    const long = randomBytes(11 * MiB);
    const ref = await full(bucket, 'long', long);
    const before = await everything(ref);
    const step = await runThrough<'update', object>(
      updateWithin({ singleBytes: 10 * MiB, partBytes: 5 * MiB }),
      world.storage,
      { kind: 'update', bucket, keys: ['long'], changes: { headers: { contentType: 'video/mp4' } } },
    );
    expect(step).toMatchObject({ result: { changed: 1 }, progress: { failures: { count: 0 } } });
    expect(await everything(ref)).toEqual({ ...before, contentType: 'video/mp4' });
    expect((await stat(ref)).etag).toMatch(/-3$/u);
    await expectUploads(world.storage, bucket, []);
  });

  it('of a prefix without objects is refused before there is a job', async () => {
    const bucket = await world.bucket({ a: 'a' });
    const changes = { tags: { a: 'b' } };
    await expect(world.start({ kind: 'update', bucket, prefix: 'b/', changes })).rejects.toMatchObject({
      kind: 'not-found',
      message: `Bucket “${bucket}” has no object under “b/”.`,
    });
  });
});

describe('the attributes after a change', () => {
  it('are those before, but for what is named', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd');
    const before = fc.dictionary(names, fc.string());
    const after = fc.dictionary(names, fc.option(fc.string()));
    const header = fc.option(fc.option(fc.string()), { nil: undefined });
    fc.assert(
      fc.property(before, after, fc.string(), header, (metadata, changes, type, contentType) => {
        const made = changed({ contentType: type, metadata }, { contentType, metadata: changes });
        expect(made.contentType).toBe(contentType === undefined ? type : (contentType ?? undefined));
        for (const name of ['a', 'b', 'c', 'd']) {
          const wanted = name in changes ? changes[name] : metadata[name];
          expect(made.metadata?.[name]).toBe(wanted ?? undefined);
        }
      }),
    );
  });
});
