import { setTimeout as delay } from 'node:timers/promises';
import { abortReason } from '#storage/errors.ts';

/** How long a pause may be made up for, so that a slow rate is not made of bursts. */
const BURST_SECONDS = 0.2;
/** How soon a changed rate is noticed by who waits. */
const LOOK_MS = 100;

/**
 * Holds back bytes so that no more pass in a second than allowed, over everything that takes from it (a token bucket).
 * The rate can change at any moment.
 */
export class RateLimit {
  readonly #rate: () => number | undefined;
  readonly #now: () => number;
  /** Bytes that were let through ahead of their time, at the moment `#at`. */
  #debt = 0;
  #at: number;

  /**
   * @param rate bytes a second, asked for each time; undefined: as many as come
   * @param now milliseconds of a clock that never goes back
   */
  constructor(rate: () => number | undefined, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#at = now();
  }

  /** Lets the bytes through at once, when nothing before them is still to be waited for. */
  tryTake(bytes: number): boolean {
    const rate = this.#rate();
    if (rate === undefined) return true;
    const now = this.#now();
    this.#debt = Math.max(-rate * BURST_SECONDS, this.#debt - ((now - this.#at) / 1000) * rate);
    this.#at = now;
    if (this.#debt > 0) return false;
    this.#debt += bytes;
    return true;
  }

  /**
   * Resolves when this many bytes may pass.
   * @throws the signal's reason
   */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    while (!this.tryTake(bytes)) {
      const waitMs = (this.#debt / (this.#rate() ?? Number.POSITIVE_INFINITY)) * 1000;
      await delay(Math.min(LOOK_MS, Math.max(1, waitMs)), undefined, { signal }).catch(() => undefined);
      if (signal?.aborted === true) throw abortReason(signal);
    }
  }
}
