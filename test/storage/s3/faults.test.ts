import { getEventListeners } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import type { S3Settings } from '#shared/connection.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { readResumed } from '#storage/read.ts';
import { type RetryPolicy, withRetries } from '#storage/retry.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import {
  type Answer,
  type FaultServer,
  sendError,
  sendObject,
  sendPage,
  startFaultServer,
  until,
} from '#test/support/fault-server.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function connect(
  answer: Answer,
  changes: Partial<S3Settings> = {},
): Promise<{ server: FaultServer; storage: Storage }> {
  const server = await startFaultServer(answer);
  const storage = createS3Storage({
    settings: localSettings(server.endpoint, changes),
    secretAccessKey: 's',
  });
  closing.push(
    () => server.close(),
    () => storage.close(),
  );
  return { server, storage };
}

/** Pauses as long as usual in order, but none of them long. */
const quick: Partial<RetryPolicy> = { baseMs: 2, maxMs: 10 };
const ref = { bucket: 'b', key: 'k' };
const object = { bytes: Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 253)), etag: 'e1' };

/** Bytes that are reachable. */
function heapInUse(server: FaultServer): number {
  server.requests.length = 0;
  v8.setFlagsFromString('--expose-gc');
  const collect: unknown = vm.runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

async function gather(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

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

  test('is left alone for as long as it asks for', async () => {
    const pauses: number[] = [];
    const { storage } = await connect((_, response, count) =>
      count === 1
        ? sendError(response, 503, 'SlowDown', { headers: { 'retry-after': '7' } })
        : sendPage(response, {}),
    );
    const patient = withRetries(storage, { ...quick, sleep: async (ms) => void pauses.push(ms) });
    await patient.listPage({ bucket: 'b' });
    expect(pauses).toEqual([7000]);
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

describe('a body that breaks', () => {
  test('is gone on with from where it broke, and every byte arrives once', async () => {
    const { storage, server } = await connect((request, response, count) =>
      sendObject(request, response, object, (bytes) => {
        if (count > 3) response.end(bytes);
        else response.write(bytes.subarray(0, 90_000), () => setImmediate(() => response.destroy()));
      }),
    );
    const bytes = await gather(readResumed(storage, ref, { size: 300_000, etag: 'e1', policy: quick }));
    expect(bytes.equals(object.bytes)).toBe(true);
    expect(server.requests).toHaveLength(4);
    expect(server.requests[0]?.headers.range).toBeUndefined();
    expect(server.requests[1]?.headers.range).toMatch(/^bytes=\d+-$/u);
    expect(server.requests.every(({ headers }) => headers['if-match'] === '"e1"')).toBe(true);
  });

  test('starts at the byte that is wanted', async () => {
    const { storage } = await connect((request, response) => sendObject(request, response, object));
    const bytes = await gather(readResumed(storage, ref, { size: 300_000, etag: 'e1', start: 299_990 }));
    expect(bytes.equals(object.bytes.subarray(299_990))).toBe(true);
  });

  test('is not gone on with once the object has changed', async () => {
    const changing = { ...object };
    const { storage } = await connect((request, response) =>
      sendObject(request, response, changing, (bytes) => {
        changing.etag = 'e2';
        response.write(bytes.subarray(0, 1000), () => setImmediate(() => response.destroy()));
      }),
    );
    const reading = gather(readResumed(storage, ref, { size: 300_000, etag: 'e1', policy: quick }));
    await expect(reading).rejects.toMatchObject({ kind: 'changed', key: 'k' });
  });

  test('is given up when nothing more comes, however often it is tried', async () => {
    const { storage, server } = await connect((request, response) =>
      sendObject(request, response, object, (bytes) => {
        const first = request.headers.range === undefined;
        response.write(bytes.subarray(0, first ? 10 : 0), () => setImmediate(() => response.destroy()));
      }),
    );
    const reading = gather(
      readResumed(storage, ref, { size: 300_000, etag: 'e1', policy: { ...quick, attempts: 3 } }),
    );
    await expect(reading).rejects.toMatchObject({ kind: 'incomplete', bucket: 'b', key: 'k' });
    expect(server.requests).toHaveLength(3);
  });

  test('ends with an error when read plainly, never as if that were all', async () => {
    const { storage } = await connect((request, response) =>
      sendObject(request, response, object, (bytes) => {
        response.write(bytes.subarray(0, 1000), () => setImmediate(() => response.destroy()));
      }),
    );
    const { body, contentLength } = await storage.read(ref);
    expect(contentLength).toBe(300_000);
    await expect(gather(body)).rejects.toMatchObject({ kind: 'incomplete', retryable: true });
  });

  test('is noticed when it is shorter than the server announced', async () => {
    const { storage } = await connect((_, response) => {
      response.socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-length: 10\r\netag: "e"\r\nconnection: close\r\n\r\nshort',
      );
    });
    const { body } = await storage.read(ref);
    await expect(gather(body)).rejects.toMatchObject({ kind: 'incomplete' });
  });

  test('is noticed when it is longer than the range that was announced', async () => {
    const { storage } = await connect((_, response) => {
      response.writeHead(206, { etag: '"e"', 'content-range': 'bytes 0-4/10' });
      response.end('ten bytes.');
    });
    const { body, contentLength } = await storage.read(ref, { range: { start: 0, end: 4 } });
    expect(contentLength).toBe(5);
    await expect(gather(body)).rejects.toMatchObject({ kind: 'incomplete' });
  });

  test('is not taken when the server ignores the range', async () => {
    const { storage } = await connect((_, response) => {
      response.writeHead(200, { etag: '"e"', 'content-length': '10' }).end('ten bytes.');
    });
    const read = storage.read(ref, { range: { start: 5 } });
    await expect(read).rejects.toMatchObject({ kind: 'not-supported' });
  });

  test('is not taken when its length is unknown', async () => {
    const { storage } = await connect((_, response) =>
      response.writeHead(200, { etag: '"e"' }).end('chunked'),
    );
    await expect(storage.read(ref)).rejects.toMatchObject({ kind: 'not-supported', key: 'k' });
  });

  test('of another length than the listing said is not passed off as the object', async () => {
    const { storage } = await connect((request, response) => sendObject(request, response, object));
    const reading = gather(readResumed(storage, ref, { size: 300_001, etag: 'e1', policy: quick }));
    await expect(reading).rejects.toMatchObject({ kind: 'incomplete', retryable: false });
  });
});

describe('silence', () => {
  const idle = { idleTimeoutMs: 100 };

  test('before the answer is a timeout', async () => {
    const { storage } = await connect(() => {}, idle);
    await expect(storage.stat(ref)).rejects.toMatchObject({ kind: 'timeout', retryable: true });
  });

  test('in the middle of a body is a timeout, and the read goes on after it', async () => {
    const { storage } = await connect(
      (request, response, count) =>
        sendObject(request, response, object, (bytes) => {
          if (count === 1) response.write(bytes.subarray(0, 5000));
          else response.end(bytes);
        }),
      idle,
    );
    const plain = await storage.read(ref);
    await expect(gather(plain.body)).rejects.toMatchObject({ kind: 'timeout' });
    const bytes = await gather(readResumed(storage, ref, { size: 300_000, etag: 'e1', policy: quick }));
    expect(bytes.equals(object.bytes)).toBe(true);
  });

  test('of the reader is not one of the server', async () => {
    const large = { bytes: Buffer.alloc(20_000_000, 1), etag: 'e' };
    const { storage } = await connect((request, response) => sendObject(request, response, large), idle);
    const { body } = await storage.read(ref);
    let received = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (received === 0) await new Promise((resolve) => setTimeout(resolve, 500));
      received += chunk.length;
    }
    expect(received).toBe(large.bytes.length);
  });

  test('of the source of a write is not one of the server', async () => {
    const { storage } = await connect(
      (_, response) => void response.writeHead(200, { etag: '"e"' }).end(),
      idle,
    );
    const slow = async function* () {
      yield Buffer.from('one');
      await new Promise((resolve) => setTimeout(resolve, 350));
      yield Buffer.from('two');
    };
    const body = { stream: Readable.from(slow(), { objectMode: false }), contentLength: 6 };
    expect(await storage.write({ ...ref, body })).toEqual({ etag: 'e' });
  });

  test('while a connection is made is a timeout that names the host', async () => {
    // It takes the connection, but never says its part of the TLS handshake.
    const mute = net.createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    closing.push(() => void mute.close());
    const { port } = mute.address() as AddressInfo;
    const settings = localSettings(`https://127.0.0.1:${port}`, { connectTimeoutMs: 150 });
    const storage = createS3Storage({ settings, secretAccessKey: 's' });
    closing.push(() => storage.close());
    const call = storage.listBuckets();
    await expect(call).rejects.toMatchObject({ kind: 'timeout', retryable: true });
    await expect(call).rejects.toThrow(`127.0.0.1:${port}`);
  });
});

describe('sockets', () => {
  test('are bounded, and waiting for a free one is not a failure to connect', async () => {
    const { storage, server } = await connect(
      (_, response) => void setTimeout(() => sendPage(response, {}), 120),
      { connectTimeoutMs: 150 },
    );
    await Promise.all(Array.from({ length: 250 }, () => storage.listPage({ bucket: 'b' })));
    expect(server.requests).toHaveLength(250);
    expect(server.sockets.most).toBeLessThanOrEqual(64);
  });

  test('are kept for the next request', async () => {
    const { storage, server } = await connect((request, response) => sendObject(request, response, object));
    for (let i = 0; i < 5; i++) await gather((await storage.read(ref)).body);
    expect(server.sockets.most).toBe(1);
  });

  test('are freed at once when a body is left, or its reader told to stop', async () => {
    const { storage, server } = await connect((request, response) =>
      sendObject(request, response, object, (bytes) => void response.write(bytes.subarray(0, 1000))),
    );
    const left = await storage.read(ref);
    left.body.destroy();
    const controller = new AbortController();
    const stopped = await storage.read(ref, { signal: controller.signal });
    const reading = gather(stopped.body);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => server.sockets.open === 0);
  });

  test('are given up by a request that was stopped while it waited for one', async () => {
    const held: (() => void)[] = [];
    const { storage, server } = await connect((_, response) => void held.push(() => sendPage(response, {})));
    const first = Array.from({ length: 64 }, () => storage.listPage({ bucket: 'b' }));
    const controller = new AbortController();
    const waiting = storage.listPage({ bucket: 'b' }, { signal: controller.signal });
    const last = storage.listPage({ bucket: 'b' });
    await until(() => held.length === 64);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    for (const answer of held.splice(0)) answer();
    await until(() => held.length === 1);
    held[0]?.();
    await Promise.all([...first, last]);
    expect(server.requests).toHaveLength(65);
  });

  test('are all freed when the connection is closed, and calls under way or later fail', async () => {
    const { storage, server } = await connect(() => {});
    const calls = Array.from({ length: 70 }, () => storage.stat(ref).catch((error: unknown) => error));
    await until(() => server.requests.length === 64);
    storage.close();
    for (const failure of await Promise.all(calls)) {
      expect(failure).toMatchObject({ kind: 'unreachable', retryable: false });
    }
    await until(() => server.sockets.open === 0);
    await expect(storage.stat(ref)).rejects.toMatchObject({ kind: 'unreachable', retryable: false });
  });

  test('thousands of reads leave nothing behind on the signal that they share', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const small = { bytes: Buffer.from('small'), etag: 'e' };
    const { storage, server } = await connect((request, response) => sendObject(request, response, small));
    const { signal } = new AbortController();
    const read = () => gather(readResumed(withRetries(storage), ref, { size: 5, etag: 'e', signal }));
    for await (const _ of mapConcurrent(Array.from({ length: 1_000 }), read, { limit: 32, signal }));
    const before = heapInUse(server);
    for await (const _ of mapConcurrent(Array.from({ length: 4_000 }), read, { limit: 32, signal }));
    const grown = heapInUse(server) - before;
    expect(grown).toBeLessThan(2 * 1024 * 1024);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(warnings).toEqual([]);
    process.off('warning', onWarning);
  }, 120_000);
});
