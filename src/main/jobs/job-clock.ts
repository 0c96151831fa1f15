import type { Job, Progress } from '#shared/job.ts';
import { RateMeter, secondsFor } from './rate.ts';

/** When a job began and ended, and how fast it goes. */
export class JobClock {
  readonly #startedAt: Date;
  readonly #meter = new RateMeter(performance.now());
  #finishedAt: Date | undefined;

  constructor(startedAt = new Date(), finishedAt?: Date) {
    this.#startedAt = startedAt;
    this.#finishedAt = finishedAt;
  }

  /** It has not ended after all. */
  goOn(): void {
    this.#finishedAt = undefined;
  }

  finish(): void {
    this.#finishedAt = new Date();
  }

  measure({ objects, bytes }: Progress): void {
    this.#meter.update(performance.now(), { objects: objects.done, bytes: bytes.done });
  }

  times(): Pick<Job, 'startedAt' | 'finishedAt'> {
    return {
      startedAt: this.#startedAt,
      ...(this.#finishedAt !== undefined && { finishedAt: this.#finishedAt }),
    };
  }

  /** The smoothed rate, and the time that is left when that is known. */
  speed({ objects, bytes, failures }: Progress): Pick<Job, 'rate' | 'secondsLeft'> {
    const { rate } = this.#meter;
    if (rate === undefined) return {};
    if (objects.totalIsFinal !== true || objects.total === undefined || bytes.total === undefined)
      return { rate };
    const left = { objects: objects.total - objects.done - failures.count, bytes: bytes.total - bytes.done };
    const secondsLeft = secondsFor(left, rate);
    return secondsLeft === undefined ? { rate } : { rate, secondsLeft };
  }
}
