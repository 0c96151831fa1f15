import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailureKind } from '#shared/failure.ts';
import { toFailure } from '#storage/failure.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import {
  type Answer,
  type FaultServer,
  sendError,
  sendPage,
  startFaultServer,
} from '#test/support/fault-server.ts';

/** One server for all rows: each says what it answers before it asks. */
let answer: Answer = () => {};
let server: FaultServer;
let storage: Storage;
beforeAll(async () => {
  server = await startFaultServer((...args) => answer(...args));
  storage = createS3Storage({ settings: localSettings(server.endpoint), secretAccessKey: 'topsecret' });
});
afterAll(async () => {
  storage.close();
  await server.close();
});

const ref = { bucket: 'b', key: 'dir/k' };
const failureOf = async (call: Promise<unknown>) => {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => toFailure(error),
  );
  if (failure === undefined) throw new Error('It succeeded.');
  return failure;
};

describe('what a server says becomes', () => {
  test.each<[number, string, FailureKind, boolean]>([
    [404, 'NoSuchKey', 'not-found', false],
    [404, 'NoSuchVersion', 'not-found', false],
    [403, 'AccessDenied', 'access-denied', false],
    [403, 'InvalidAccessKeyId', 'bad-credentials', false],
    [403, 'SignatureDoesNotMatch', 'bad-credentials', false],
    [401, 'Unauthorized', 'bad-credentials', false],
    [400, 'ExpiredToken', 'expired-credentials', false],
    [412, 'PreconditionFailed', 'changed', false],
    [403, 'InvalidObjectState', 'conflict', false],
    [403, 'QuotaExceeded', 'conflict', false],
    [409, 'OperationAborted', 'conflict', true],
    [416, 'InvalidRange', 'invalid-input', false],
    [400, 'KeyTooLongError', 'invalid-input', false],
    [400, 'SomethingNew', 'invalid-input', false],
    [501, 'NotImplemented', 'not-supported', false],
    [405, 'MethodNotAllowed', 'not-supported', false],
    [411, 'MissingContentLength', 'not-supported', false],
    [503, 'SlowDown', 'throttled', true],
    [429, 'TooManyRequests', 'throttled', true],
    [503, 'ServiceUnavailable', 'throttled', true],
    [400, 'RequestTimeout', 'timeout', true],
    [504, 'GatewayTimeout', 'timeout', true],
    [500, 'InternalError', 'server-error', true],
    [502, 'Whatever', 'server-error', true],
    [400, 'BadDigest', 'incomplete', true],
  ])('%i %s: %s', async (status, code, kind, retryable) => {
    answer = (_, response) => sendError(response, status, code, { message: 'In its own words.' });
    const failure = await failureOf(storage.read(ref));
    expect(failure).toMatchObject({ kind, retryable, code, operation: 'read', ...ref, requestId: 'REQ1' });
    expect(failure.message).toContain(code);
    expect(failure.message).toContain('In its own words');
    expect(failure.message).toMatch(/\.$/u);
    expect(failure.nextStep).toMatch(/^[A-Z].*\.$/u);
    expect(JSON.stringify(failure)).not.toContain('topsecret');
  });

  test.each<[number, FailureKind]>([
    [302, 'not-found'], // HCP
    [400, 'invalid-input'],
    [401, 'bad-credentials'],
    [403, 'access-denied'],
    [404, 'not-found'],
    [405, 'not-supported'],
    [409, 'conflict'], // HCP
    [412, 'changed'],
    [429, 'throttled'],
    [500, 'server-error'],
    [503, 'throttled'],
    [504, 'timeout'],
    [507, 'conflict'],
  ])('a HEAD answered by a bare %i: %s', async (status, kind) => {
    answer = (_, response) => response.writeHead(status).end();
    expect(await failureOf(storage.stat(ref))).toMatchObject({ kind, ...ref });
  });

  test('the code, when the server has no words for it (Ceph)', async () => {
    answer = (_, response) => sendError(response, 404, 'NoSuchKey');
    const failure = await failureOf(storage.read(ref));
    expect(failure.message).toBe('Object “dir/k” in bucket “b” does not exist (NoSuchKey).');
  });

  test('about the bucket, when it is the bucket that is absent', async () => {
    answer = (_, response) => sendError(response, 404, 'NoSuchBucket');
    const failure = await failureOf(storage.read(ref));
    expect(failure.message).toBe('Bucket “b” does not exist (NoSuchBucket).');
    expect(failure.key).toBeUndefined();
  });

  test('what JSON says, where that comes in place of XML (Ceph, before it knows that S3 is spoken)', async () => {
    answer = (_, response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"Code":"InvalidRequest","Message":""}');
    expect(await failureOf(storage.read(ref))).toMatchObject({
      kind: 'invalid-input',
      code: 'InvalidRequest',
    });
  });

  test.each([
    ['text/html', '<html><head><title>403</title></head><body><hr>nginx<br></body></html>'],
    ['text/plain', 'Forbidden'],
    ['application/xml', '<Error><Code>Acc'],
  ])('what its status says, when the body is %s that S3 does not send', async (type, body) => {
    answer = (_, response) => response.writeHead(403, { 'content-type': type }).end(body);
    const failure = await failureOf(storage.read(ref));
    expect(failure).toMatchObject({ kind: 'access-denied', code: '403' });
    expect(failure.message).not.toContain('@aws-sdk');
  });
});

