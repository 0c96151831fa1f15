import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { withRetries } from '#storage/retry.ts';
import { sendError, sendPage } from '#test/support/fault-server.ts';
import { connect, quick, ref } from '#test/support/faults.ts';
import { failureOf } from '#test/support/open.ts';

const upload = { ...ref, uploadId: 'u' };
const from = { bucket: 'source', key: 'from' };
const error = (code: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n\n<Error><Code>${code}</Code><Message>In words.</Message></Error>\n`;

describe('an error inside an answer of success is an error', () => {
  test.each<[what: string, code: string, kind: string, call: (storage: Storage) => Promise<unknown>]>([
    ['of a copy', 'SlowDown', 'throttled', (s) => s.copy({ from, to: ref })],
    [
      'of a copied part',
      'InternalError',
      'server-error',
      (s) => s.copyPart({ ...upload, partNumber: 1, from, range: { start: 0, end: 1 } }),
    ],
    [
      'of a completed upload (H18)',
      'EntityTooSmall',
      'invalid-input',
      (s) => s.completeUpload({ ...upload, parts: [{ partNumber: 1, etag: 'e' }] }),
    ],
    [
      'of an upload whose parts are in no order',
      'InvalidPartOrder',
      'invalid-input',
      (s) => s.completeUpload({ ...upload, parts: [] }),
    ],
    [
      'of many deletions',
      'AccessDenied',
      'access-denied',
      (s) => s.deleteMany({ bucket: 'b', objects: [{ key: 'k' }] }),
    ],
    ['of a list of versions', 'NoSuchBucket', 'not-found', (s) => s.listVersionsPage({ bucket: 'b' })],
  ])('%s: %s', async (_, code, kind, call) => {
    const { storage } = await connect((__, response) => response.end(error(code)));
    const failure = await failureOf(call(storage));
    expect(failure).toMatchObject({ kind, code });
    expect(failure?.message).toContain('In words');
  });
});

describe('P15: of many deletions', () => {
  const answerWith = (errors: string, deleted = '') =>
    connect((_, response) => response.end(`<DeleteResult>${deleted}${errors}</DeleteResult>`));

  test('each that the server refused inside its success is told, with its key and its reason', async () => {
    const { storage } = await answerWith(
      '<Error><Key>a</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>' +
        '<Error><Key>b &amp; c</Key><Code>InternalError</Code><Message></Message></Error>' +
        '<Error><Key>kept</Key><Code>AccessDenied</Code><Message>Access Denied because object protected by object lock.</Message></Error>' +
        '<Error><Key>odd</Key><Code>SomethingNew</Code></Error>',
    );
    const keys = ['a', 'b & c', 'kept', 'odd', 'gone'];
    const { failures } = await storage.deleteMany({ bucket: 'b', objects: keys.map((key) => ({ key })) });
    expect(failures.map(({ key, error: { kind } }) => [key, kind])).toEqual([
      ['a', 'access-denied'],
      ['b & c', 'server-error'],
      ['kept', 'locked'],
      ['odd', 'server-error'],
    ]);
    expect(failures[0]?.error.message).toBe(
      'This access key may not delete object “a” in bucket “b” (AccessDenied: Access Denied).',
    );
  });

  test('what is absent already is deleted', async () => {
    const { storage } = await answerWith(
      '<Error><Key>a</Key><Code>NoSuchKey</Code></Error><Error><Key>b</Key><VersionId>1</VersionId><Code>NoSuchVersion</Code></Error>',
    );
    const objects = [{ key: 'a' }, { key: 'b', versionId: '1' }];
    expect(await storage.deleteMany({ bucket: 'b', objects })).toEqual({ failures: [] });
  });

  test('a version that the server does not confirm is not taken for deleted', async () => {
    const { storage } = await answerWith(
      '',
      '<Deleted><Key>a</Key></Deleted><Deleted><Key>b</Key><VersionId>2</VersionId></Deleted>',
    );
    const objects = [
      { key: 'a', versionId: '1' },
      { key: 'b', versionId: '2' },
    ];
    const { failures } = await storage.deleteMany({ bucket: 'b', objects });
    expect(failures).toMatchObject([{ key: 'a', versionId: '1', error: { kind: 'not-supported' } }]);
  });

  test('a key with line ends is matched with what was sent, though XML normalises them', async () => {
    const { storage } = await answerWith('<Error><Key>a\r\nb</Key><Code>AccessDenied</Code></Error>');
    const { failures } = await storage.deleteMany({ bucket: 'b', objects: [{ key: 'a\r\nb' }] });
    expect(failures.map(({ key }) => key)).toEqual(['a\r\nb']);
  });
});

describe('a setting that the server has not', () => {
  test.each([
    ['refuses by code', 501, '<Error><Code>NotImplemented</Code></Error>'],
    ['refuses by method', 405, '<Error><Code>MethodNotAllowed</Code></Error>'],
    ['answers with a listing (Ceph)', 200, '<ListBucketResult><Name>b</Name></ListBucketResult>'],
    ['answers with a page', 200, '<!DOCTYPE html><html><body>Welcome</body></html>'],
    ['answers with nothing', 200, ''],
  ])('is told as such, with the reason, when it %s', async (_, status, body) => {
    const { storage } = await connect((__, response) => response.writeHead(status).end(body));
    for (const name of ['encryption', 'policy', 'cors', 'website'] as const) {
      const setting = await storage.readSetting('b', name);
      expect(setting).toMatchObject({ state: 'not-offered' });
      expect(setting).toHaveProperty(
        'reason',
        expect.stringMatching(/^This server does not offer .+\(.+\)\.$/u),
      );
    }
  });

  test('is another thing than one that is not set, or may not be seen', async () => {
    let code = 'NoSuchCORSConfiguration';
    let status = 404;
    const { storage } = await connect((_, response) => sendError(response, status, code));
    expect(await storage.readSetting('b', 'cors')).toEqual({ state: 'unset' });
    code = 'NoSuchBucket';
    await expect(storage.readSetting('b', 'cors')).rejects.toMatchObject({ kind: 'not-found', bucket: 'b' });
    [code, status] = ['AccessDenied', 403];
    await expect(storage.readSetting('b', 'cors')).rejects.toMatchObject({ kind: 'access-denied' });
  });
});

describe('what HCP says in ways of its own', () => {
  test('P34: a second write while versioning is off is a conflict that says what to do', async () => {
    const { storage } = await connect((_, response) => response.writeHead(409).end());
    const failure = await failureOf(storage.write({ ...ref, body: Buffer.from('x') }));
    expect(failure).toMatchObject({ kind: 'conflict', ...ref });
    expect(failure?.message).toMatch(/exists already.+versioning is off.+delete the object first/u);
  });

  test('a bucket that is absent is answered with 302, and one of others with 403', async () => {
    let status = 302;
    const { storage } = await connect((_, response) =>
      response.writeHead(status, { location: '/hcp' }).end(),
    );
    expect(await storage.bucketExists('b')).toBe(false);
    status = 404;
    expect(await storage.bucketExists('b')).toBe(false);
    status = 403;
    await expect(storage.bucketExists('b')).rejects.toMatchObject({ kind: 'access-denied', bucket: 'b' });
    status = 200;
    expect(await storage.bucketExists('b')).toBe(true);
  });

  test('what keeps an object is told from its message', async () => {
    const headers = { 'x-hcp-errormessage': 'The object is under retention' };
    const { storage } = await connect((_, response) => response.writeHead(409, headers).end());
    expect(await failureOf(storage.delete(ref))).toMatchObject({ kind: 'locked', ...ref });
  });

  test.each([
    ['md5', 400, 'InvalidRequest', 'Missing required header for this request: Content-MD5'],
    ['md5', 400, 'MissingContentMD5', ''],
    ['any', 400, 'MalformedXML', ''],
    ['unknown', 400, 'InvalidRequest', ''],
    ['unknown', 501, 'NotImplemented', ''],
  ] as const)(
    'a list of nothing to delete tells its digest: %s of %i %s',
    async (digest, status, code, message) => {
      const { storage, server } = await connect((_, response) =>
        sendError(response, status, code, { message }),
      );
      expect(await storage.deleteDigest('b')).toBe(digest);
      expect(server.requests[0]?.body().toString()).not.toContain('<Object>');
      expect(server.requests[0]?.headers).toHaveProperty('x-amz-checksum-crc32');
      expect(server.requests[0]?.headers).not.toHaveProperty('content-md5');
    },
  );
});

describe('an attempt whose answer was lost', () => {
  test('may have completed the upload: the object tells', async () => {
    const etags = ['a'.repeat(32), 'b'.repeat(32)];
    const whole = createHash('md5')
      .update(Buffer.from(etags.join(''), 'hex'))
      .digest('hex');
    const parts = etags.map((etag, i) => ({ partNumber: i + 1, etag }));
    for (const etag of [`${whole}-2`, `${whole}-3`, whole]) {
      const { storage } = await connect((request, response, count) => {
        if (count === 1) response.destroy();
        else if (request.method === 'POST') sendError(response, 404, 'NoSuchUpload');
        else response.writeHead(200, { etag: `"${etag}"`, 'x-amz-version-id': 'v1' }).end();
      });
      const completing = withRetries(storage, quick).completeUpload({ ...upload, parts });
      if (etag.endsWith('-2')) expect(await completing).toEqual({ etag, versionId: 'v1' });
      else await expect(completing).rejects.toMatchObject({ code: 'NoSuchUpload' });
    }
  });

  test('may have deleted the bucket', async () => {
    const { storage } = await connect((_, response, count) =>
      count === 1 ? response.destroy() : sendError(response, 404, 'NoSuchBucket'),
    );
    await withRetries(storage, quick).deleteBucket('b');
    await expect(withRetries(storage, quick).deleteBucket('b')).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('a page of versions', () => {
  const entry = (name: string, key: string, id: string, latest = false) =>
    `<${name}><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest><LastModified>2026-11-23T12:00:00.000Z</LastModified></${name}>`;
  test('keeps the order of the server, in which versions and markers take turns', async () => {
    const { storage } = await connect((_, response) =>
      response.end(
        `<ListVersionsResult><Name>b</Name><IsTruncated>true</IsTruncated><NextKeyMarker>k%2541</NextKeyMarker><NextVersionIdMarker>9</NextVersionIdMarker><EncodingType>url</EncodingType>` +
          entry('Version', 'k', '1') +
          entry('DeleteMarker', 'k', '2') +
          entry('Version', 'k', '3') +
          entry('DeleteMarker', 'k', '4', true) +
          entry('Version', '%3CVersion%3E', '5', true) +
          '</ListVersionsResult>',
      ),
    );
    const { versions, nextToken } = await storage.listVersionsPage({ bucket: 'b' });
    expect(versions.map(({ versionId }) => versionId)).toEqual(['1', '2', '3', '4', '5']);
    expect(versions.map(({ kind }) => kind[0]).join('')).toBe('vdvdv');
    expect(versions[4]?.key).toBe('<Version>');
    expect(nextToken).toMatch(/^[\w-]+$/u);
  });

  test('goes on where the page before said', async () => {
    const { storage, server } = await connect((_, response, count) =>
      response.end(
        `<ListVersionsResult><IsTruncated>${count === 1}</IsTruncated><NextKeyMarker>a%2B%0A</NextKeyMarker><NextVersionIdMarker>v/1</NextVersionIdMarker><EncodingType>url</EncodingType></ListVersionsResult>`,
      ),
    );
    const { nextToken } = await storage.listVersionsPage({ bucket: 'b' });
    await storage.listVersionsPage({ bucket: 'b', token: nextToken });
    expect(server.requests[1]?.query.get('key-marker')).toBe('a+\n');
    expect(server.requests[1]?.query.get('version-id-marker')).toBe('v/1');
  });
});

test('P30: a bucket can be listed though the buckets cannot', async () => {
  const { storage } = await connect((request, response) => {
    if (request.path === '/') sendError(response, 403, 'AccessDenied');
    else sendPage(response, { keys: ['a'] });
  });
  await expect(storage.listBuckets()).rejects.toMatchObject({ kind: 'access-denied' });
  expect((await storage.listPage({ bucket: 'b' })).objects).toHaveLength(1);
});
