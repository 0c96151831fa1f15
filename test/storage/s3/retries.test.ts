import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { withRetries } from '#storage/retry.ts';
import { sendError, sendPage, until } from '#test/support/fault-server.ts';
import { connect, quick, ref } from '#test/support/faults.ts';

describe('a busy or failing server', () => {
  test('is asked again until it answers', async () => {
    const retries: string[] = [];
    const { storage, server } = await connect((_, response, count) => {
      if (count === 1) sendError(response, 503, 'SlowDown');
      else if (count === 2) sendError(response, 500, 'InternalError');
      else if (count === 3) response.destroy();
      else sendPage(response, { keys: ['a'] });
    });
    const patient = withRetries(storage, { ...quick, onRetry: ({ error }) => retries.push(error.kind) });
    const page = await patient.listPage({ bucket: 'b' });
    expect(page.objects.map(({ key }) => key)).toEqual(['a']);
    expect(retries).toEqual(['throttled', 'server-error', 'unreachable']);
    expect(server.requests).toHaveLength(4);
  });

  test('is asked again for a page whose connection broke in the middle', async () => {
    const { storage } = await connect((_, response, count) => {
      if (count > 2) return sendPage(response, { keys: ['a'] });
      response.writeHead(200, count === 1 ? { 'content-length': '5000' } : {});
      return response.write('<ListBucketResult><Name>b</Name>', () => setImmediate(() => response.destroy()));
    });
    await expect(storage.listPage({ bucket: 'b' })).rejects.toMatchObject({ retryable: true });
    const page = await withRetries(storage, quick).listPage({ bucket: 'b' });
    expect(page.objects).toHaveLength(1);
  });

  test('is left alone for as long as it asks for', async () => {
    const pauses: number[] = [];
    const { storage } = await connect((_, response, count) =>
      count === 1
        ? sendError(response, 503, 'SlowDown', { headers: { 'retry-after': '7' } })
        : sendPage(response, {}),
    );
    let now = 0;
    const sleep = async (ms: number) => {
      pauses.push(ms);
      now += ms;
    };
    const patient = withRetries(storage, { ...quick, now: () => now, sleep });
    await patient.listPage({ bucket: 'b' });
    expect(pauses).toEqual([7000]);
  });

  test('is left alone by every call of the connection, not only by the one that it was too busy for', async () => {
    let isBusy = true;
    const { storage, server } = await connect((_, response) =>
      isBusy
        ? sendError(response, 503, 'SlowDown', { headers: { 'retry-after': '1' } })
        : sendPage(response, {}),
    );
    let passing: (() => void)[] = [];
    let now = 0;
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => {
        passing.push(() => {
          now += ms;
          resolve();
        });
      });
    const patient = withRetries(storage, { ...quick, now: () => now, sleep });
    const first = patient.listPage({ bucket: 'b' });
    await until(() => passing.length === 1);
    isBusy = false;
    const others = Promise.all([patient.listPage({ bucket: 'b' }), patient.stat(ref), patient.stat(ref)]);
    await until(() => passing.length === 2); // the first of them waits, and the others for it
    expect(server.requests).toHaveLength(1);
    let isOver = false;
    void Promise.all([first, others]).finally(() => {
      isOver = true;
    });
    await until(() => {
      const due = passing;
      passing = [];
      for (const pass of due) pass();
      return isOver;
    });
    expect(server.requests).toHaveLength(5);
  });

  test('is not asked for ever', async () => {
    const { storage, server } = await connect((_, response) => sendError(response, 503, 'SlowDown'));
    await expect(withRetries(storage, quick).stat(ref)).rejects.toMatchObject({
      kind: 'throttled',
      retryable: true,
    });
    expect(server.requests).toHaveLength(6);
  });

  test('is not asked again for what will not change', async () => {
    const { storage, server } = await connect((_, response) => sendError(response, 403, 'AccessDenied'));
    await expect(withRetries(storage, quick).read(ref)).rejects.toMatchObject({ kind: 'access-denied' });
    expect(server.requests).toHaveLength(1);
  });

  test('gets bytes again, but not a stream, which cannot be sent twice', async () => {
    const { storage, server } = await connect((_, response, count) =>
      count === 1 || count === 3
        ? sendError(response, 503, 'SlowDown')
        : response.writeHead(200, { etag: '"e"' }).end(),
    );
    const patient = withRetries(storage, quick);
    expect(await patient.write({ ...ref, body: Buffer.from('bytes') })).toEqual({ etag: 'e' });
    const body = { stream: Readable.from([Buffer.from('bytes')]), contentLength: 5 };
    await expect(patient.write({ ...ref, body })).rejects.toMatchObject({ kind: 'throttled' });
    expect(server.requests).toHaveLength(3);
  });

  test('may have made the bucket though its answer was lost', async () => {
    const { storage } = await connect((_, response, count) =>
      count === 1 ? response.destroy() : sendError(response, 409, 'BucketAlreadyOwnedByYou'),
    );
    await withRetries(storage, quick).createBucket('b');
    await expect(withRetries(storage, quick).createBucket('b')).rejects.toMatchObject({
      kind: 'already-exists',
    });
  });

  test('stops being asked when the user stops the work, also between two attempts', async () => {
    const controller = new AbortController();
    const { storage, server } = await connect((_, response) => sendError(response, 503, 'SlowDown'));
    const patient = withRetries(storage, { baseMs: 1e6, maxMs: 1e6, totalMs: 1e9, random: () => 1 });
    const call = patient.stat(ref, { signal: controller.signal });
    await until(() => server.requests.length === 1);
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests).toHaveLength(1);
  });
});
