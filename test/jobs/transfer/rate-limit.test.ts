import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RateLimit } from '#jobs/transfer/rate-limit.ts';

it('lets no more through than allowed over any time, and all of it in the end', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1_000, max: 100_000 }), (sizes, rate) => {
      let now = 1_000_000;
      const limit = new RateLimit(
        () => rate,
        () => now,
      );
      let passed = 0;
      for (const bytes of sizes) {
        while (!limit.tryTake(bytes)) now += 1;
        passed += bytes;
        // The burst, and the piece that is on its way.
        expect(passed).toBeLessThanOrEqual(((now - 1_000_000 + 201) * rate) / 1000 + 5_000);
      }
      const least = ((passed - (sizes.at(-1) ?? 0)) / rate) * 1000 - 200;
      expect(now - 1_000_000).toBeGreaterThanOrEqual(Math.floor(least));
      expect(now - 1_000_000).toBeLessThanOrEqual(Math.ceil((passed / rate) * 1000) + sizes.length);
    }),
  );
});

it('holds nothing back without a rate, and notices when it changes', async () => {
  let rate: number | undefined;
  const limit = new RateLimit(() => rate);
  expect(limit.tryTake(1e12)).toBe(true);
  expect(limit.tryTake(1e12)).toBe(true);
  rate = 10;
  expect(limit.tryTake(1_000)).toBe(true);
  expect(limit.tryTake(1)).toBe(false);
  const waiting = limit.take(1);
  rate = undefined;
  await waiting;
});

it('stops waiting when it is told to', async () => {
  const limit = new RateLimit(() => 1);
  await limit.take(100);
  const stop = new AbortController();
  const waiting = limit.take(1, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
