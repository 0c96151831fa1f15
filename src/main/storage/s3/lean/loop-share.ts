import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long there may be work before everything else that waits for the event loop has its turn, ms. */
const AT_A_STRETCH_MS = 4;

/**
 * Shares the event loop: many answers may arrive in the same moment, each of which takes a while to be read. One for all
 * the work that has to keep within the time together.
 */
export class LoopShare {
  #begunAt: number | undefined;

  /** Does the work at once, unless the time is used up: then in a later round of the event loop. */
  async run<T>(work: () => T): Promise<T> {
    while (this.#begunAt !== undefined && performance.now() - this.#begunAt > AT_A_STRETCH_MS)
      await nextTurn();
    if (this.#begunAt === undefined) {
      this.#begunAt = performance.now();
      // After a whole round, in which everything else had its turn.
      setImmediate(() =>
        setImmediate(() => {
          this.#begunAt = undefined;
        }),
      );
    }
    return work();
  }
}
