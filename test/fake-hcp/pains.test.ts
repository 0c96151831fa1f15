import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toFailure } from '#storage/failure.ts';
import { hcpSecret, openStorage } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { OWNER } from './support.ts';

let hcp: FakeHcp;
let storage: Storage;
beforeAll(async () => {
  hcp = await startFakeHcp();
  const settings = hcp.settings('finance', OWNER.username);
  storage = openStorage({ hcp: settings, secret: hcpSecret(settings.account, OWNER.password) });
});
afterAll(async () => {
  storage.close();
  await hcp.stop();
});

async function bucketOf(keys: readonly string[] = []): Promise<string> {
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  for (const key of keys) await storage.write({ bucket, key, body: Buffer.from(key) });
  return bucket;
}
async function textOf(bucket: string, key: string): Promise<string> {
  const { body } = await storage.read({ bucket, key });
  return Buffer.concat(await body.toArray()).toString();
}

describe('P2: HCP takes what is put, with its length told and in one piece', () => {
  test('bytes, a stream, nothing at all, and a folder', async () => {
    const bucket = await bucketOf();
    const stream = Readable.from([Buffer.from('in '), Buffer.from('pieces')]);
    await storage.write({ bucket, key: 'stream', body: { stream, contentLength: 9 } });
    await storage.write({ bucket, key: 'bytes', body: Buffer.from('bytes') });
    await storage.write({ bucket, key: 'nothing', body: new Uint8Array() });
    await storage.write({ bucket, key: 'folder/', body: new Uint8Array() });
    expect(await textOf(bucket, 'stream')).toBe('in pieces');
    expect(await textOf(bucket, 'bytes')).toBe('bytes');
    expect((await storage.stat({ bucket, key: 'nothing' })).size).toBe(0);
    expect((await storage.stat({ bucket, key: 'folder/' })).size).toBe(0);
  });
  test('deleting many, which has a body too', async () => {
    const bucket = await bucketOf(['a', 'b', 'c']);
    expect(await storage.deleteMany({ bucket, objects: [{ key: 'a' }, { key: 'b' }] })).toEqual({
      failures: [],
    });
    expect((await storage.listPage({ bucket })).objects.map(({ key }) => key)).toEqual(['c']);
  });
});

describe('P34: a key that exists cannot be put again on HCP while versioning is off', () => {
  test('which is said in clear words, with what to do next, and the object stays', async () => {
    const bucket = await bucketOf(['report.pdf']);
    const sent = hcp.requests.length;
    const error: unknown = await storage
      .write({ bucket, key: 'report.pdf', body: Buffer.from('new') })
      .catch((reason: unknown) => reason);
    const failure = toFailure(error);
    expect(failure).toMatchObject({ kind: 'conflict', bucket, key: 'report.pdf', retryable: false });
    expect(failure.message).toContain('does not overwrite while versioning is off');
    expect(`${failure.message} ${failure.nextStep}`).toMatch(/delete the object first|versioning on/u);
    // Trying again would not help, so it is not.
    expect(hcp.requests.slice(sent).filter(({ method }) => method === 'PUT')).toHaveLength(1);
    expect(await textOf(bucket, 'report.pdf')).toBe('report.pdf');
  });
  test('it can be with versioning on, and both are kept', async () => {
    const bucket = await bucketOf(['report.pdf']);
    await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
    await storage.write({ bucket, key: 'report.pdf', body: Buffer.from('new') });
    expect(await textOf(bucket, 'report.pdf')).toBe('new');
    expect((await storage.listVersionsPage({ bucket })).versions).toHaveLength(2);
  });
  test('nor completed from parts, and these stay for when it has been deleted', async () => {
    const bucket = await bucketOf(['source', 'target']);
    const to = { bucket, key: 'target' };
    const { uploadId } = await storage.createUpload(to);
    const range = { start: 0, end: 5 };
    const from = { bucket, key: 'source' };
    const { etag } = await storage.copyPart({ ...to, uploadId, partNumber: 1, from, range });
    const complete = () => storage.completeUpload({ ...to, uploadId, parts: [{ partNumber: 1, etag }] });
    await expect(complete()).rejects.toMatchObject({ kind: 'conflict', key: 'target' });
    await storage.delete(to);
    await complete();
    expect(await textOf(bucket, 'target')).toBe('source');
  });
});
