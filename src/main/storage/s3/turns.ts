import { abortReason } from '../errors.ts';
import { watchAbort } from '../watch-abort.ts';

/** A fixed number of turns, given out in the order in which they were asked for. */
export class Turns {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves when it is the caller's turn. Throws the signal's reason when told to stop before. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(onTurn);
        stopWatching();
      };
      const onTurn = () => {
        leave();
        resolve();
      };
      const onAbort = () => {
        leave();
        reject(abortReason(signal));
      };
      this.#waiting.add(onTurn);
      const stopWatching = watchAbort(signal, onAbort);
    });
  }

  /** Gives a turn back: once for each that was taken. */
  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free += 1;
    else next();
  }
}
