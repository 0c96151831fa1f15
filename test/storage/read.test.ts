import { describe, expect, test } from 'vitest';
import { readResumed, readWhole } from '#storage/read.ts';
import { withRetries } from '#storage/retry.ts';
import { sendError, sendObject, until } from '#test/support/fault-server.ts';
import { connect, gather, object, quick, ref } from '#test/support/faults.ts';

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

  test('ends before the byte that is not wanted any more, however often it broke', async () => {
    const { storage, server } = await connect((request, response, count) =>
      sendObject(request, response, object, (bytes) => {
        if (count > 2) response.end(bytes);
        else response.write(bytes.subarray(0, 90_000), () => setImmediate(() => response.destroy()));
      }),
    );
    const etags: string[] = [];
    const input = { size: 300_000, etag: 'e1', start: 1000, end: 250_000, policy: quick };
    const onAnswer = ({ etag, size }: { etag: string; size: number }) => etags.push(`${etag} ${size}`);
    const bytes = await gather(readResumed(storage, ref, { ...input, onAnswer }));
    expect(bytes.equals(object.bytes.subarray(1000, 250_000))).toBe(true);
    expect(server.requests[0]?.headers.range).toBe('bytes=1000-249999');
    expect(server.requests.every(({ headers }) => headers.range?.endsWith('-249999') === true)).toBe(true);
    expect(etags).toEqual(server.requests.map(() => 'e1 300000'));
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

  test('of an object with a weak ETag is gone on with, and compared by hand', async () => {
    const weak = { bytes: object.bytes, etag: 'W/"1"' };
    const { storage, server } = await connect((request, response, count) =>
      sendObject(request, response, weak, (bytes) => {
        if (count % 2 === 0) response.end(bytes);
        else response.write(bytes.subarray(0, 9_000), () => setImmediate(() => response.destroy()));
      }),
    );
    const input = { size: 300_000, etag: weak.etag, policy: quick };
    expect((await gather(readResumed(storage, ref, input))).equals(object.bytes)).toBe(true);
    expect(server.requests.every(({ headers }) => headers['if-match'] === undefined)).toBe(true);
    weak.etag = 'W/"2"';
    await expect(gather(readResumed(storage, ref, input))).rejects.toMatchObject({ kind: 'changed' });
  });

  test('of a server without ETags is not gone on with once the object has another date', async () => {
    let modified = 'Mon, 23 Nov 2026 12:00:00 GMT';
    const { storage } = await connect((request, response) => {
      const start = Number(/\d+/u.exec(request.headers.range ?? '0')?.[0]);
      response.writeHead(start === 0 ? 200 : 206, {
        'content-length': String(300_000 - start),
        'last-modified': modified,
        ...(start > 0 && { 'content-range': `bytes ${start}-299999/300000` }),
      });
      modified = 'Mon, 23 Nov 2026 12:00:05 GMT';
      response.write(object.bytes.subarray(start, start + 1000), () =>
        setImmediate(() => response.destroy()),
      );
    });
    const reading = gather(readResumed(storage, ref, { size: 300_000, etag: '', policy: quick }));
    await expect(reading).rejects.toMatchObject({ kind: 'changed', key: 'k' });
  });

  test('is not asked for again and again on top of the retries of each request', async () => {
    const { storage, server } = await connect((request, response) => {
      if (request.headers.range !== undefined) sendError(response, 503, 'SlowDown');
      else {
        sendObject(request, response, object, (bytes) => {
          response.write(bytes.subarray(0, 1000), () => setImmediate(() => response.destroy()));
        });
      }
    });
    const retrying = withRetries(storage, { ...quick, attempts: 3 });
    const reading = gather(readResumed(retrying, ref, { size: 300_000, etag: 'e1', policy: quick }));
    await expect(reading).rejects.toMatchObject({ kind: 'throttled' });
    expect(server.requests).toHaveLength(4);
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

describe('an object that is read at once', () => {
  test('comes by one request', async () => {
    const { storage, server } = await connect((request, response) => sendObject(request, response, object));
    const bytes = await readWhole(storage, ref, { size: 300_000, etag: 'e1', policy: quick });
    expect(bytes.equals(object.bytes)).toBe(true);
    expect(server.requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      [undefined, '"e1"'],
    ]);
    expect(server.sockets.most).toBe(1);
  });

  test('is read again when it breaks off, and every byte is there once', async () => {
    const { storage } = await connect((request, response, count) =>
      sendObject(request, response, object, (bytes) => {
        if (count > 3) response.end(bytes);
        else response.write(bytes.subarray(0, 90_000), () => setImmediate(() => response.destroy()));
      }),
    );
    const bytes = await readWhole(storage, ref, { size: 300_000, etag: 'e1', policy: quick });
    expect(bytes.equals(object.bytes)).toBe(true);
  });

  test('is not taken for another, shorter or longer one', async () => {
    const { storage } = await connect((request, response) => sendObject(request, response, object));
    const read = (described: { size: number; etag: string }) =>
      readWhole(storage, ref, { ...described, policy: quick });
    await expect(read({ size: 299_999, etag: 'e1' })).rejects.toMatchObject({ kind: 'incomplete' });
    await expect(read({ size: 300_001, etag: 'e1' })).rejects.toMatchObject({ kind: 'incomplete' });
    await expect(read({ size: 300_000, etag: 'e2' })).rejects.toMatchObject({ kind: 'changed' });
  });

  test('ends at once when told to stop', async () => {
    const { storage, server } = await connect((request, response) =>
      sendObject(request, response, object, (bytes) => void response.write(bytes.subarray(0, 1000))),
    );
    const controller = new AbortController();
    const reading = readWhole(storage, ref, { size: 300_000, etag: 'e1', signal: controller.signal });
    await until(() => server.requests.length === 1);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => server.sockets.open === 0);
  });
});
