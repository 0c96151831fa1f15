import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshBucketName } from '#test/support/endpoints.ts';
import { FINANCE, type FakeHcp, startFakeHcp, SYSTEM_USER } from '#test/support/fake-hcp/fake-hcp.ts';
import { ask, bucketOn, hcpHeader, mapi, OTHER, OWNER, refusal, sdk } from './support.ts';

let hcp: FakeHcp;
let s3: S3Client;
let clock = Date.now();
beforeAll(async () => {
  const tenants = [FINANCE, { ...FINANCE, name: 'closed', managementApi: false }];
  hcp = await startFakeHcp({ tenants, now: () => clock });
  const ad = { username: 'ann@corp.test', password: 'p:w', account: 'ad' as const };
  hcp.addUser('finance', ad);
  hcp.addUser('finance', {
    username: 'viewer',
    password: 'v',
    roles: ['monitor'],
    allowNamespaceManagement: false,
  });
  hcp.addUser('finance', { username: 'self', password: 's', roles: [] });
  s3 = await sdk(hcp);
});
afterAll(async () => {
  s3.destroy();
  await hcp.stop();
});

const listing = '/mapi/tenants/finance/namespaces';
const json = { accept: 'application/json', 'content-type': 'application/json' };

describe('signing in to the Management API', () => {
  test('with nothing, or with what is wrong, is 403', async () => {
    expect((await ask(hcp, listing)).status).toBe(403);
    const wrong = hcpHeader({ ...OWNER, password: 'wrong' });
    const refused = await ask(hcp, listing, { headers: wrong });
    expect(refused.status).toBe(403);
    expect(refused.headers['x-hcp-errormessage']).toContain('password');
  });
  test('as a local user, or as one of Active Directory', async () => {
    const answer = await ask(hcp, listing, { headers: hcpHeader() });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-hcp-softwareversion']).toBe('9.7.0.74');
    const authorization = 'AD ann@corp.test:p:w';
    expect((await ask(hcp, listing, { headers: { authorization } })).status).toBe(200);
  });
  test('is 403 where it is off, and on the port of S3', async () => {
    const host = `closed.${hcp.domain}`;
    const path = '/mapi/tenants/closed/namespaces';
    expect((await ask(hcp, path, { host, headers: hcpHeader() })).status).toBe(403);
    expect((await ask(hcp, listing, { side: 's3', headers: hcpHeader() })).status).toBe(403);
  });
  test('at the system level lists the tenants', async () => {
    const host = `admin.${hcp.domain}`;
    const headers = { ...hcpHeader(SYSTEM_USER), accept: 'application/json' };
    const answer = await ask(hcp, '/mapi/tenants', { host, headers });
    expect(JSON.parse(answer.body)).toEqual({ name: ['finance', 'closed'] });
    expect((await ask(hcp, '/mapi/tenants', { headers: hcpHeader() })).status).toBe(403);
  });
});

