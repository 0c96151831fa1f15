import { getEventListeners } from 'node:events';
import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mapConcurrent } from '#storage/concurrency.ts';
import { until } from '#test/support/fault-server.ts';

interface Plan {
  items: { units: number; turns: number }[];
  limit: number;
  maxItems: number;
  /** Turns of the event loop that the consumer takes for each result, and the source for each item. */
  slow: { consumer: number; source: number };
}

const plans: fc.Arbitrary<Plan> = fc.record({
  items: fc.array(
    fc.record({ units: fc.integer({ min: 0, max: 12 }), turns: fc.integer({ min: 0, max: 4 }) }),
    {
      maxLength: 30,
    },
  ),
  limit: fc.integer({ min: 1, max: 8 }),
  maxItems: fc.integer({ min: 1, max: 6 }),
  slow: fc.record({ consumer: fc.integer({ min: 0, max: 2 }), source: fc.integer({ min: 0, max: 2 }) }),
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await tick();
}

/** A source that counts what was pulled from it, and knows whether it was closed. */
function watchedSource(plan: Plan): {
  items: AsyncIterable<number>;
  state: { pulled: number; closed: boolean };
} {
  const state = { pulled: 0, closed: false };
  async function* items() {
    try {
      for (const index of plan.items.keys()) {
        await turns(plan.slow.source);
        state.pulled += 1;
        yield index;
      }
    } finally {
      state.closed = true;
    }
  }
  return { items: items(), state };
}

/** Work that takes its item's turns, and keeps account of what is under way. */
function watchedWork(plan: Plan, failAt = -1) {
  const held = new Set<number>();
  const seen = { started: 0, ended: 0, failed: false };
  const unitsOf = (index: number) => plan.items[index]?.units ?? 0;
  const work = async (index: number, signal: AbortSignal) => {
    seen.started += 1;
    held.add(index);
    const units = [...held].reduce((sum, each) => sum + unitsOf(each), 0);
    if (held.size > 1 && units > plan.limit) seen.failed = true;
    if (held.size > plan.maxItems) seen.failed = true;
    try {
      await turns(plan.items[index]?.turns ?? 0);
      signal.throwIfAborted();
      if (index === failAt) throw new Error(`item ${index}`);
      return index;
    } finally {
      seen.ended += 1;
    }
  };
  return { work, held, seen, unitsOf };
}

describe('working on several at once', () => {
  test('gives every result, in order, and never holds more than the limits', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { items, state } = watchedSource(plan);
        const { work, held, seen, unitsOf } = watchedWork(plan);
        const results: number[] = [];
        const { limit, maxItems } = plan;
        for await (const index of mapConcurrent(items, work, { limit, maxItems, weight: unitsOf })) {
          // What is held ahead of a slow consumer: the items under way, and one that waits for its units.
          expect(state.pulled - results.length).toBeLessThanOrEqual(maxItems + 1);
          await turns(plan.slow.consumer);
          results.push(index);
          held.delete(index);
        }
        expect(results).toEqual([...plan.items.keys()]);
        expect(seen).toEqual({ started: plan.items.length, ended: plan.items.length, failed: false });
        expect(state.closed).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('uses what it may: as many at once as the limit allows', async () => {
    let most = 0;
    let now = 0;
    const work = async () => {
      most = Math.max(most, (now += 1));
      await sleep(5);
      now -= 1;
    };
    for await (const _ of mapConcurrent(Array.from({ length: 40 }), work, { limit: 8 }));
    expect(most).toBe(8);
  });

  test('fills up also while the consumer is busy with one result', async () => {
    let started = 0;
    const work = async () => void (started += 1);
    const results = mapConcurrent(Array.from({ length: 20 }), work, { limit: 5 });
    await results.next();
    await until(() => started === 5);
    await results.return();
  });

  test('a failure comes in its turn, after all work has ended, and closes the source', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(29), async (plan, at) => {
        fc.pre(at < plan.items.length);
        const { items, state } = watchedSource(plan);
        const { work, seen } = watchedWork(plan, at);
        const results: number[] = [];
        const running = (async () => {
          for await (const index of mapConcurrent(items, work, { limit: plan.limit })) results.push(index);
        })();
        await expect(running).rejects.toThrow(`item ${at}`);
        expect(results).toEqual([...Array(at).keys()]);
        expect(seen.started).toBe(seen.ended);
        expect(state.closed).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('the work is told to stop when the consumer leaves, and the source is closed', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(29), async (plan, at) => {
        const { items, state } = watchedSource(plan);
        const { work, seen } = watchedWork(plan);
        for await (const index of mapConcurrent(items, work, { limit: plan.limit })) if (index === at) break;
        expect(seen.started).toBe(seen.ended);
        expect(state.closed).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('stops at once when told to, waits for the work under way, and leaves nothing on the signal', async () => {
    const controller = new AbortController();
    let ended = 0;
    const work = async (_: number, signal: AbortSignal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await turns(3);
      ended += 1;
      throw signal.reason;
    };
    const results = mapConcurrent([1, 2, 3, 4], work, { limit: 3, signal: controller.signal });
    const first = results.next();
    await turns(5);
    const reason = new DOMException('enough', 'AbortError');
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(ended).toBe(3);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect(results.next()).resolves.toEqual({ done: true, value: undefined });
  });

  test('a signal that is aborted already starts nothing', async () => {
    let started = 0;
    const results = mapConcurrent([1], async () => void (started += 1), {
      limit: 1,
      signal: AbortSignal.abort(),
    });
    await expect(results.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(started).toBe(0);
  });

  test('a source that fails does so after the results before it', async () => {
    async function* source() {
      yield 1;
      yield 2;
      throw new Error('the source broke');
    }
    const results: number[] = [];
    const running = (async () => {
      for await (const item of mapConcurrent(source(), async (n) => n, { limit: 4 })) results.push(item);
    })();
    await expect(running).rejects.toThrow('the source broke');
    expect(results).toEqual([1, 2]);
  });

  test('a source that cannot be closed does not hide what went wrong', async () => {
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: 1 }),
        return: async () => {
          throw new Error('closing');
        },
      }),
    };
    const running = mapConcurrent(source, () => Promise.reject(new Error('working')), { limit: 1 }).next();
    await expect(running).rejects.toThrow('working');
  });

  test('work that throws before it returns a promise is a failure like any other', async () => {
    const work = () => {
      throw new Error('at once');
    };
    await expect(mapConcurrent([1, 2], work, { limit: 2 }).next()).rejects.toThrow('at once');
  });

  test('results can come as they are ready, so that none waits for a slow one before it', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const work = async (n: number) => {
      if (n === 0) await gate;
      return n;
    };
    const results: number[] = [];
    for await (const n of mapConcurrent([0, 1, 2, 3, 4], work, { limit: 2, order: 'done' })) {
      results.push(n);
      if (n === 4) open();
    }
    expect(results).toEqual([1, 2, 3, 4, 0]);
  });

  test('the limit can be changed while work is under way', async () => {
    let limit = 1;
    let running = 0;
    const most: number[] = [];
    const work = async (n: number) => {
      running += 1;
      most[limit] = Math.max(most[limit] ?? 0, running);
      await turns(3);
      running -= 1;
      return n;
    };
    for await (const n of mapConcurrent([...Array(40).keys()], work, { limit: () => limit, order: 'done' })) {
      if (n === 9) limit = 4;
    }
    expect(most[1]).toBe(1);
    expect(most[4]).toBe(4);
  });

  test('limits below one are refused', async () => {
    for (const limit of [0, -1, Number.NaN]) {
      await expect(mapConcurrent([1], async () => 1, { limit }).next()).rejects.toThrow(RangeError);
    }
  });

  test('a hundred thousand items do not grow the memory', async () => {
    function* many() {
      for (let i = 0; i < 100_000; i++) yield { index: i, ballast: new Uint8Array(1024) };
    }
    const { signal } = new AbortController();
    let sum = 0;
    for await (const n of mapConcurrent(many(), async ({ ballast }) => ballast.length, { limit: 16, signal }))
      sum += n;
    expect(sum).toBe(102_400_000);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(90_000_000);
  });
});
