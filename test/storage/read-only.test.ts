import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOnly } from '#storage/read-only.ts';
import type { Storage } from '#storage/storage.ts';
import { sandboxEndpoint, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { failureOf, open, serve } from '#test/support/open.ts';

const ref = { bucket: 'b', key: 'k' };
const upload = { ...ref, uploadId: 'u' };

/** Every call that would change something, by what is asked for. */
const changes: Record<string, (storage: Storage) => Promise<unknown>> = {
  'create a bucket': (s) => s.createBucket('b'),
  'delete a bucket': (s) => s.deleteBucket('b'),
  'write an object': (s) => s.write({ ...ref, body: Buffer.from('x') }),
  'delete an object': (s) => s.delete(ref),
  'delete many objects': (s) => s.deleteMany({ bucket: 'b', objects: [{ key: 'k' }] }),
  'copy an object': (s) => s.copy({ from: ref, to: { bucket: 'b', key: 'k2' } }),
  'begin an upload': (s) => s.createUpload(ref),
  'copy a part': (s) => s.copyPart({ ...upload, partNumber: 1, from: ref, range: { start: 0, end: 1 } }),
  'complete an upload': (s) => s.completeUpload({ ...upload, parts: [] }),
  'abort an upload': (s) => s.abortUpload(upload),
  'change a setting': (s) => s.writeSetting('b', 'versioning', { status: 'enabled' }),
  'remove a setting': (s) => s.removeSetting('b', 'policy'),
  'change the access to an object': (s) => s.writeObjectAcl(ref, { canned: 'private' }),
  'change the tags of an object': (s) => s.writeObjectTags(ref, {}),
  'make a link to put': (s) => s.presign({ ...ref, method: 'put_object', expiresSeconds: 60 }),
};

describe('through a connection that is read-only one cannot', () => {
  it.each(Object.entries(changes))('%s, and nothing is sent', async (_, change) => {
    const server = await serve();
    const failure = await failureOf(change(readOnly(open(server.endpoint))));
    expect(failure).toMatchObject({ kind: 'read-only', bucket: 'b', retryable: false });
    expect(failure?.message).toMatch(/^This connection is read-only: Cooper did not .+ “[bk]/u);
    expect(failure?.nextStep).toContain('Switch “read-only” off');
    expect(server.requests).toEqual([]);
  });

  it('write a stream, and the stream is not left open', async () => {
    const server = await serve();
    const stream = Readable.from([Buffer.from('x')]);
    const storage = readOnly(open(server.endpoint));
    const write = storage.write({ ...ref, body: { stream, contentLength: 1 } });
    expect(await failureOf(write)).toMatchObject({ kind: 'read-only' });
    expect(stream.destroyed).toBe(true);
  });

  it('ask how deletions are checked, which is a request to delete', async () => {
    const server = await serve();
    expect(await readOnly(open(server.endpoint)).deleteDigest('b')).toBe('unknown');
    expect(server.requests).toEqual([]);
  });
});

it('through a connection that is read-only everything can be read', async () => {
  const endpoint = await sandboxEndpoint();
  onTestFinished(() => endpoint.stop());
  const writable = storageOn(endpoint);
  const bucket = await seedBucket(writable, ['a/k', 'z']);
  const storage = readOnly(writable);
  onTestFinished(() => storage.close());
  const { uploadId } = await writable.createUpload({ bucket, key: 'u' });

  expect(storage.isReadOnly).toBe(true);
  expect(storage.namespaces).toBe(undefined);
  expect((await storage.listBuckets()).map(({ name }) => name)).toEqual([bucket]);
  expect(await storage.bucketExists(bucket)).toBe(true);
  expect((await storage.listPage({ bucket, delimiter: '/' })).prefixes).toEqual(['a/']);
  expect((await storage.listVersionsPage({ bucket })).versions).toHaveLength(2);
  expect(await storage.stat({ bucket, key: 'z' })).toMatchObject({ size: 1 });
  const { body } = await storage.read({ bucket, key: 'a/k' });
  expect(Buffer.concat(await body.toArray()).toString()).toBe('a/k');
  expect((await storage.listUploadsPage({ bucket })).uploads).toMatchObject([{ key: 'u', uploadId }]);
  expect((await storage.listPartsPage({ bucket, key: 'u', uploadId })).parts).toEqual([]);
  expect(await storage.readSetting(bucket, 'versioning')).toMatchObject({ state: 'set' });
  expect((await storage.readObjectAcl({ bucket, key: 'z' })).Grants).toHaveLength(1);
  expect(await storage.readObjectTags({ bucket, key: 'z' })).toEqual({});
  const request = { bucket, key: 'z', method: 'get_object', expiresSeconds: 60 } as const;
  expect(await (await fetch(await storage.presign(request))).text()).toBe('z');
});
