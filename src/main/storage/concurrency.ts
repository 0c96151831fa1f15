import { setMaxListeners } from 'node:events';

export interface ConcurrencyOptions<T> {
  /**
   * Units that may be under way at once; a unit is one item, unless `weight` says otherwise. At least 1. A function is
   * asked before each item, so that the limit can be changed meanwhile.
   */
  limit: number | (() => number);
  /** Units that an item takes. One heavier than `limit` runs alone. */
  weight?: (item: T) => number;
  /** Items that may be under way at once, whatever they weigh. Default: `limit`. A function is asked like that of `limit`. */
  maxItems?: number | (() => number);
  /** `source` (the default): results in the order of the source. `done`: as they come, so that none waits for a slow one before it. */
  order?: 'source' | 'done';
  signal?: AbortSignal | undefined;
}

/**
 * The one concurrency primitive: pulls `source`, runs `work` on several items at once, and yields the results, in the
 * order of the source unless told otherwise. An item's units are taken before its work begins and given back when its result has been
 * consumed (the loop asks for the next), so that a slow consumer bounds the memory and holds back the source.
 *
 * A failure is thrown in its turn, after the results before it. That, an abort of `signal` (at once), or the consumer
 * leaving aborts the signal that each `work` was given, waits until all work under way has ended, closes the source,
 * and then throws (or returns). The source is pulled one item ahead; it has to watch the signal by itself.
 *
 * @throws whatever `source` or `work` throws; the signal's reason when it is aborted.
 */
export async function* mapConcurrent<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  options: ConcurrencyOptions<T>,
): AsyncGenerator<R, void, undefined> {
  const { weight = () => 1, order = 'source', signal } = options;
  const given = options.limit;
  const limit = typeof given === 'function' ? given : () => given;
  const most = options.maxItems;
  const maxItems = typeof most === 'function' ? most : () => most ?? limit();
  if (!(limit() >= 1 && maxItems() >= 1)) throw new RangeError('The limits of concurrency are at least 1.');
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let isStopped = false;
  const running: Running<R>[] = [];
  const stop = new AbortController();
  // More than ten that listen at once are no leak, which Node would warn of.
  setMaxListeners(0, stop.signal);
  let units = 0;
  let state: SourceState<T> = { is: 'idle' };
  let pull: Promise<void> = Promise.resolve();
  // One sleeper, many wakers. Racing against a long-lived promise would keep a reaction for every item.
  let wake = () => {};

  const pullNext = async () => {
    try {
      const step = await iterator.next();
      state =
        step.done === true ? { is: 'ended' } : { is: 'full', item: step.value, units: weight(step.value) };
    } catch (error) {
      state = { is: 'failed', error };
    }
    if (!isStopped) advance();
    wake();
  };
  const run = async (entry: Running<R>, item: T) => {
    try {
      entry.settled = { value: await work(item, stop.signal) };
    } catch (error) {
      entry.settled = { error };
    }
    wake();
  };
  /** Begins what fits and pulls one more; also while the consumer is busy with what it was given. */
  const advance = () => {
    if (
      state.is === 'full' &&
      running.length < maxItems() &&
      (running.length === 0 || units + state.units <= limit())
    ) {
      const entry: Running<R> = {
        units: state.units,
        settled: undefined,
        done: Promise.resolve(),
      };
      units += entry.units;
      running.push(entry);
      entry.done = run(entry, state.item);
      state = { is: 'idle' };
    }
    if (state.is === 'idle' && running.length < maxItems()) {
      state = { is: 'pulling' };
      pull = pullNext();
    }
  };
  const stopAll = (reason: unknown) => {
    isStopped = true;
    if (running.length > 0) stop.abort(reason); // else all went well
  };
  const onAbort = () => {
    stopAll(signal?.reason);
    wake();
  };
  const close = async () => {
    signal?.removeEventListener('abort', onAbort);
    if (!isStopped) stopAll(new DOMException('The work was stopped.', 'AbortError'));
    await Promise.all([...running.map((entry) => entry.done), pull]);
    if (state.is !== 'ended' && state.is !== 'failed') await iterator.return?.();
  };

  signal?.addEventListener('abort', onAbort, { once: true });
  let failed = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      advance();
      const at =
        order === 'source'
          ? 0
          : Math.max(
              0,
              running.findIndex(({ settled }) => settled !== undefined),
            );
      const next = running[at];
      if (next === undefined) {
        const now = sourceState();
        if (now.is === 'ended') return;
        if (now.is === 'failed') throw now.error;
      } else if (next.settled !== undefined) {
        if ('error' in next.settled) throw next.settled.error;
        yield next.settled.value;
        running.splice(at, 1);
        units -= next.units;
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // What was thrown first is what the caller has to know; what goes wrong while closing would hide it.
    await close().catch((error: unknown) => (failed ? undefined : Promise.reject(error)));
  }

  /** Read through a function: the compiler cannot see that the callbacks above change it. */
  function sourceState(): SourceState<T> {
    return state;
  }
}

interface Running<R> {
  units: number;
  settled: { value: R } | { error: unknown } | undefined;
  done: Promise<void>;
}

type SourceState<T> =
  | { is: 'idle' }
  | { is: 'pulling' }
  /** An item that waits for its units. */
  | { is: 'full'; item: T; units: number }
  | { is: 'ended' }
  | { is: 'failed'; error: unknown };
