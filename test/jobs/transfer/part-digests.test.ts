import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartDigests } from '#jobs/transfer/fetch/part-digests.ts';
import { SyncedNotes } from '#jobs/transfer/fetch/synced-notes.ts';

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

describe('the ETag of parts', () => {
  it('is that of the whole file, whatever comes first and however it was cut', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cooper-parts-'));
    const shape = fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      partBytes: fc.integer({ min: 1, max: 320 }),
      rangeBytes: fc.integer({ min: 1, max: 320 }),
      seed: fc.array(fc.nat(), { minLength: 300, maxLength: 300 }),
    });
    let number = 0;
    try {
      await fc.assert(
        fc.asyncProperty(shape, async ({ bytes, partBytes, rangeBytes, seed }) => {
          const whole = Buffer.from(bytes);
          const size = whole.length;
          const file = await open(join(folder, String(number++)), 'wx+');
          try {
            const digests = new PartDigests(file.fd, { size, partBytes });
            const starts = Array.from({ length: Math.ceil(size / rangeBytes) }, (_, n) => n * rangeBytes);
            starts.sort((a, b) => (seed[a] ?? 0) - (seed[b] ?? 0));
            for (const start of starts) {
              const end = Math.min(size, start + rangeBytes);
              await file.write(whole, start, end - start, start);
              digests.wrote(start, end);
            }
            const parts = Array.from({ length: Math.ceil(size / partBytes) }, (_, n) =>
              md5(whole.subarray(n * partBytes, (n + 1) * partBytes)),
            );
            expect(await digests.etag()).toBe(`${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}`);
          } finally {
            await file.close();
          }
        }),
        { numRuns: 60 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is none while something is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cooper-parts-'));
    const file = await open(join(folder, 'f'), 'wx+');
    try {
      await file.write(Buffer.alloc(20));
      const digests = new PartDigests(file.fd, { size: 20, partBytes: 8 });
      digests.wrote(0, 10);
      await digests.settled();
      expect(await digests.etag()).toBeUndefined();
    } finally {
      await file.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('notes of what is on the disk', () => {
  it('name only what was written before a sync that has ended, each once', async () => {
    const written: number[] = [];
    const synced = new Set<number>();
    const noted: number[] = [];
    const notes = new SyncedNotes({
      sync: async () => {
        const before = [...written];
        await new Promise(setImmediate);
        for (const index of before) synced.add(index);
      },
      note: async (index) => {
        expect(synced.has(index)).toBe(true);
        noted.push(index);
      },
    });
    for (let index = 0; index < 40; index++) {
      written.push(index);
      await notes.wrote(index, 30 * 2 ** 20);
    }
    await notes.end();
    expect([...noted].sort((a, b) => a - b)).toEqual(written);
  });

  it('are not made when the disk fails, and that is told', async () => {
    const noted: number[] = [];
    const full = new Error('full');
    const notes = new SyncedNotes({
      sync: () => Promise.reject(full),
      note: async (index) => {
        noted.push(index);
      },
    });
    await notes.wrote(0, 1);
    await expect(notes.end()).rejects.toBe(full);
    await expect(notes.wrote(1, 1)).rejects.toBe(full);
    expect(noted).toEqual([]);
  });
});
