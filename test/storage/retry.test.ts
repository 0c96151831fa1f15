import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StorageError } from '#storage/errors.ts';
import { defaultRetryPolicy, retrying, retryDelayMs } from '#storage/retry.ts';

const busy = (retryAfterMs?: number) =>
  new StorageError({ kind: 'throttled', operation: 'list', retryAfterMs });
const never = { ...defaultRetryPolicy, sleep: async () => {} };

describe('the pause before another attempt', () => {
  test('is anything up to a bound that doubles, and never above the longest', () => {
    const attempts = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(attempts, fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const policy = { ...defaultRetryPolicy, attempts: 99, totalMs: 1e9, random: () => random };
        const delay = retryDelayMs(policy, { attempt, elapsedMs: 0, error: busy() });
        expect(delay).toBe(Math.round(random * Math.min(20_000, 200 * 2 ** (attempt - 1))));
      }),
    );
  });

  test('is as long as the server asks for, also beyond the longest of ours', () => {
    const policy = { ...defaultRetryPolicy, random: () => 1 };
    expect(retryDelayMs(policy, { attempt: 1, elapsedMs: 0, error: busy(45_000) })).toBe(45_000);
    expect(retryDelayMs(policy, { attempt: 1, elapsedMs: 0, error: busy(10) })).toBe(200);
  });

  test('is not begun when it would end too late', () => {
    expect(
      retryDelayMs(defaultRetryPolicy, { attempt: 1, elapsedMs: 0, error: busy(500_000) }),
    ).toBeUndefined();
    expect(
      retryDelayMs(defaultRetryPolicy, { attempt: 2, elapsedMs: 120_001, error: busy() }),
    ).toBeUndefined();
  });

  test('does not come after the last attempt, nor after what will not change', () => {
    const denied = new StorageError({ kind: 'access-denied', operation: 'list' });
    expect(retryDelayMs(defaultRetryPolicy, { attempt: 6, elapsedMs: 0, error: busy() })).toBeUndefined();
    expect(retryDelayMs(defaultRetryPolicy, { attempt: 1, elapsedMs: 0, error: denied })).toBeUndefined();
    expect(
      retryDelayMs(defaultRetryPolicy, { attempt: 1, elapsedMs: 0, error: new TypeError('ours') }),
    ).toBeUndefined();
  });
});

describe('trying again', () => {
  test('gives what the first successful attempt gives, and tells of each pause', async () => {
    const told: number[] = [];
    const policy = { ...never, onRetry: ({ attempt }: { attempt: number }) => told.push(attempt) };
    const call = async (attempt: number) => (attempt < 4 ? Promise.reject(busy()) : attempt);
    expect(await retrying(call, policy, undefined)).toBe(4);
    expect(told).toEqual([1, 2, 3]);
  });

  test('ends with the last error', async () => {
    const call = (attempt: number) =>
      Promise.reject(new StorageError({ kind: 'timeout', operation: 'read', message: `attempt ${attempt}` }));
    await expect(retrying(call, never, undefined)).rejects.toThrow('attempt 6');
  });

  test('does not come after a stop', async () => {
    let calls = 0;
    const controller = new AbortController();
    const call = () => {
      calls += 1;
      controller.abort();
      return Promise.reject(busy());
    };
    await expect(retrying(call, never, controller.signal)).rejects.toMatchObject({ kind: 'throttled' });
    expect(calls).toBe(1);
  });
});
