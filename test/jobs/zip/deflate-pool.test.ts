import { randomBytes } from 'node:crypto';
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DeflatePool } from '#jobs/zip/deflate-pool.ts';

describe('threads that deflate', () => {
  it.each([1, 3])('give each its own bytes, checksum and stream, on %i threads', async (size) => {
    const pool = new DeflatePool(size);
    const given = Array.from({ length: 60 }, (_, i) => Buffer.alloc(5000 + i * 977, `text ${i} `));
    const results = await Promise.all(given.map((bytes) => pool.deflate(new Uint8Array(bytes))));
    for (const [i, { raw, data, crc32: crc }] of results.entries()) {
      const bytes = given[i] ?? Buffer.alloc(0);
      expect(Buffer.compare(raw, bytes)).toBe(0);
      expect(Buffer.compare(inflateRawSync(data), bytes)).toBe(0);
      expect(crc).toBe(crc32(bytes));
    }
  });

  it('take the bytes over, and refer to what came before', async () => {
    const dictionary = new Uint8Array(randomBytes(10_000));
    const bytes = new Uint8Array(dictionary);
    const answer = new DeflatePool(1).deflate(bytes, { dictionary, finishFlush: constants.Z_FINISH });
    expect(bytes.length).toBe(0);
    const { data } = await answer;
    expect(data.length).toBeLessThan(500);
    expect(Buffer.compare(inflateRawSync(data, { dictionary }), dictionary)).toBe(0);
  });

  it('go on after a task that cannot be done', async () => {
    const pool = new DeflatePool(1);
    const tasks = [-1000, constants.Z_FINISH].map((finishFlush) =>
      pool.deflate(new Uint8Array(100), { finishFlush }),
    );
    const [failed, done] = await Promise.allSettled(tasks);
    expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'RangeError' } });
    expect(done?.status).toBe('fulfilled');
  });
});
