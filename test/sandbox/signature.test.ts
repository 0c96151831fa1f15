import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileKey } from '#test/support/hostile-keys.ts';
import { clientFor, OTHER, sandboxFor, send, sendSigned, sharedSandbox, sign, xmlText } from './support.ts';

const shared = sharedSandbox();

const MINUTE_MS = 60_000;

describe('a signed request', () => {
  test('of the SDK holds for any key, metadata and prefix', async () => {
    const Bucket = await shared.bucket();
    const { s3 } = shared;
    const value = fc.string({
      unit: fc.constantFrom('a', ' ', '  ', '+', '%', 'é', '/', '=', ',', ':'),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(hostileKey(), value, async (Key, note) => {
        const Metadata = { note: note.trim() };
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata }));
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        expect(await Body?.transformToString()).toBe(Key);
        const found = await s3.send(
          new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: 'url', MaxKeys: 1 }),
        );
        const listed = found.Contents?.[0]?.Key ?? '';
        expect(decodeURIComponent(listed.replaceAll('+', ' '))).toBe(Key);
      }),
      { numRuns: 150 },
    );
  });

  test('of the presigner holds for any key', async () => {
    const Bucket = await shared.bucket();
    await fc.assert(
      fc.asyncProperty(hostileKey(), async (Key) => {
        const put = await getSignedUrl(shared.s3, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
        const stored = await send(shared.sandbox, { method: 'PUT', path: pathOf(put), body: 'by link' });
        expect([stored.status, stored.body]).toEqual([200, '']);
        const get = await getSignedUrl(shared.s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
        expect((await send(shared.sandbox, { path: pathOf(get) })).body).toBe('by link');
      }),
      { numRuns: 100 },
    );
  });

  test('works with keys that hold slashes, pluses and equals signs', async () => {
    const credentials = { accessKeyId: 'bGdy/ZW+Vu==', secretAccessKey: 'se/cr+et==' };
    const sandbox = await sandboxFor(credentials);
    const s3 = clientFor(sandbox);
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'nobody' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'nobody', Key: 'k' }));
    expect(xmlText((await send(sandbox, { path: pathOf(url) })).body, 'Code')).toBe('NoSuchBucket');
  });

  test('may name the bucket in the host', async () => {
    const Bucket = await shared.bucket();
    await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'a/b', Body: 'there' }));
    const host = `${Bucket}.localhost:${String(shared.sandbox.port)}`;
    expect(await sendSigned(shared.sandbox, { path: '/a/b', headers: { host } })).toMatchObject({
      status: 200,
      body: 'there',
    });
    const list = await sendSigned(shared.sandbox, { path: '/?list-type=2', headers: { host } });
    expect(xmlText(list.body, 'Key')).toBe('a/b');
  });

  test('may carry metadata as UTF-8 or as Latin-1', async () => {
    const Bucket = await shared.bucket();
    for (const bytes of [Buffer.from('né'), Buffer.from('né', 'latin1')]) {
      const headers = { 'x-amz-meta-name': bytes.toString('latin1') };
      const put = await sendSigned(shared.sandbox, { method: 'PUT', path: `/${Bucket}/k`, headers });
      expect(put.status).toBe(200);
      const head = await sendSigned(shared.sandbox, { method: 'HEAD', path: `/${Bucket}/k` });
      expect(head.headers['x-amz-meta-name']).toBe(`=?UTF-8?B?${Buffer.from('né').toString('base64')}?=`);
    }
  });
});

describe('who is refused', () => {
  const code = async (answer: Promise<{ status: number; body: string }>) => {
    const { status, body } = await answer;
    return [status, xmlText(body, 'Code')];
  };

  test('a wrong secret, an unknown key, and nobody', async () => {
    const { sandbox } = shared;
    expect(await code(sendSigned(sandbox, { path: '/', secretAccessKey: 'guessed' }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    expect(await code(sendSigned(sandbox, { path: '/', accessKeyId: 'guessed' }))).toEqual([
      403,
      'InvalidAccessKeyId',
    ]);
    expect(await code(send(sandbox, { path: '/' }))).toEqual([403, 'AccessDenied']);
    expect(await code(send(sandbox, { path: '/', headers: { authorization: 'AWS key:signature' } }))).toEqual(
      [400, 'InvalidRequest'],
    );
  });

  test('a clock that is more than fifteen minutes off, either way', async () => {
    const { sandbox } = shared;
    for (const minutes of [-16, 16]) {
      const at = new Date(Date.now() + minutes * MINUTE_MS);
      const answer = await sendSigned(sandbox, { path: '/', at });
      // Near midnight the date of the scope is another one, too; the clock comes first.
      expect([answer.status, xmlText(answer.body, 'Code')]).toEqual([403, 'RequestTimeTooSkewed']);
      expect(xmlText(answer.body, 'MaxAllowedSkewMilliseconds')).toBe('900000');
      expect(xmlText(answer.body, 'ServerTime')).toBeDefined();
    }
    const at = new Date(Date.now() - 14 * MINUTE_MS);
    expect((await sendSigned(sandbox, { path: '/', at })).status).toBe(200);
  });

  test('another region, with the right one in the answer', async () => {
    const answer = await sendSigned(shared.sandbox, { path: '/', region: 'eu-west-1' });
    expect(answer.status).toBe(400);
    expect(xmlText(answer.body, 'Code')).toBe('AuthorizationHeaderMalformed');
    expect(xmlText(answer.body, 'Region')).toBe('us-east-1');
  });

  test('a header of S3 that came in on the way', async () => {
    const { headers } = sign(shared.sandbox, { path: '/' });
    const answer = await send(shared.sandbox, {
      path: '/',
      headers: { ...headers, 'x-amz-acl': 'public-read' },
    });
    expect([answer.status, xmlText(answer.body, 'HeadersNotSigned')]).toEqual([403, 'x-amz-acl']);
  });

  test('a session token with a key that has none', async () => {
    const answer = await sendSigned(shared.sandbox, { path: '/', headers: { 'x-amz-security-token': 'x' } });
    expect([answer.status, xmlText(answer.body, 'Code')]).toEqual([400, 'InvalidToken']);
  });

  test('a link that has expired, was changed, or lasts too long', async () => {
    const Bucket = await shared.bucket();
    const link = (options: { expiresIn?: number; signingDate?: Date } = {}) =>
      getSignedUrl(shared.s3, new GetObjectCommand({ Bucket, Key: 'k' }), options);
    const old = await link({ expiresIn: 60, signingDate: new Date(Date.now() - 2 * MINUTE_MS) });
    const expired = await send(shared.sandbox, { path: pathOf(old) });
    expect([expired.status, xmlText(expired.body, 'Message')]).toEqual([403, 'Request has expired']);
    const changed = pathOf(await link()).replace('/k?', '/other?');
    expect(await code(send(shared.sandbox, { path: changed }))).toEqual([403, 'SignatureDoesNotMatch']);
    const longer = pathOf(await link()).replace('X-Amz-Expires=900', 'X-Amz-Expires=604801');
    expect(await code(send(shared.sandbox, { path: longer }))).toEqual([
      400,
      'AuthorizationQueryParametersError',
    ]);
    expect(await code(send(shared.sandbox, { path: pathOf(await link()) }))).toEqual([404, 'NoSuchKey']);
  });

  test('somebody else, from what is not shared', async () => {
    const Bucket = await shared.bucket();
    const other = clientFor(shared.sandbox, { credentials: OTHER });
    await expect(other.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(other.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});

function pathOf(url: string): string {
  const { origin } = new URL(url);
  return url.slice(origin.length);
}