describe('a redirect', () => {
  test.each([301, 302, 307, 308])('of status %i is not followed', async (status) => {
    let followed = false;
    answer = (request, response) => {
      if (request.path === '/elsewhere') followed = true;
      response.writeHead(status, { location: `${server.endpoint}/elsewhere` }).end();
    };
    expect(await failureOf(storage.read(ref))).toMatchObject({ kind: 'wrong-region', retryable: false });
    expect(followed).toBe(false);
  });

  test('is told of without the password or signature that it carries', async () => {
    const location = 'https://me:hidden@elsewhere.example/b/k?X-Amz-Signature=hidden#hidden';
    answer = (_, response) => response.writeHead(307, { location }).end();
    const { message } = await failureOf(storage.read(ref));
    expect(message).toContain('at https://elsewhere.example/b/k;');
    expect(message).not.toContain('hidden');
  });

  test('names the region that the bucket is in', async () => {
    answer = (_, response) =>
      sendError(response, 301, 'PermanentRedirect', { headers: { 'x-amz-bucket-region': 'eu-central-1' } });
    const failure = await failureOf(storage.listPage({ bucket: 'b' }));
    expect(failure.message).toBe(
      'Bucket “b” is in region eu-central-1, the connection is set to us-east-1 (PermanentRedirect).',
    );
    expect(failure.nextStep).toContain('region');
  });

  test('by words: AWS names the region in the body when the request was signed for another', async () => {
    answer = (_, response) =>
      sendError(response, 400, 'AuthorizationHeaderMalformed', { elements: '<Region>eu-west-2</Region>' });
    const failure = await failureOf(storage.listPage({ bucket: 'b' }));
    expect(failure.kind).toBe('wrong-region');
    expect(failure.message).toContain('eu-west-2');
  });

  test('by status alone: AWS answers a HEAD for another region with 400', async () => {
    answer = (_, response) => response.writeHead(400, { 'x-amz-bucket-region': 'eu-west-2' }).end();
    const failure = await failureOf(storage.stat(ref));
    expect(failure.kind).toBe('wrong-region');
    expect(failure.message).toContain('eu-west-2');
  });
});

describe('a clock that is wrong', () => {
  test('is named with both times, and the next attempt is signed by the clock of the server', async () => {
    const ahead = new Date(Date.now() + 3 * 3_600_000);
    const seen: string[] = [];
    answer = (request, response) => {
      seen.push(String(request.headers['x-amz-date']));
      if (seen.length > 1) return sendPage(response, {});
      const elements = `<RequestTime>20260102T030405Z</RequestTime><ServerTime>${ahead.toISOString()}</ServerTime>`;
      return sendError(response, 403, 'RequestTimeTooSkewed', {
        elements,
        headers: { date: ahead.toUTCString() },
      });
    };
    const failure = await failureOf(storage.listPage({ bucket: 'b' }));
    expect(failure).toMatchObject({ kind: 'clock-skew', retryable: true });
    expect(failure.message).toContain('2026-01-02T03:04:05.000Z');
    expect(failure.message).toContain(ahead.toISOString());
    await storage.listPage({ bucket: 'b' });
    expect(seen[1]?.slice(0, 11)).toBe(ahead.toISOString().replace(/[-:]/gu, '').slice(0, 11));
  });
});
