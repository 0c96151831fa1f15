import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { Fault, FaultRequest } from '#sandbox/faults.ts';
import { clientFor, sandboxFor, send, sendSigned, sharedSandbox, sign, xmlText } from './support.ts';

let plan: ((request: FaultRequest) => Fault | undefined) | undefined;
const shared = sharedSandbox({ faults: (request) => plan?.(request), allowFaultHeader: true });

const CONTENT = 'x'.repeat(100_000);

async function object(): Promise<{ Bucket: string; Key: string; path: string }> {
  plan = undefined;
  const Bucket = await shared.bucket();
  await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: CONTENT }));
  return { Bucket, Key: 'k', path: `/${Bucket}/k` };
}

/** Asks with a fault, and says what came: a status and code, or how the connection ended. */
async function ask(path: string, fault: Fault, method = 'GET', body = ''): Promise<unknown[]> {
  const { headers } = sign(shared.sandbox, { method, path, body });
  try {
    const answer = await send(shared.sandbox, {
      method,
      path,
      body,
      headers: { ...headers, 'x-cooper-fault': JSON.stringify(fault) },
    });
    return [answer.status, xmlText(answer.body, 'Code')];
  } catch (error) {
    return [error instanceof Error && 'code' in error ? error.code : error];
  }
}

describe('a fault that a request names', () => {
  test('answers with an error', async () => {
    const { path } = await object();
    expect(await ask(path, { slowDown: true })).toEqual([503, 'SlowDown']);
    expect(await ask(path, { expiredToken: true })).toEqual([400, 'ExpiredToken']);
    expect(await ask(path, { error: { status: 500, code: 'InternalError' } })).toEqual([
      500,
      'InternalError',
    ]);
    expect(await ask(path, { error: { status: 418, code: 'Teapot', message: 'No.' } })).toEqual([
      418,
      'Teapot',
    ]);
  });

  test('ends the connection before the answer, or in the middle of it', async () => {
    const { path } = await object();
    expect(await ask(path, { reset: 0 })).toEqual(['ECONNRESET']);
    expect(await ask(path, { reset: 5000 })).toEqual(['ECONNRESET']);
    expect(await ask(path, { truncate: 5000 })).toEqual(['ECONNRESET']);
    expect(await ask(path, { truncate: 0 })).toEqual(['ECONNRESET']);
  });

  test('ends an upload in its middle, and nothing is stored', async () => {
    const { path } = await object();
    const [code] = await ask(`${path}-new`, { reset: 5000 }, 'PUT', CONTENT);
    expect(['ECONNRESET', 'EPIPE']).toContain(code);
    expect((await sendSigned(shared.sandbox, { path: `${path}-new` })).status).toBe(404);
  });

  test('gives exactly the bytes before the cut', async () => {
    const { Bucket, Key } = await object();
    plan = () => ({ truncate: 7777 });
    const { Body, ContentLength } = await shared.s3.send(new GetObjectCommand({ Bucket, Key }));
    let received = 0;
    const reading = async () => {
      for await (const chunk of Body as AsyncIterable<Buffer>) received += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect([received, ContentLength]).toEqual([7777, CONTENT.length]);
  });

  test('says nothing more, and the connection stays', async () => {
    const { Bucket, Key } = await object();
    for (const stall of [0, 5000]) {
      plan = () => ({ stall });
      const abortSignal = AbortSignal.timeout(200);
      const attempt = async () => {
        const { Body } = await shared.s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
        return Body?.transformToString();
      };
      expect(await attempt().catch(() => 'gave up')).toBe('gave up');
      expect(abortSignal.aborted).toBe(true);
    }
  });

  test('delays, or lies about the ETag', async () => {
    const { Bucket, Key, path } = await object();
    expect(await ask(path, { delayMs: 20 })).toEqual([200, undefined]);
    const right = await shared.s3.send(new HeadObjectCommand({ Bucket, Key }));
    plan = () => ({ wrongEtag: true });
    const wrong = await shared.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(wrong.ETag).not.toBe(right.ETag);
  });
});

describe('a fault plan', () => {
  test('sees each request, and can let the second attempt pass', async () => {
    const { Bucket, Key } = await object();
    const seen: FaultRequest[] = [];
    plan = (request) => {
      seen.push(request);
      return request.count === 1 ? { slowDown: true } : undefined;
    };
    const patient = clientFor(shared.sandbox, { maxAttempts: 3 });
    const { ContentLength } = await patient.send(new HeadObjectCommand({ Bucket, Key }));
    expect(ContentLength).toBe(CONTENT.length);
    expect(seen.map(({ method, bucket, key, count }) => [method, bucket, key, count])).toEqual([
      ['HEAD', Bucket, 'k', 1],
      ['HEAD', Bucket, 'k', 2],
    ]);
    plan = undefined;
  });
});

test('without leave the header of a fault means nothing', async () => {
  const sandbox = await sandboxFor();
  const answer = await send(sandbox, { path: '/', headers: { 'x-cooper-fault': '{"slowDown":true}' } });
  expect(answer.status).toBe(403);
});
