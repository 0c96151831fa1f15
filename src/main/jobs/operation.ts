import type { Progress } from '#shared/job.ts';
import type { Storage } from '#storage/storage.ts';

/** What an operation yields: how far it is, and what it knows of its result by then. */
export interface Step<R> {
  progress: Progress;
  result?: R;
}

/** One verb: something that is done to many objects, takes its time, and can be stopped. */
export interface Operation<I, R> {
  /**
   * Checks what can be checked before anything is done, and changes nothing.
   * @throws StorageError for what is missing or in the way; the signal's reason.
   */
  prepare(storage: Storage, input: I, signal: AbortSignal): Promise<void>;
  /**
   * Does it. Yields about every 100 ms while there is news, and last of all its final step. An object that cannot be
   * worked on is counted in `progress.failures`; what ends the whole operation is thrown. However it ends, by itself, by
   * an error, by the signal or by its consumer leaving, it leaves nothing half-done behind.
   */
  run(storage: Storage, input: I, signal: AbortSignal): AsyncGenerator<Step<R>, void, undefined>;
}
