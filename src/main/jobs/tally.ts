import type { Failure } from '#shared/failure.ts';
import { FAILURES_SHOWN, type Progress } from '#shared/job.ts';

const INTERVAL_MS = 100;

/** The running figures of one operation. */
export class Tally {
  objects = 0;
  bytes = 0;
  current: string | undefined;
  /** Set once something is known of how much there is. */
  total: { objects: number; bytes: number; isFinal: boolean } | undefined;
  #failures: Progress['failures'] = { count: 0, first: [] };
  #dueAt = 0;

  fail(failure: Failure): void {
    const { count, first } = this.#failures;
    this.#failures = { count: count + 1, first: count < FAILURES_SHOWN ? [...first, failure] : first };
  }

  get failures(): Progress['failures'] {
    return this.#failures;
  }

  /** True once every 100 ms: it is time to tell how far things are. */
  isDue(): boolean {
    const now = performance.now();
    if (now < this.#dueAt) return false;
    this.#dueAt = now + INTERVAL_MS;
    return true;
  }

  snapshot(): Progress {
    const { total, current } = this;
    const amount = (done: number, ofTotal: number | undefined) =>
      total === undefined || ofTotal === undefined
        ? { done }
        : { done, total: Math.max(done, ofTotal), totalIsFinal: total.isFinal };
    return {
      objects: amount(this.objects, total?.objects),
      bytes: amount(this.bytes, total?.bytes),
      failures: this.#failures,
      ...(current !== undefined && { current }),
    };
  }
}
