import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partSizes } from '#jobs/transfer/fetch/verify.ts';
import { RateLimit } from '#jobs/transfer/rate-limit.ts';
import { sendObject, type SeenRequest } from '#test/support/fault-server.ts';
import { connect } from '#test/support/faults.ts';
import { startOddServer } from '#test/support/odd-server.ts';
import { fetchOne, MIB, noise, putInParts, tree } from './fetching.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooper-verify-'));
});
afterEach(() => rm(folder, { recursive: true }));

const md5Of = (bytes: Buffer | string) => createHash('md5').update(bytes).digest('hex');

/** A server that has one object, other bytes of it each time perhaps, and says something of it. */
function serve(
  bytes: () => Buffer,
  says: { etag: string; headers?: http.OutgoingHttpHeaders },
): Parameters<typeof connect>[0] {
  return (request: SeenRequest, response) => {
    for (const [name, value] of Object.entries(says.headers ?? {})) response.setHeader(name, value ?? '');
    if (request.method === 'HEAD') {
      response.writeHead(200, { etag: `"${says.etag}"`, 'content-length': String(bytes().length) }).end();
    } else sendObject(request, response, { bytes: bytes(), etag: says.etag });
  };
}

describe('bytes that are not those of the ETag', () => {
  it('other ones each time: fetched three times, then told, and nothing of them is kept', async () => {
    const etag = md5Of('what it should be');
    const { storage, server } = await connect(serve(() => randomBytes(1000), { etag }));
    const { outcome, notes, moved, retried } = await fetchOne({ storage, folder }, { size: 1000, etag });
    expect(outcome).toMatchObject({ kind: 'incomplete', key: 'k', retryable: false });
    expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
    expect({ notes, moved, retried }).toEqual({ notes: [], moved: 0, retried: 2 });
    expect(await tree(folder)).toEqual({});
  });

  it('in ranges: likewise', async () => {
    const etag = md5Of('what it should be');
    const size = 17 * MIB;
    const { storage } = await connect(serve(() => randomBytes(size), { etag }));
    const { outcome, moved } = await fetchOne({ storage, folder }, { size, etag });
    expect(outcome).toMatchObject({ kind: 'incomplete', retryable: false });
    expect(moved).toBe(0);
    expect(await tree(folder)).toEqual({});
  });

  it('once: fetched again, and right', async () => {
    const right = Buffer.from('right');
    const etag = md5Of(right);
    let reads = 0;
    const { storage } = await connect(serve(() => (++reads === 1 ? Buffer.from('wrong') : right), { etag }));
    const { outcome, moved, retried } = await fetchOne({ storage, folder }, { size: 5, etag });
    expect(outcome).toEqual({ state: 'done', bytes: 5, verified: 'md5' });
    expect({ moved, retried }).toEqual({ moved: 5, retried: 1 });
    expect(await tree(folder)).toEqual({ k: 'right' });
  });
});

describe('P23: an ETag that is no MD5', () => {
  it('as the server says, where it encrypts by a key of its own: judged by the length, at once', async () => {
    const etag = md5Of('something else');
    const headers = { 'x-amz-server-side-encryption': 'aws:kms' };
    const { storage, server } = await connect(serve(() => Buffer.from('bytes'), { etag, headers }));
    const { outcome } = await fetchOne({ storage, folder }, { size: 5, etag });
    expect(outcome).toEqual({ state: 'done', bytes: 5, verified: 'length' });
    expect(server.requests).toHaveLength(1);
  });

  it('though it looks like one, and nothing says so: the same bytes came twice, so those are the object', async () => {
    const etag = md5Of('something else');
    const { storage } = await connect(serve(() => Buffer.from('bytes'), { etag }));
    const { outcome } = await fetchOne({ storage, folder }, { size: 5, etag });
    expect(outcome).toEqual({ state: 'done', bytes: 5, verified: 'length' });
    expect(await tree(folder)).toEqual({ k: 'bytes' });
  });

  it.each(['', 'W/"weak"', 'f'.repeat(64), `${'F'.repeat(32)}-3`, `${'f'.repeat(64)}-2`])(
    'but “%s”: judged by the length',
    async (etag) => {
      const server = await startOddServer({ behaviour: { multipartEtag: () => etag } });
      try {
        const { storage } = server;
        const body = noise(18 * MIB);
        const bucket = 'b-of-odd-etags';
        await storage.createBucket(bucket);
        await putInParts(storage, { bucket, key: 'k', body, partBytes: 5 * MIB });
        const { etag: said } = await storage.stat({ bucket, key: 'k' });
        const { outcome } = await fetchOne({ storage, folder, bucket }, { size: body.length, etag: said });
        expect(outcome).toEqual({ state: 'done', bytes: body.length, verified: 'length' });
        expect(await tree(folder)).toEqual({ k: body.toString('latin1') });
      } finally {
        await server.stop();
      }
    },
  );
});

it('no more is written than the rate allows', async () => {
  const bytes = noise(3 * MIB);
  const etag = md5Of(bytes);
  const { storage } = await connect(serve(() => bytes, { etag }));
  let now = 0;
  const slow = new RateLimit(
    () => MIB,
    () => now,
  );
  const fetching = fetchOne({ storage, folder }, { size: bytes.length, etag }, slow);
  const written = async () => Object.values(await tree(folder))[0]?.length ?? 0;
  await expect.poll(written).toBeGreaterThan(0);
  const first = await written(); // the clock stands still: a piece, and what makes up for a pause before
  expect(first).toBeLessThan(MIB / 2);
  for (; now < 60_000 && (await written()) < bytes.length; now += 100) await delay(20);
  expect(now).toBeGreaterThanOrEqual(2000); // of the clock that the limit goes by
  expect((await fetching).outcome).toMatchObject({ state: 'done', verified: 'md5' });
});

it('sizes of parts that are tried make as many parts as the ETag says', () => {
  for (const size of [1, 5 * MIB, 5 * MIB + 1, 33 * MIB, 5000 * MIB + 7, 5 * 2 ** 40]) {
    for (const count of [1, 2, 3, 7, 63, 1000, 10_000]) {
      for (const bytes of partSizes(size, count)) expect(Math.ceil(size / bytes)).toBe(count);
    }
  }
  expect(partSizes(0, 1)).toEqual([]);
  expect(partSizes(20 * MIB, 2)).toContain(16 * MIB);
  expect(partSizes(10_000 * 16 * MIB + 1, 9412)).toContain(17 * MIB);
});
