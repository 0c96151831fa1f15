import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflateBlocks } from '#jobs/zip/deflate-blocks.ts';

async function* each(chunks: Uint8Array[]) {
  yield* chunks;
}

async function deflate(chunks: Uint8Array[]): Promise<{ raw: Buffer; data: Buffer }> {
  const [raw, data]: [Uint8Array[], Uint8Array[]] = [[], []];
  for await (const block of deflateBlocks(each(chunks))) {
    raw.push(block.raw);
    data.push(block.data);
  }
  return { raw: Buffer.concat(raw), data: Buffer.concat(data) };
}

describe('deflating in blocks', () => {
  it('makes one stream of any bytes, in whatever pieces they come', async () => {
    const lengths = [0, 1, 1000, 65_536, 524_288, 1_048_575, 1_048_576, 1_048_577, 2_500_000];
    const chunk = fc.record({
      length: fc.constantFrom(...lengths),
      seed: fc.uint8Array({ minLength: 1, maxLength: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 5 }), async (pieces) => {
        const chunks = pieces.map(({ length, seed }) => Buffer.alloc(length, seed));
        const { raw, data } = await deflate(chunks);
        expect(raw.equals(Buffer.concat(chunks))).toBe(true);
        expect(inflateRawSync(data).equals(raw)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('refers across the borders of blocks', async () => {
    const line = Buffer.from(Array.from({ length: 30_000 }, (_, i) => (i * 7919) % 251));
    const { data } = await deflate(Array.from({ length: 100 }, () => line));
    expect(data.length).toBeLessThan(60_000);
  });

  it('passes on why its source ended', async () => {
    async function* broken() {
      yield Buffer.alloc(3_000_000);
      throw new Error('the connection broke');
    }
    await expect(async () => {
      for await (const block of deflateBlocks(broken())) expect(block.raw.length).toBe(1_048_576);
    }).rejects.toThrow('the connection broke');
  });
});
