import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listObjects, listPages } from '#storage/list.ts';
import { decodeKey } from '#storage/s3/listing.ts';
import type { Storage } from '#storage/storage.ts';
import { type Answer, sendError, sendPage, until } from '#test/support/fault-server.ts';
import { connect } from '#test/support/faults.ts';
import { hostileKey } from '#test/support/hostile-keys.ts';

/** Pages `0` to `last`, each with one key. */
const numbered =
  (last: number): Answer =>
  (request, response) => {
    const page = Number(request.query.get('continuation-token') ?? 0);
    sendPage(response, { keys: [`k${page}`], ...(page < last && { nextToken: String(page + 1) }) });
  };

async function keysOf(storage: Storage, options?: Parameters<typeof listPages>[2]): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listObjects(storage, { bucket: 'b' }, options)) keys.push(key);
  return keys;
}

describe('a listing of many pages', () => {
  test('gives all of them in order', async () => {
    const { storage, server } = await connect(numbered(4));
    expect(await keysOf(storage)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4']);
    expect(server.requests).toHaveLength(5);
  });

  test('asks for one page ahead, not for more', async () => {
    const { storage, server } = await connect(numbered(9));
    const pages = listPages(storage, { bucket: 'b' });
    await pages.next();
    await until(() => server.requests.length === 2);
    await pages.next();
    await until(() => server.requests.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toHaveLength(3);
    await pages.return();
  });

  test('asks for nothing ahead when told so', async () => {
    const { storage, server } = await connect(numbered(9));
    const pages = listPages(storage, { bucket: 'b' }, { prefetch: false });
    await pages.next();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.requests).toHaveLength(1);
    await pages.return();
  });

  test('goes on over pages that are empty', async () => {
    const { storage } = await connect((request, response) => {
      const page = Number(request.query.get('continuation-token') ?? 0);
      sendPage(response, {
        keys: page === 3 ? ['only'] : [],
        ...(page < 5 && { nextToken: String(page + 1) }),
      });
    });
    expect(await keysOf(storage)).toEqual(['only']);
  });

  test('fails where a page fails, after what came before it', async () => {
    const { storage } = await connect((request, response, count) =>
      count === 3 ? sendError(response, 500, 'InternalError') : numbered(9)(request, response, count),
    );
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { key } of listObjects(storage, { bucket: 'b' })) seen.push(key);
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'server-error', operation: 'list', bucket: 'b' });
    expect(seen).toEqual(['k0', 'k1']);
  });

  test.each([1, 2, 3, 7])(
    'is an error, not endless, when a server goes in a circle of %i pages',
    async (length) => {
      const { storage, server } = await connect((request, response) => {
        const page = Number(request.query.get('continuation-token') ?? 0);
        sendPage(response, { keys: [`k${page}`], nextToken: String(page < 5 + length - 1 ? page + 1 : 5) });
      });
      await expect(keysOf(storage)).rejects.toMatchObject({ kind: 'server-error', retryable: false });
      expect(server.requests.length).toBeLessThan(60);
    },
  );

  test('is an error, not a short listing, when a server says that there is more but not where', async () => {
    const { storage } = await connect((_, response) => sendPage(response, { keys: ['a'], truncated: true }));
    await expect(keysOf(storage)).rejects.toMatchObject({ kind: 'not-supported', bucket: 'b' });
  });

  test('that is left early stops the request ahead and leaves nothing on the signal', async () => {
    let stopped = 0;
    const { storage, server } = await connect((request, response, count) => {
      if (count === 1) numbered(9)(request, response, count);
      else response.on('close', () => (stopped += 1));
    });
    const { signal } = new AbortController();
    for await (const _ of listPages(storage, { bucket: 'b' }, { signal })) {
      await until(() => server.requests.length === 2);
      break;
    }
    await until(() => stopped === 1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('stops when told to, before and in the middle', async () => {
    const { storage, server } = await connect((request, response, count) => {
      if (count < 3) numbered(9)(request, response, count);
    });
    await expect(keysOf(storage, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(server.requests).toHaveLength(0);
    const controller = new AbortController();
    const reading = keysOf(storage, { signal: controller.signal });
    await until(() => server.requests.length === 3);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('an answer that is no listing', () => {
  test('is a failure when it is an error in the guise of success', async () => {
    const { storage } = await connect((_, response) => sendError(response, 200, 'InternalError'));
    await expect(storage.listPage({ bucket: 'b' })).rejects.toMatchObject({
      kind: 'server-error',
      code: 'InternalError',
    });
  });

  test.each([
    [
      'a login page',
      'text/html',
      '<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Hi</p></body></html>',
    ],
    ['a login page in XHTML', 'text/html', '<html><body>Sign in</body></html>'],
    ['nothing', 'application/xml', ''],
    ['text', 'text/plain', 'OK'],
    ['a torn listing', 'application/xml', '<ListBucketResult><Name>b</Name><Contents><Key>a'],
  ])('is never shown as an empty bucket: %s', async (_, type, body) => {
    const { storage } = await connect((__, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    await expect(storage.listPage({ bucket: 'b' })).rejects.toMatchObject({
      kind: 'server-error',
      retryable: false,
    });
    await expect(storage.listBuckets()).rejects.toMatchObject({ kind: 'server-error', retryable: false });
  });
});

describe('the names in a listing', () => {
  test.each([
    ['as AWS and MinIO encode them', (key: string) => encodeURIComponent(key).replaceAll('%20', '+')],
    ['as Ceph encodes them', (key: string) => encodeURIComponent(key).replaceAll('%2F', '/')],
    [
      'in lower-case hex',
      (key: string) => encodeURIComponent(key).replace(/%../gu, (hex) => hex.toLowerCase()),
    ],
  ])('come back exactly, %s', (_, encode) => {
    fc.assert(
      fc.property(hostileKey(), (key) => {
        expect(decodeKey(encode(key))).toBe(key);
      }),
    );
  });

  test('a plus is a plus, and a percent sign is one, in keys and folders', async () => {
    const { storage } = await connect((_, response) =>
      sendPage(response, { keys: ['a%2Bb+c%2520'], prefixes: ['x+%2B/'], encoding: 'url' }),
    );
    const page = await storage.listPage({ bucket: 'b' });
    expect(page.objects[0]?.key).toBe('a+b c%20');
    expect(page.prefixes).toEqual(['x +/']);
  });

  test('are taken as they are when the server does not encode', async () => {
    const { storage } = await connect((_, response) => sendPage(response, { keys: ['a%2Bb+c &amp; d'] }));
    expect((await storage.listPage({ bucket: 'b' })).objects[0]?.key).toBe('a%2Bb+c & d');
  });

  test('that are not UTF-8 do not cost the page', async () => {
    const { storage } = await connect((_, response) =>
      sendPage(response, { keys: ['ok', 'bad%FF%20%C3%A4', 'half%E4'], encoding: 'url' }),
    );
    const { objects } = await storage.listPage({ bucket: 'b' });
    expect(objects.map(({ key }) => key)).toEqual(['ok', 'bad\ufffd ä', 'half\ufffd']);
  });
});
