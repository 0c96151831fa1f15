import { mapConcurrent } from '#storage/concurrency.ts';
import { isAbort } from '#storage/errors.ts';

/** What became of one item. */
export type Outcome<T, R> = { item: T; value: R } | { item: T; error: unknown };

/**
 * Works on several items at once, in their order; one that fails is told of and does not hold up the others.
 * @throws what `source` throws; the signal's reason.
 */
export function attemptEach<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  { limit, signal }: { limit: number; signal: AbortSignal },
): AsyncGenerator<Outcome<T, R>, void, undefined> {
  const attempt = async (item: T, stop: AbortSignal): Promise<Outcome<T, R>> => {
    try {
      return { item, value: await work(item, stop) };
    } catch (error) {
      if (isAbort(error, stop)) throw error;
      return { item, error };
    }
  };
  return mapConcurrent(source, attempt, { limit, signal });
}

const TICK_MS = 250;

/** The same values, and `undefined` whenever a while has gone by without one: time to tell how far things are. */
export async function* withTicks<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T | undefined, void, undefined> {
  try {
    for (let next = source.next(); ;) {
      const step = await orTick(next);
      if (step === undefined) {
        yield undefined;
        continue;
      }
      if (step.done === true) return;
      yield step.value;
      next = source.next();
    }
  } finally {
    await source.return();
  }
}

async function orTick<T>(next: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tick = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, TICK_MS, undefined);
  });
  try {
    return await Promise.race([next, tick]);
  } finally {
    clearTimeout(timer);
  }
}
