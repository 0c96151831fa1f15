import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pacer } from '#storage/pacer.ts';

const limits = { firstMs: 100, mostMs: 2_000, mostHoldMs: 60_000 };

/** A pacer whose clock moves only by its own pauses, and by hand. */
function paced() {
  const clock = { now: 1_000, slept: 0 };
  const pacer = new Pacer({
    ...limits,
    now: () => clock.now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      clock.now += ms;
      clock.slept += ms;
    },
  });
  return { pacer, clock };
}

/** What a server does with calls that come one after another. */
const answers = fc.array(
  fc.oneof(
    fc.constant({ is: 'taken' as const }),
    fc.record({ is: fc.constant('throttled' as const), retryAfterMs: fc.option(fc.nat(100_000)) }),
  ),
  { maxLength: 60 },
);

describe('the pace of a connection', () => {
  test('is not held back at all while nothing is throttled', async () => {
    const { pacer, clock } = paced();
    for (let call = 0; call < 1_000; call++) pacer.taken({ begunAt: await pacer.turn(undefined) });
    expect(clock.slept).toBe(0);
    expect(pacer.pauseMs).toBe(0);
  });

  test('has pauses that double while the server is too busy, shrink while it is not, and stay in their bounds', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const { pacer, clock } = paced();
        let earliest = 0;
        for (const answer of given) {
          const before = pacer.pauseMs;
          const begunAt = await pacer.turn(undefined);
          expect(begunAt).toBeGreaterThanOrEqual(earliest);
          if (answer.is === 'taken') {
            pacer.taken({ begunAt });
            expect(pacer.pauseMs === 0 || pacer.pauseMs === before * 0.75).toBe(true);
            earliest = clock.now + before;
          } else {
            const retryAfterMs = answer.retryAfterMs ?? undefined;
            pacer.throttled({ begunAt, retryAfterMs });
            expect(pacer.pauseMs).toBe(Math.min(2_000, before === 0 ? 100 : before * 2));
            earliest = clock.now + Math.max(pacer.pauseMs, Math.min(60_000, retryAfterMs ?? 0));
          }
        }
        // Once the server takes everything again, it is soon as if nothing had been.
        for (let call = 0; call < 20; call++) pacer.taken({ begunAt: await pacer.turn(undefined) });
        expect(pacer.pauseMs).toBe(0);
        const { slept } = clock;
        await pacer.turn(undefined);
        await pacer.turn(undefined);
        expect(clock.slept).toBe(slept);
      }),
    );
  });

  test('counts it once when many calls that were under way are refused together', async () => {
    const { pacer, clock } = paced();
    const begun = await Promise.all(Array.from({ length: 64 }, () => pacer.turn(undefined)));
    clock.now += 5;
    for (const begunAt of begun) {
      pacer.throttled({ begunAt });
      clock.now += 1;
    }
    expect(pacer.pauseMs).toBe(100);
    for (const begunAt of begun) pacer.taken({ begunAt }); // nor does what began before tell that it is over
    expect(pacer.pauseMs).toBe(100);
  });

  test('lets those who wait begin in their order, each after a pause, and nobody else before them', async () => {
    const { pacer } = paced();
    pacer.throttled({ begunAt: await pacer.turn(undefined) });
    const order: number[] = [];
    const times: number[] = [];
    await Promise.all(
      [0, 1, 2, 3].map(async (n) => {
        times.push(await pacer.turn(undefined));
        order.push(n);
      }),
    );
    expect(order).toEqual([0, 1, 2, 3]);
    expect(times).toEqual([1_100, 1_200, 1_300, 1_400]);
  });

  test('can be left by who waits, and the others go on', async () => {
    const waits: (() => void)[] = [];
    const pacer = new Pacer({
      ...limits,
      now: () => 0,
      sleep: (_ms, signal) =>
        new Promise((resolve, reject) => {
          waits.push(resolve);
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    pacer.throttled({ begunAt: await pacer.turn(undefined) });
    const stops = [new AbortController(), new AbortController()];
    const [first, second] = stops.map(({ signal }) => pacer.turn(signal));
    const third = pacer.turn(undefined);
    stops[1]?.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    stops[0]?.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => waits.length).toBe(2);
    waits[1]?.();
    expect(await third).toBe(0);
  });
});
