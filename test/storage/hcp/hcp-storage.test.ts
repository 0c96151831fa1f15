import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HcpConnectionSettings } from '#shared/connection.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { failureOf } from '#test/support/open.ts';
import { openHcp } from './support.ts';

const PASSWORDS: Record<string, string> = {
  lgreen: 'p4ssw0rd',
  mwhite: "somebody else's",
  viewer: 'v',
  'nobody-special': 'n',
  // Their base64 holds “/”, “+” and “=”.
  '???>>>>': 'sl/ash',
  'eva@corp.example': 'pässwort: mit Doppelpunkt',
};

let hcp: FakeHcp;
beforeAll(async () => {
  const users = Object.entries(PASSWORDS).map(([username, password]) => ({
    username,
    password,
    ...(username.includes('@') && { account: 'ad' as const }),
    ...(username === 'nobody-special' && { roles: [], allowNamespaceManagement: false }),
  }));
  hcp = await startFakeHcp({ tenants: [{ name: 'finance', users }] });
});
afterAll(() => hcp.stop());
beforeEach(() => {
  hcp.setManagementApi('finance', true);
  hcp.requests.length = 0;
});

const as = (username: string, changes: Partial<HcpConnectionSettings> = {}) =>
  openHcp({ ...hcp.settings('finance', username), ...changes }, PASSWORDS[username]);

