import { afterAll, describe, expect, test } from 'vitest';
import type { SeenRequest } from '#test/support/fault-server.ts';
import { failureOf } from '#test/support/open.ts';
import { openHcp, removeAuthority, startMapi } from './support.ts';

afterAll(removeAuthority);

const NAMES = Array.from({ length: 10_000 }, (_, i) => `ns-${String(i).padStart(5, '0')}`);
const LISTED = `<ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets><Bucket><Name>NS-00001</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`;
const refusal = (code: string) => `<Error><Code>${code}</Code></Error>`;

interface Site {
  names?: readonly string[];
  s3?: number;
  list?: number;
  details?: number;
  statistics?: number;
}

/** A tenant of 10,000 namespaces, whose Management API lists names alone, as HCP does. */
async function tenantOf({ names = NAMES, s3 = 200, list = 200, details = 200, statistics = 200 }: Site = {}) {
  const asked = (what: RegExp) => site.server.requests.filter(({ path }) => what.test(path)).length;
  const site = await startMapi(({ path, query }: SeenRequest, response) => {
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    const name = path.split('/')[5];
    if (!path.startsWith('/mapi/'))
      response
        .writeHead(s3)
        .end(s3 === 200 ? LISTED : refusal(s3 === 403 ? 'AccessDenied' : 'InternalError'));
    else if (path.endsWith('/versioningSettings')) answer(403, {});
    else if (path.endsWith('/statistics'))
      answer(statistics, { objectCount: 2, ingestedVolume: 30, storageCapacityUsed: 40 });
    else if (name !== undefined)
      answer(details, { name, owner: 'mwhite', creationTime: '2026-02-03T04:05:06+0000' });
    else {
      const offset = Number(query.get('offset'));
      answer(list, { name: names.slice(offset, offset + Number(query.get('count'))) });
    }
  });
  return { storage: openHcp(site.settings), asked };
}

describe('the buckets of a tenant with 10,000 namespaces', () => {
  test('are all listed, the first of them with what they hold', async () => {
    const { storage, asked } = await tenantOf();
    const buckets = await storage.listBuckets();
    expect(buckets).toHaveLength(10_000);
    expect(buckets.filter(({ known }) => known === undefined).map(({ name }) => name)).toEqual(['NS-00001']);
    expect(buckets.find(({ name }) => name === 'ns-00002')).toEqual({
      name: 'ns-00002',
      known: 'by-management',
      createdAt: new Date('2026-02-03T04:05:06Z'),
      owner: { id: 'mwhite' },
      statistics: { objects: 2, bytes: 30 },
    });
    expect(buckets.filter(({ statistics }) => statistics !== undefined)).toHaveLength(500);
    expect(asked(/\/statistics$/u)).toBe(500);
  });

  test('are not counted one by one where the role for that is missing', async () => {
    const { storage, asked } = await tenantOf({ statistics: 403 });
    const buckets = await storage.listBuckets();
    expect(buckets).toHaveLength(10_000);
    expect(buckets.every(({ statistics }) => statistics === undefined)).toBe(true);
    expect(asked(/\/statistics$/u)).toBeLessThanOrEqual(16);
  });
});

describe('where a part of the answer is missing', () => {
  const few = { names: ['ns-00001', 'ns-00002'] };
  test.each<[what: string, site: Site, names: string[]]>([
    ['the Management API is closed', { list: 403 }, ['NS-00001']],
    ['the Management API fails', { list: 500 }, ['NS-00001']],
    ['the Management API is no such thing', { list: 404 }, ['NS-00001']],
    ['the details are closed', { details: 403 }, ['NS-00001', 'ns-00002']],
    ['the statistics fail', { statistics: 500 }, ['NS-00001', 'ns-00002']],
    ['S3 is closed to the account', { s3: 403 }, ['ns-00001', 'ns-00002']],
  ])('because %s, the rest is shown', async (_, site, names) => {
    const { storage } = await tenantOf({ ...few, ...site });
    expect((await storage.listBuckets()).map(({ name }) => name)).toEqual(names);
  });

  test('because both are closed, that is a failure', async () => {
    const { storage } = await tenantOf({ s3: 403, list: 403 });
    expect(await failureOf(storage.listBuckets())).toMatchObject({ kind: 'access-denied' });
  });

  test('because S3 is down, that is a failure though the Management API answers', async () => {
    const { storage } = await tenantOf({ s3: 500 });
    expect(await failureOf(storage.listBuckets())).toMatchObject({ kind: 'server-error' });
  });
});