describe('namespaces', () => {
  test('are XML unless JSON is asked for', async () => {
    const bucket = await bucketOn(s3);
    const xml = await ask(hcp, listing, { headers: hcpHeader() });
    expect(xml.headers['content-type']).toBe('application/xml');
    expect(xml.body).toContain(`<name>${bucket}</name>`);
    const { name } = JSON.parse((await mapi(hcp, '/namespaces')).body) as { name: string[] };
    expect(name).toContain(bucket);
  });
  test('of others are listed too', async () => {
    const other = await sdk(hcp, OTHER);
    const bucket = await bucketOn(other);
    other.destroy();
    expect((await mapi(hcp, '/namespaces')).body).toContain(bucket);
    const { owner } = JSON.parse((await mapi(hcp, `/namespaces/${bucket}`)).body) as { owner: string };
    expect(owner).toBe('mwhite');
  });
  test('are made, changed and deleted, and seen by S3', async () => {
    const name = freshBucketName();
    const versioningSettings = { enabled: true, prune: true, pruneDays: 3, useDeleteMarkers: true };
    const draft = { name, hardQuota: '1.50 GB', description: 'ä', versioningSettings };
    expect((await mapi(hcp, '/namespaces', 'PUT', draft)).status).toBe(200);
    expect((await mapi(hcp, '/namespaces', 'PUT', draft)).status).toBe(409);
    expect((await mapi(hcp, `/namespaces/${name}`, 'POST', { softQuota: 50 })).status).toBe(200);
    const seen: unknown = JSON.parse((await mapi(hcp, `/namespaces/${name}?verbose=true`)).body);
    expect(seen).toMatchObject({
      name,
      hardQuota: '1.50 GB',
      description: 'ä',
      softQuota: 50,
      owner: 'lgreen',
    });
    expect(new Date((seen as { creationTime: string }).creationTime).getTime()).toBeGreaterThan(0);
    const versioning: unknown = JSON.parse((await mapi(hcp, `/namespaces/${name}/versioningSettings`)).body);
    expect(versioning).toEqual({ ...versioningSettings, keepDeletionRecords: true });
    expect((await mapi(hcp, `/namespaces/${name}`, 'HEAD')).status).toBe(200);
    expect((await mapi(hcp, `/namespaces/${name}`, 'DELETE')).status).toBe(200);
    expect((await mapi(hcp, `/namespaces/${name}`, 'HEAD')).status).toBe(302);
    expect((await mapi(hcp, `/namespaces/${name}`)).status).toBe(404);
  });
  test('speak S3 once that is switched on, for which they need access control lists', async () => {
    const name = freshBucketName();
    await mapi(hcp, '/namespaces', 'PUT', { name });
    const list = () => refusal(s3.send(new ListObjectsV2Command({ Bucket: name })));
    expect(await list()).toBe('AccessDenied 403');
    const http = `/namespaces/${name}/protocols/http`;
    expect((await mapi(hcp, http, 'POST', { hs3Enabled: true })).status).toBe(400);
    await mapi(hcp, `/namespaces/${name}`, 'POST', { aclsUsage: 'ENFORCED' });
    expect((await mapi(hcp, http, 'POST', { hs3Enabled: true })).status).toBe(200);
    expect(await list()).toBe('not refused');
  });
  test('are made from XML, too', async () => {
    const name = freshBucketName();
    const body = `<namespace><name>${name}</name><softQuota>20</softQuota></namespace>`;
    const headers = { ...hcpHeader(), 'content-type': 'application/xml' };
    expect((await ask(hcp, listing, { method: 'PUT', headers, body })).status).toBe(200);
    const { 'content-type': _, ...untyped } = headers;
    expect((await ask(hcp, listing, { method: 'PUT', headers: untyped, body })).status).toBe(415);
  });
  test('refuse what cannot be, and say what', async () => {
    const bucket = await bucketOn(s3);
    const bad: [string, object][] = [
      ['', { softQuota: 99 }],
      ['', { noSuchProperty: true }],
      ['', { hashScheme: 'MD5' }],
      ['/versioningSettings', { pruneDays: 36_501 }],
      ['/versioningSettings', { prune: true }],
    ];
    for (const [below, body] of bad) {
      const answer = await mapi(hcp, `/namespaces/${bucket}${below}`, 'POST', body);
      expect([answer.status, answer.headers['x-hcp-errormessage']]).toEqual([400, expect.any(String)]);
    }
  });
  test('never take back delete markers', async () => {
    const bucket = await bucketOn(s3);
    const set = (useDeleteMarkers: boolean) =>
      mapi(hcp, `/namespaces/${bucket}/versioningSettings`, 'POST', { useDeleteMarkers });
    expect((await set(true)).status).toBe(200);
    expect((await set(false)).status).toBe(400);
  });
  test('are changed by administrators only', async () => {
    const bucket = await bucketOn(s3);
    const headers = { ...hcpHeader({ username: 'viewer', password: 'v' }), ...json };
    const path = `${listing}/${bucket}`;
    expect((await ask(hcp, path, { headers })).status).toBe(200);
    expect((await ask(hcp, path, { headers, method: 'POST', body: '{"softQuota":20}' })).status).toBe(403);
    expect((await ask(hcp, path, { headers, method: 'DELETE' })).status).toBe(403);
    const own = { ...hcpHeader({ username: 'self', password: 's' }), ...json };
    expect((await ask(hcp, path, { headers: own, method: 'HEAD' })).status).toBe(302);
    expect((await ask(hcp, listing, { headers: own })).body).toBe('{"name":[]}');
  });
  test('tell how much is in them: old versions, no markers', async () => {
    const bucket = await bucketOn(s3, ['a', 'a', 'dir/b'], true);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'dir/b' }));
    const seen: unknown = JSON.parse((await mapi(hcp, `/namespaces/${bucket}/statistics`)).body);
    expect(seen).toMatchObject({ objectCount: 3, ingestedVolume: 7 });
  });
});

