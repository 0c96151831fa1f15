export interface ConcurrencyOptions<T> {
  /** Units that may be under way at once; a unit is one item, unless `weight` says otherwise. At least 1. */
  limit: number;
  /** Units that an item takes. One heavier than `limit` runs alone. */
  weight?: (item: T) => number;
  /** Items that may be under way at once, whatever they weigh. Default: `limit`. */
  maxItems?: number;
  signal?: AbortSignal | undefined;
}

/**
 * The one concurrency primitive: pulls `source`, runs `work` on several items at once, and yields the results in the
 * order of the source. An item's units are taken before its work begins and given back when its result has been
 * consumed (the loop asks for the next), so that a slow consumer bounds the memory and holds back the source.
 *
 * The first failure, an abort of `signal`, or the consumer leaving aborts the signal that each `work` was given, waits
 * until all work under way has ended, closes the source, and then throws (or returns).
 *
 * @throws whatever `source` or `work` throws; the signal's reason when it is aborted.
 */
export async function* mapConcurrent<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  options: ConcurrencyOptions<T>,
): AsyncGenerator<R, void, undefined> {
  const { limit, weight = () => 1, maxItems = limit, signal } = options;
  const stop = new AbortController();
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  type Running = { units: number; result: Promise<R> };
  const running: Running[] = [];
  let units = 0;
  let next: T | undefined;
  let hasNext = false;
  let ended = false;
  let pulling: Promise<void> | undefined;

  const onAbort = () => stop.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', onAbort, { once: true });
  const aborted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);

  const pull = async () => {
    const step = await iterator.next();
    if (step.done === true) ended = true;
    else {
      next = step.value;
      hasNext = true;
    }
  };
  const startWhatFits = () => {
    while (hasNext && running.length < maxItems) {
      const item = next as T;
      const needs = weight(item);
      if (running.length > 0 && units + needs > limit) return;
      hasNext = false;
      next = undefined;
      units += needs;
      const result = work(item, stop.signal);
      result.catch(() => undefined); // looked at when its turn comes
      running.push({ units: needs, result });
      return;
    }
  };

  try {
    for (;;) {
      startWhatFits();
      if (!hasNext && !ended && running.length < maxItems) {
        pulling ??= pull().finally(() => {
          pulling = undefined;
        });
      }
      const first = running[0];
      if (first === undefined) {
        if (pulling === undefined) {
          if (hasNext) continue;
          return;
        }
        await Promise.race([pulling, aborted]);
        continue;
      }
      const settled = first.result.then(
        () => true,
        () => true,
      );
      if (pulling !== undefined) {
        const winner = await Promise.race([settled, pulling.then(() => false), aborted]);
        if (!winner) continue;
      }
      const value = await Promise.race([first.result, aborted]);
      yield value;
      running.shift();
      units -= first.units;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort(new DOMException('The work was stopped.', 'AbortError'));
    await Promise.allSettled([...running.map((r) => r.result), pulling]);
    await iterator.return?.();
  }
}
