import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { startFaultServer } from '#test/support/fault-server.ts';

const contents = (key: string, size: number) =>
  `<Contents><Key>${key}</Key><LastModified>2024-01-02T03:04:05.678Z</LastModified>` +
  `<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag><Size>${size}</Size></Contents>`;
const listing = (keys: string[]) =>
  '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated>' +
  `<EncodingType>url</EncodingType>${keys.map((key) => contents(key, key.length)).join('')}</ListBucketResult>`;

async function storageWith(answer: Parameters<typeof startFaultServer>[0]) {
  const server = await startFaultServer(answer);
  const storage = createS3Storage({ settings: localSettings(server.endpoint), secretAccessKey: 's' });
  onTestFinished(async () => {
    storage.close();
    await server.close();
  });
  return storage;
}

test('pages that arrive at the same time, of any length and in any pieces, keep apart', async () => {
  const keysOf = (prefix: string) => Array.from({ length: Number(prefix) }, (_, n) => `${prefix}/${n}%20`);
  const storage = await storageWith(async (request, response) => {
    const body = Buffer.from(listing(keysOf(request.query.get('prefix') ?? '')));
    const piece = 1 + (body.length >> 2);
    for (let at = 0; at < body.length; at += piece) {
      response.write(body.subarray(at, at + piece));
      await delay(1);
    }
    response.end();
  });
  const counts = Array.from({ length: 40 }, (_, n) => String(1 + ((n * 37) % 900)));
  for (let round = 0; round < 2; round++) {
    const pages = await Promise.all(
      counts.map((prefix) => storage.listKeysPage({ bucket: 'bucket', prefix })),
    );
    for (const [index, page] of pages.entries()) {
      const keys = keysOf(counts[index] ?? '').map((key) => key.replace('%20', ' '));
      expect(keys.map((_, at) => page.key(at))).toEqual(keys);
    }
  }
});

test('a page that breaks off is a connection that broke, and the next one is whole', async () => {
  let isBroken = true;
  const body = listing(['a', 'b']);
  const storage = await storageWith((_, response) => {
    response.writeHead(200, { 'content-length': body.length });
    if (isBroken) response.write(body.slice(0, 150), () => response.destroy());
    else response.end(body);
  });
  await expect(storage.listKeysPage({ bucket: 'bucket' })).rejects.toMatchObject({ kind: 'unreachable' });
  isBroken = false;
  const page = await storage.listKeysPage({ bucket: 'bucket' });
  expect([page.key(0), page.key(1), page.count]).toEqual(['a', 'b', 2]);
});
