import { setTimeout as delay } from 'node:timers/promises';
import { StorageError, isAbort } from './errors.ts';
import type { Storage } from './storage.ts';

export interface RetryPolicy {
  /** How often one call is tried at most, the first time included. */
  attempts: number;
  /** The longest first pause, ms. It doubles with each attempt. */
  baseMs: number;
  /** The longest pause, ms, unless the server asks for a longer one. */
  maxMs: number;
  /** No pause begins that would end later than this after the first attempt began, ms. */
  totalMs: number;
  /** 0 to 1, as `Math.random`. */
  random: () => number;
  /** Waits; throws the signal's reason when told to stop. */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Told before each pause. */
  onRetry?: ((retry: { attempt: number; delayMs: number; error: StorageError }) => void) | undefined;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 6,
  baseMs: 200,
  maxMs: 20_000,
  totalMs: 120_000,
  random: Math.random,
  sleep: pause,
};

/**
 * How long to wait after attempt number `attempt` (from 1) failed with `error`: exponential backoff with full jitter
 * (any moment up to the doubled bound, so that many clients do not come back at once), never sooner than the server asked
 * for. Undefined when the call is not to be tried again.
 */
export function retryDelayMs(
  policy: Pick<RetryPolicy, 'attempts' | 'baseMs' | 'maxMs' | 'totalMs' | 'random'>,
  tried: { attempt: number; elapsedMs: number; error: unknown },
): number | undefined {
  const { attempt, elapsedMs, error } = tried;
  if (!(error instanceof StorageError) || !error.retryable || attempt >= policy.attempts) return undefined;
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const delayMs = Math.max(Math.round(policy.random() * bound), error.retryAfterMs ?? 0);
  return elapsedMs + delayMs > policy.totalMs ? undefined : delayMs;
}

/** Calls until it succeeds, or the policy says that it is not worth it: then throws the last error. */
export async function retrying<T>(
  call: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  const begun = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      const delayMs = retryDelayMs(policy, { attempt, elapsedMs: performance.now() - begun, error });
      if (delayMs === undefined || !(error instanceof StorageError)) throw error;
      policy.onRetry?.({ attempt, delayMs, error });
      await policy.sleep(delayMs, signal);
    }
  }
}

/**
 * The same storage, each call of it tried again while that is worth it. Not tried again: a write whose body is a stream
 * (it cannot be sent twice), and the bytes of a read once its body has begun (`readResumed` goes on from there).
 */
export function withRetries(storage: Storage, changes: Partial<RetryPolicy> = {}): Storage {
  const policy = { ...defaultRetryPolicy, ...changes };
  return {
    listBuckets: (options) => retrying(() => storage.listBuckets(options), policy, options?.signal),
    createBucket: (bucket, options) =>
      retrying((attempt) => createBucket(storage, bucket, attempt, options), policy, options?.signal),
    listPage: (input, options) => retrying(() => storage.listPage(input, options), policy, options?.signal),
    stat: (ref, options) => retrying(() => storage.stat(ref, options), policy, options?.signal),
    read: (ref, options) => retrying(() => storage.read(ref, options), policy, options?.signal),
    write: (input, options) =>
      input.body instanceof Uint8Array
        ? retrying(() => storage.write(input, options), policy, options?.signal)
        : storage.write(input, options),
    close: () => storage.close(),
  };
}

/** An attempt whose answer got lost may have made the bucket: then "you have it already" is success. */
async function createBucket(
  storage: Storage,
  bucket: string,
  attempt: number,
  options: { signal?: AbortSignal | undefined } | undefined,
): Promise<void> {
  try {
    await storage.createBucket(bucket, options);
  } catch (error) {
    const ours = error instanceof StorageError && error.code === 'BucketAlreadyOwnedByYou';
    if (attempt === 1 || !ours) throw error;
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
