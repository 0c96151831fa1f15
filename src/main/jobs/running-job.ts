import type { Failure } from '#shared/failure.ts';
import type { Job, JobState, Progress } from '#shared/job.ts';
import { isAbort } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';
import type { Storage } from '#storage/storage.ts';
import { JobClock } from './job-clock.ts';
import type { JobServices } from './services.ts';
import { type BoundOperation, bindOperation, type PlainInput, type Task } from './verbs.ts';

const NOTHING_YET: Progress = { objects: { done: 0 }, bytes: { done: 0 }, failures: { count: 0, first: [] } };
/** How often the speed is looked at when nothing happens, so that it falls. */
const IDLE_SAMPLE_MS = 1000;

/** One job, from its start to its end. */
export class RunningJob {
  readonly id = crypto.randomUUID();
  readonly #abort = new AbortController();
  readonly #clock = new JobClock();
  /** Gone once it runs: a job that has ended must not keep the keys that it was given. */
  #operation: BoundOperation | undefined;
  #state: JobState = { state: 'running' };
  #progress = NOTHING_YET;
  #task: Task;

  constructor(input: PlainInput, services: JobServices) {
    const operation = bindOperation(input, services);
    this.#operation = operation;
    this.#task = operation.task;
  }

  get connectionId(): string {
    return this.#task.input.connectionId;
  }

  get isRunning(): boolean {
    return this.#state.state === 'running';
  }

  get isWorking(): boolean {
    return this.isRunning;
  }

  /** @throws StorageError for what the job would need and has not. */
  async prepare(storage: Storage): Promise<void> {
    await this.#operation?.prepare(storage, this.#abort.signal);
  }

  /**
   * Runs until the end, whatever that is; never rejects. To be called once.
   * @param onChange called after every change. @param onBug told of errors that no table knows.
   */
  async run(
    storage: Storage,
    { onChange, onBug }: { onChange: () => void; onBug: (error: unknown) => void },
  ) {
    const { signal } = this.#abort;
    const operation = this.#operation;
    this.#operation = undefined;
    const timer = setInterval(() => {
      this.#clock.measure(this.#progress);
      onChange();
    }, IDLE_SAMPLE_MS);
    try {
      if (operation === undefined) throw new Error('A job runs once.');
      for await (const { progress, task } of operation.run(storage, signal)) {
        this.#progress = progress;
        this.#task = task;
        this.#clock.measure(this.#progress);
        onChange();
      }
      this.#state = { state: 'done' };
    } catch (error) {
      this.#state = isAbort(error, signal)
        ? { state: 'cancelled' }
        : { state: 'failed', failure: failureOf(error, onBug) };
    } finally {
      clearInterval(timer);
      this.#clock.finish();
      onChange();
    }
  }

  /** Asks it to stop. It has when its state says so: by then it has cleaned up. */
  cancel(): void {
    this.#abort.abort();
  }

  snapshot(): Job {
    return {
      id: this.id,
      ...this.#clock.times(),
      progress: this.#progress,
      ...(this.isRunning && this.#clock.speed(this.#progress)),
      ...this.#state,
      ...this.#task,
    };
  }
}

function failureOf(error: unknown, onBug: (error: unknown) => void): Failure {
  const failure = toFailure(error);
  if (failure.kind === 'internal') onBug(error);
  return failure;
}
