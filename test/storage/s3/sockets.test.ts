import { getEventListeners } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mapConcurrent } from '#storage/concurrency.ts';
import { readResumed } from '#storage/read.ts';
import { withRetries } from '#storage/retry.ts';
import { MAX_SOCKETS } from '#storage/s3/agent.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { type FaultServer, sendObject, sendPage, until } from '#test/support/fault-server.ts';
import { connect, gather, object, quick, ref } from '#test/support/faults.ts';

/** Bytes that are reachable. */
function heapInUse(server: FaultServer): number {
  server.requests.length = 0;
  v8.setFlagsFromString('--expose-gc');
  const collect: unknown = vm.runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

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
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as AddressInfo;
    const settings = localSettings(`https://127.0.0.1:${port}`, { connectTimeoutMs: 150 });
    const storage = createS3Storage({ settings, secretAccessKey: 's' });
    onTestFinished(() => storage.close());
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
    await Promise.all(Array.from({ length: 3 * MAX_SOCKETS }, () => storage.listPage({ bucket: 'b' })));
    expect(server.requests).toHaveLength(3 * MAX_SOCKETS);
    expect(server.sockets.most).toBeLessThanOrEqual(MAX_SOCKETS);
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
    const first = Array.from({ length: MAX_SOCKETS }, () => storage.listPage({ bucket: 'b' }));
    const controller = new AbortController();
    const waiting = storage.listPage({ bucket: 'b' }, { signal: controller.signal });
    const last = storage.listPage({ bucket: 'b' });
    await until(() => held.length === MAX_SOCKETS);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    for (const answer of held.splice(0)) answer();
    await until(() => held.length === 1);
    held[0]?.();
    await Promise.all([...first, last]);
    expect(server.requests).toHaveLength(MAX_SOCKETS + 1);
  });

  test('are all freed when the connection is closed, and calls under way or later fail', async () => {
    const { storage, server } = await connect(() => {});
    const calls = Array.from({ length: MAX_SOCKETS + 6 }, () =>
      storage.stat(ref).catch((error: unknown) => error),
    );
    await until(() => server.requests.length === MAX_SOCKETS);
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
