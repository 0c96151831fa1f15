import { abortReason } from './errors.ts';
import { watchAbort } from './watch-abort.ts';

export interface PacerOptions {
  /** The pause between two calls after the first time that the server was too busy, ms. It doubles each time. */
  firstMs: number;
  /** The longest pause between two calls, ms. */
  mostMs: number;
  /** The longest time that no call begins because the server asked for it, ms. */
  mostHoldMs: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Waits; throws the signal's reason when told to stop. */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** What is left of a pause after each call that the server took. */
const EASE = 0.75;

/**
 * Spaces the calls of one connection while its server says that it is too busy: all of them, since the server counts all
 * of them. The pause between two calls doubles as long as it is too short, and shrinks with every call that the server
 * takes, to nothing: then calls go out as they come. After the idea of rclone's pacer.
 */
export class Pacer {
  readonly #options: PacerOptions;
  #pauseMs = 0;
  /** No call begins before. */
  #nextAt = Number.NEGATIVE_INFINITY;
  /** When the pause has grown last: what was under way by then says nothing about it. */
  #grownAt = Number.NEGATIVE_INFINITY;
  /** Settles when the last of those who wait is gone. */
  #last: Promise<void> | undefined;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** The pause between two calls now, ms. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /**
   * To be waited for before a call begins, in the order of asking. At once while nothing is throttled.
   * @returns when it begins, by the pacer's clock
   * @throws the signal's reason
   */
  async turn(signal: AbortSignal | undefined): Promise<number> {
    const { now } = this.#options;
    if (this.#last === undefined && this.#pauseMs === 0 && this.#nextAt <= now()) return now();
    const before = this.#last;
    let leave = () => {};
    const mine = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#last = mine;
    try {
      await orAborted(before, signal);
      await this.#untilNext(signal);
      this.#nextAt = Math.max(this.#nextAt, now() + this.#pauseMs);
      return now();
    } finally {
      const gone = () => {
        if (this.#last === mine) this.#last = undefined;
        leave();
      };
      if (before === undefined) gone();
      else void before.then(gone); // whoever gives up does not let the others pass those before
    }
  }

  /** The server was too busy for a call. */
  throttled(call: { begunAt: number; retryAfterMs?: number | undefined }): void {
    const { now, firstMs, mostMs, mostHoldMs } = this.#options;
    const at = now();
    if (call.begunAt >= this.#grownAt) {
      this.#pauseMs = Math.min(mostMs, this.#pauseMs === 0 ? firstMs : this.#pauseMs * 2);
      this.#grownAt = at;
    }
    const holdMs = Math.max(this.#pauseMs, Math.min(mostHoldMs, call.retryAfterMs ?? 0));
    this.#nextAt = Math.max(this.#nextAt, at + holdMs);
  }

  /** The server has taken a call, whatever it said. */
  taken(call: { begunAt: number }): void {
    if (this.#pauseMs === 0 || call.begunAt < this.#grownAt) return;
    this.#pauseMs *= EASE;
    if (this.#pauseMs < this.#options.firstMs / 4) this.#pauseMs = 0;
  }

  async #untilNext(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const until = this.#nextAt;
      const ms = until - this.#options.now();
      if (ms > 0) await this.#options.sleep(ms, signal);
      if (this.#nextAt <= until) return; // else it was put off meanwhile
    }
  }
}

async function orAborted(promise: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (promise === undefined || signal === undefined) return promise;
  let stopWatching = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stopWatching = watchAbort(signal, () => reject(abortReason(signal)));
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    stopWatching();
  }
}
