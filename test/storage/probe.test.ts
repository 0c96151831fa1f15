import type http from 'node:http';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ObjectVersion } from '#shared/objects.ts';
import { features as allFeatures, supportOf } from '#shared/profile.ts';
import { orderOf, probe } from '#storage/probe.ts';
import { readOnly } from '#storage/read-only.ts';
import { freshBucketName, sandboxEndpoint, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { type Answer, type SeenRequest, sendError, sendPage } from '#test/support/fault-server.ts';
import { connect } from '#test/support/faults.ts';
import { failureOf } from '#test/support/open.ts';

const addressing = 'path' as const;

async function sandbox() {
  const endpoint = await sandboxEndpoint();
  const storage = storageOn(endpoint);
  onTestFinished(async () => {
    storage.close();
    await endpoint.stop();
  });
  return { endpoint, storage };
}

describe('what a server can do, asked of a sandbox', () => {
  it('is known feature by feature, with reasons for what it has not', async () => {
    const { storage } = await sandbox();
    const bucket = await seedBucket(storage, ['doc']);
    const profile = await probe(storage, { addressing });
    expect(profile).toMatchObject({ bucket, addressing, deleteNeedsMd5: 'no' });
    expect(Number.isNaN(Date.parse(profile.probedAt))).toBe(false);
    const yes = { offered: 'yes' };
    expect(profile.features).toMatchObject({
      versioning: yes,
      acl: yes,
      cors: yes,
      tags: yes,
      uploads: yes,
      objectAcl: yes,
      objectTags: yes,
      bulkDelete: yes,
      checksums: yes,
      presign: yes,
      bulkDeleteVersions: { offered: 'unknown' },
      management: { offered: 'no', reason: 'Only a Hitachi Content Platform has one.' },
    });
    const { lifecycle } = profile.features;
    if (lifecycle?.offered !== 'no') throw new Error('the sandbox has no lifecycle');
    expect(lifecycle.reason).toMatch(/^[A-Z].{15,}\.$/u);
    expect(supportOf(profile, 'lifecycle')).toEqual({ offered: false, reason: lifecycle.reason });
  });

  it('changes nothing', async () => {
    const { storage } = await sandbox();
    const bucket = await seedBucket(storage, ['doc', 'other']);
    const look = async () => [await storage.listBuckets(), await storage.listVersionsPage({ bucket })];
    const before = await look();
    await probe(storage, { addressing });
    expect(await look()).toEqual(before);
  });

  it('tells the order of versions from a key that has two', async () => {
    const { storage } = await sandbox();
    const bucket = freshBucketName();
    await storage.createBucket(bucket);
    expect((await probe(storage, { addressing })).versionOrder).toBe('unknown');
    await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
    await storage.write({ bucket, key: 'one', body: Buffer.from('1') });
    for (const text of ['1', '2']) await storage.write({ bucket, key: 'two', body: Buffer.from(text) });
    expect((await probe(storage, { addressing })).versionOrder).toBe('newest-first');
  });

  it('is hardly known without a bucket', async () => {
    const { storage } = await sandbox();
    const profile = await probe(storage, { addressing });
    expect(profile).not.toHaveProperty('bucket');
    expect(profile).toMatchObject({ versionOrder: 'unknown', deleteNeedsMd5: 'unknown' });
    expect(profile.features.cors).toEqual({ offered: 'unknown' });
    expect(Object.keys(profile.features).sort()).toEqual([...allFeatures].sort());
    expect(supportOf(profile, 'cors')).toEqual({ offered: true });
  });

  it('without an object leaves open what only an object tells', async () => {
    const { storage } = await sandbox();
    await seedBucket(storage, ['folder/']);
    const { features } = await probe(storage, { addressing });
    expect(features.acl).toEqual({ offered: 'yes' });
    expect(features.objectAcl).toEqual({ offered: 'unknown' });
  });

  it('asks a bucket with an object rather than an empty one before it', async () => {
    const { storage } = await sandbox();
    await storage.createBucket('aaa-empty');
    const bucket = await seedBucket(storage, ['a']);
    const profile = await probe(storage, { addressing });
    expect(profile.bucket).toBe(bucket);
    expect(profile.features.objectAcl).toEqual({ offered: 'yes' });
  });

  it('can be asked of a bucket that is named', async () => {
    const { storage } = await sandbox();
    await seedBucket(storage, ['a']);
    const bucket = await seedBucket(storage, ['b']);
    expect((await probe(storage, { addressing, bucket })).bucket).toBe(bucket);
  });

  it('on a read-only connection leaves out the question that looks like a deletion', async () => {
    const { storage } = await sandbox();
    await seedBucket(storage, ['a']);
    const profile = await probe(readOnly(storage), { addressing });
    expect(profile.deleteNeedsMd5).toBe('unknown');
    expect(profile.features).toMatchObject({
      bulkDelete: { offered: 'unknown' },
      versioning: { offered: 'yes' },
    });
  });
});

const isBucketList = ({ path, method }: SeenRequest) => method === 'GET' && path === '/';
const isListing = ({ query }: SeenRequest) => query.has('list-type');

function sendBuckets(response: http.ServerResponse, names: string[]): void {
  const buckets = names.map((name) => `<Bucket><Name>${name}</Name></Bucket>`).join('');
  response.end(
    `<ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets>${buckets}</Buckets></ListAllMyBucketsResult>`,
  );
}

describe('what a server can do', () => {
  it('is asked of the first bucket that may be listed', async () => {
    const { storage, server } = await connect((request, response) => {
      if (isBucketList(request)) sendBuckets(response, ['closed', 'moved', 'open', 'unasked']);
      else if (request.path.startsWith('/closed')) sendError(response, 403, 'AccessDenied');
      else if (request.path.startsWith('/moved')) sendError(response, 404, 'NoSuchBucket');
      else if (isListing(request)) sendPage(response, { keys: ['k'] });
      else sendError(response, 501, 'NotImplemented');
    });
    const profile = await probe(storage, { addressing });
    expect(profile.bucket).toBe('open');
    expect(server.requests.some(({ path }) => path.startsWith('/unasked'))).toBe(false);
    for (const feature of ['versioning', 'acl', 'cors', 'objectTags', 'objectAcl', 'uploads'] as const) {
      expect({ feature, ...profile.features[feature] }).toMatchObject({ feature, offered: 'no' });
      expect(`${feature}: ${supportOf(profile, feature).reason}`).toMatch(/: [A-Z].{15,}\.$/u);
    }
  });

  it('stays open where these keys may not ask', async () => {
    const { storage } = await connect((request, response) => {
      if (isBucketList(request)) sendBuckets(response, ['b']);
      else if (isListing(request)) sendPage(response, { keys: ['k'] });
      else sendError(response, 403, 'AccessDenied');
    });
    const { features } = await probe(storage, { addressing });
    const { management, presign, ...asked } = features;
    expect(management).toMatchObject({ offered: 'no' });
    expect(presign).toEqual({ offered: 'yes' });
    expect(Object.values(asked).every(({ offered }) => offered === 'unknown')).toBe(true);
    expect(Object.keys(asked)).toHaveLength(16);
  });

  it('is asked of a bucket known by hand although buckets may not be listed', async () => {
    const { storage } = await connect((request, response) => {
      if (isListing(request)) sendPage(response, {});
      else sendError(response, 403, 'AccessDenied');
    });
    expect((await probe(storage, { addressing })).bucket).toBe(undefined);
    expect((await probe(storage, { addressing, bucket: 'mine' })).bucket).toBe('mine');
  });

  it('that wants Content-MD5 says so of its checksums', async () => {
    const { storage } = await connect((request, response) => {
      if (isBucketList(request)) sendBuckets(response, ['b']);
      else if (request.method === 'POST') {
        sendError(response, 400, 'InvalidRequest', {
          message: 'Missing required header for this request: Content-MD5',
        });
      } else if (isListing(request)) sendPage(response, { keys: ['k'] });
      else sendError(response, 403, 'AccessDenied');
    });
    const profile = await probe(storage, { addressing });
    expect(profile.deleteNeedsMd5).toBe('yes');
    expect(profile.features).toMatchObject({
      bulkDelete: { offered: 'yes' },
      checksums: { offered: 'no', reason: 'The server wants Content-MD5 and refuses the newer checksums.' },
    });
  });

  it.each<[what: string, answer: Answer, kind: string]>([
    ['does not take the keys', (_, r) => sendError(r, 403, 'InvalidAccessKeyId'), 'bad-credentials'],
    ['cannot be reached', (_, r) => r.destroy(), 'unreachable'],
  ])('that %s is not found out', async (_, answer, kind) => {
    const { storage } = await connect(answer);
    expect(await failureOf(probe(storage, { addressing }))).toMatchObject({ kind });
  });

  it('is not found out after a stop', async () => {
    const stop = new AbortController();
    const { storage } = await connect((_, response) => {
      stop.abort();
      sendBuckets(response, []);
    });
    await expect(probe(storage, { addressing, signal: stop.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('the order of versions', () => {
  const versions = fc
    .array(fc.record({ key: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: 1e9 }) }), {
      maxLength: 20,
    })
    .map((rows) => rows.toSorted((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : y.at - x.at)))
    .map((rows) =>
      rows.map(({ key, at }, i): ObjectVersion => ({
        key,
        versionId: String(i),
        kind: 'version',
        isLatest: rows[i - 1]?.key !== key,
        modifiedAt: new Date(at),
        size: 0,
      })),
    );

  it('is told from dates, and from what is latest where they are equal', () => {
    fc.assert(
      fc.property(versions, (newestFirst) => {
        const hasTwo = newestFirst.some(({ key }, i) => newestFirst[i - 1]?.key === key);
        expect(orderOf(newestFirst)).toBe(hasTwo ? 'newest-first' : 'unknown');
        expect(orderOf(newestFirst.toReversed())).toBe(hasTwo ? 'oldest-first' : 'unknown');
      }),
    );
  });
});