describe('deletion records', () => {
  async function emptied(): Promise<string> {
    const bucket = await bucketOn(s3, ['a'], true);
    const versionId = hcp.namespace('finance', bucket)?.records;
    expect(versionId?.size).toBe(0);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    return bucket;
  }
  const byS3 = (Bucket: string) => refusal(s3.send(new DeleteBucketCommand({ Bucket })));
  const byManagement = async (bucket: string) => (await mapi(hcp, `/namespaces/${bucket}`, 'DELETE')).status;
  const reconfigure = (bucket: string) => {
    const settings = { keepDeletionRecords: false, prune: true, pruneDays: 0 };
    return mapi(hcp, `/namespaces/${bucket}/versioningSettings`, 'POST', settings);
  };

  test('keep a bucket, until its namespace is reconfigured and a prune has run', async () => {
    const bucket = await emptied();
    for (let i = 0; i < 3; i++) {
      expect(await byS3(bucket)).toBe('BucketNotEmpty 409');
      expect(await byManagement(bucket)).toBe(403);
    }
    expect((await reconfigure(bucket)).status).toBe(200);
    expect(await byS3(bucket)).toBe('BucketNotEmpty 409');
    expect(await byManagement(bucket)).toBe(200);
  });
  test('are pruned when told, after some time, or never', async () => {
    hcp.setQuirks({ prune: 'explicit' });
    const told = await emptied();
    await hcp.prune(told);
    expect(await byS3(told)).toBe('BucketNotEmpty 409');
    await reconfigure(told);
    for (let i = 0; i < 3; i++) expect(await byS3(told)).toBe('BucketNotEmpty 409');
    await hcp.prune(told);
    expect(await byS3(told)).toBe('not refused');

    hcp.setQuirks({ prune: { ms: 60_000 } });
    const later = await emptied();
    await reconfigure(later);
    expect(await byS3(later)).toBe('BucketNotEmpty 409');
    clock += 60_000;
    expect(await byS3(later)).toBe('not refused');

    hcp.setQuirks({ prune: 'never' });
    const never = await emptied();
    await reconfigure(never);
    for (let i = 0; i < 5; i++) expect(await byManagement(never)).toBe(403);
    hcp.setQuirks({ prune: { attempts: 2 } });
  });
  test('may need the search to be off', async () => {
    hcp.setQuirks({ pruneNeedsSearchOff: true, prune: { attempts: 1 } });
    const bucket = await emptied();
    await mapi(hcp, `/namespaces/${bucket}`, 'POST', { searchEnabled: true });
    await reconfigure(bucket);
    expect(await byS3(bucket)).toBe('BucketNotEmpty 409');
    await mapi(hcp, `/namespaces/${bucket}`, 'POST', { searchEnabled: false });
    expect(await byS3(bucket)).toBe('not refused');
    hcp.setQuirks({ pruneNeedsSearchOff: false, prune: { attempts: 2 } });
  });
  test('leave what is there: a prune deletes no current object', async () => {
    const bucket = await bucketOn(s3, ['a', 'a', 'b'], true);
    await reconfigure(bucket);
    await hcp.prune(bucket);
    const seen: unknown = JSON.parse((await mapi(hcp, `/namespaces/${bucket}/statistics`)).body);
    expect(seen).toMatchObject({ objectCount: 2 });
    expect(await byManagement(bucket)).toBe(403);
  });
  test('are none where versioning was never on', async () => {
    const bucket = await bucketOn(s3, ['a']);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(await byS3(bucket)).toBe('not refused');
  });
});

test('without the Management API no bucket is made or listed by S3', async () => {
  const [user] = FINANCE.users;
  const headers = hcpHeader(user);
  const host = `closed.${hcp.domain}`;
  expect((await ask(hcp, '/hs3/new-bucket', { side: 's3', host, method: 'PUT', headers })).status).toBe(403);
  expect((await ask(hcp, '/hs3/', { side: 's3', host, headers })).status).toBe(403);
});

test('users of Active Directory read by S3 and make no buckets', async () => {
  const headers = { authorization: 'AD ann@corp.test:p:w' };
  expect((await ask(hcp, '/hs3/', { side: 's3', headers })).status).toBe(200);
  expect((await ask(hcp, '/hs3/new-bucket', { side: 's3', headers, method: 'PUT' })).status).toBe(403);
});