describe('the buckets of a tenant', () => {
  test('are one’s own, and by the Management API those of others with owner, date and size', async () => {
    const [mine, theirs] = [freshBucketName(), freshBucketName()];
    await as('lgreen').createBucket(mine);
    await as('mwhite').createBucket(theirs);
    await as('mwhite').write({ bucket: theirs, key: 'a', body: Buffer.from('12345') });
    const buckets = await as('lgreen').listBuckets();
    expect(buckets.find(({ name }) => name === mine)).toEqual({
      name: mine,
      createdAt: expect.any(Date) as unknown,
      owner: { id: expect.any(String) as unknown, displayName: 'lgreen' },
      statistics: { objects: 0, bytes: 0 },
    });
    expect(buckets.find(({ name }) => name === theirs)).toEqual({
      name: theirs,
      createdAt: expect.any(Date) as unknown,
      owner: { id: 'mwhite' },
      statistics: { objects: 1, bytes: 5 },
      known: 'by-management',
    });
    expect(buckets.map(({ name }) => name)).toEqual(buckets.map(({ name }) => name).toSorted());
  });

  test('are S3’s alone, without a failure, for an account that has no role', async () => {
    const mine = freshBucketName();
    await hcp.addNamespace('finance', mine, { owner: 'nobody-special' });
    const buckets = await as('nobody-special').listBuckets();
    expect(buckets.map(({ name }) => name)).toEqual([mine]);
    expect(buckets[0]).not.toHaveProperty('statistics');
    const management = hcp.requests.filter(({ side }) => side === 'mapi');
    expect(management.map(({ status }) => status)).toEqual([403]);
  });

  test('are S3’s alone where the Management API cannot be reached, and it is not waited for again', async () => {
    const mine = freshBucketName();
    await as('mwhite').createBucket(mine);
    const storage = as('mwhite', { managementPort: 1 });
    for (const _ of [1, 2]) {
      const names = (await storage.listBuckets()).map(({ name }) => name);
      expect(names).toContain(mine);
    }
  });

  test('cannot be listed with a wrong password, nor with a right one of another tenant', async () => {
    const wrong = openHcp(hcp.settings('finance', 'lgreen'), 'wrong');
    expect(await failureOf(wrong.listBuckets())).toMatchObject({ kind: 'bad-credentials' });
  });

  test('cannot be listed with a wrong password, which is said of the user, not of an access key', async () => {
    const wrong = openHcp(hcp.settings('finance', 'lgreen'), 'wrong');
    const calls = [
      () => wrong.listBuckets(),
      () => wrong.read({ bucket: 'ledgers', key: 'a' }),
      () => wrong.writeSetting('ledgers', 'versioning', { status: 'enabled' }),
    ];
    for (const call of calls) {
      const { kind, message, nextStep } = (await failureOf(call())) ?? {};
      expect(kind).toBe('bad-credentials');
      expect(message).toMatch(
        /^HCP does not accept the user name “lgreen” or its password for tenant “finance” \(/u,
      );
      expect(nextStep).toMatch(/^Check the tenant, the user name, the password/u);
      expect(`${message} ${nextStep}`).not.toMatch(/access key|secret/iu);
    }
  });
});

describe('a bucket that is made', () => {
  test('with settings of its namespace has these, and belongs to its maker', async () => {
    const bucket = freshBucketName();
    const versioning = { enabled: true, prune: true, pruneDays: 7, keepDeletionRecords: false };
    const storage = as('lgreen');
    await storage.createBucket(bucket, { namespace: { hardQuota: '20 GB', softQuota: 70, versioning } });
    expect(await storage.namespaces.get(bucket)).toMatchObject({
      name: bucket,
      owner: 'lgreen',
      hardQuota: '20 GB',
      softQuota: 70,
      versioning,
      createdAt: expect.any(Date) as unknown,
    });
    await storage.write({ bucket, key: 'a', body: Buffer.from('x') });
    expect((await storage.listPage({ bucket })).objects.map(({ key }) => key)).toEqual(['a']);
    expect(await storage.namespaces.exists(bucket)).toBe(true);
    expect(await storage.namespaces.exists('not-there')).toBe(false);
  });

  test('with a setting that HCP does not take is refused in HCP’s words', async () => {
    const failure = await failureOf(
      as('lgreen').createBucket(freshBucketName(), { namespace: { hardQuota: 'much' } }),
    );
    expect(failure).toMatchObject({ kind: 'invalid-input' });
    expect(failure?.message).toContain('hardQuota');
  });

  test('is told from one that is there already', async () => {
    const bucket = freshBucketName();
    await as('mwhite').createBucket(bucket, { namespace: {} });
    const failure = await failureOf(as('lgreen').createBucket(bucket, { namespace: {} }));
    expect(failure).toMatchObject({ kind: 'already-exists', bucket });
  });

  test('and holds something is not deleted by the Management API, and that is no matter of rights', async () => {
    const bucket = freshBucketName();
    const storage = as('lgreen');
    await storage.createBucket(bucket);
    await storage.write({ bucket, key: 'a', body: Buffer.from('x') });
    expect(await failureOf(storage.namespaces.delete(bucket))).toMatchObject({ kind: 'not-empty', bucket });
    await storage.delete({ bucket, key: 'a' });
    await storage.namespaces.delete(bucket);
    expect(await storage.namespaces.exists(bucket)).toBe(false);
  });
});

describe('H29: an access key that holds “/”, “+” and “=”', () => {
  const username = '???>>>>';
  test('is made of an ordinary user name', () => {
    expect(Buffer.from(username).toString('base64')).toBe('Pz8/Pj4+Pg==');
  });

  test('signs every kind of request, and links', async () => {
    const bucket = freshBucketName();
    const storage = as(username);
    await storage.createBucket(bucket);
    await storage.write({ bucket, key: 'a/b +c', body: Buffer.from('x') });
    expect((await storage.listBuckets()).map(({ name }) => name)).toContain(bucket);
    expect((await storage.stat({ bucket, key: 'a/b +c' })).size).toBe(1);
    const link = new URL(
      await storage.presign({ bucket, key: 'a/b +c', method: 'get_object', expiresSeconds: 60 }),
    );
    expect(link.searchParams.get('X-Amz-Credential')).toMatch(
      /^Pz8\/Pj4\+Pg==\/\d{8}\/us-east-1\/s3\/aws4_request$/u,
    );
    const { ask } = await import('#test/fake-hcp/support.ts');
    expect(await ask(hcp, `${link.pathname}${link.search}`, { side: 's3' })).toMatchObject({
      status: 200,
      body: 'x',
    });
  });
});

describe('a user of Active Directory', () => {
  const username = 'eva@corp.example';

  test('reads and writes with name and password in place of a signature', async () => {
    const bucket = freshBucketName();
    await hcp.addNamespace('finance', bucket, { owner: username });
    const storage = as(username);
    await storage.write({ bucket, key: 'ä', body: Buffer.from('x') });
    expect((await storage.listPage({ bucket })).objects.map(({ key }) => key)).toEqual(['ä']);
    expect((await storage.listBuckets()).map(({ name }) => name)).toContain(bucket);
    const { failures } = await storage.deleteMany({ bucket, objects: [{ key: 'ä' }] });
    expect(failures).toEqual([]);
  });

  test('makes buckets by the Management API, since S3 does not let them', async () => {
    const bucket = freshBucketName();
    await as(username).createBucket(bucket);
    expect(hcp.namespace('finance', bucket)?.owner.username).toBe(username);
    expect(hcp.requests.filter(({ method, side }) => method === 'PUT' && side === 's3')).toEqual([]);
  });

  test('is told clearly where that is not allowed either', async () => {
    hcp.setManagementApi('finance', false);
    const failure = await failureOf(as(username).createBucket(freshBucketName()));
    expect(failure).toMatchObject({ kind: 'access-denied' });
    expect(failure?.message).toContain('Active Directory');
    expect(failure?.message).toContain('not enabled');
  });

  test('has no links: they would need keys', async () => {
    const failure = await failureOf(
      as(username).presign({ bucket: 'b', key: 'k', method: 'get_object', expiresSeconds: 60 }),
    );
    expect(failure).toMatchObject({ kind: 'not-supported' });
    expect(failure?.message).toContain('local account');
    expect(hcp.requests).toEqual([]);
  });
});

describe('the system level', () => {
  test('lists the tenants, and nothing else', async () => {
    const storage = openHcp(hcp.settings(undefined, 'root'), 'of the system');
    expect(await storage.namespaces.tenants()).toEqual(['finance']);
    expect(await storage.listBuckets()).toEqual([]);
    expect(storage.server?.()).toMatch(/^Hitachi Content Platform \d/u);
    expect(hcp.requests.every(({ side, host }) => side === 'mapi' && host === `admin.${hcp.domain}`)).toBe(
      true,
    );
  });
});
