import type { Job, JobEvent, JobInput } from '#shared/job.ts';
import { isTransfer } from '#shared/transfer.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { refuseChanges } from './read-only.ts';
import { RunningJob } from './running-job.ts';
import { basicServices, type JobServices } from './services.ts';
import { TransferJob } from './transfer/transfer-job.ts';
import { Transfers } from './transfer/transfers.ts';
import { Watcher } from './watcher.ts';

/** Jobs that have ended and are still shown; beyond that the oldest is forgotten. Transfers stay until they are dismissed. */
const ENDED_KEPT = 200;

/** Runs jobs in the background. They belong to nobody: windows come and go, and watch. */
export class JobRunner {
  readonly #storage: (connectionId: string) => Promise<Storage>;
  readonly #onBug: (error: unknown) => void;
  readonly #services: JobServices;
  readonly #jobs = new Map<string, RunningJob | TransferJob>();
  readonly #transfers: Transfers | undefined;
  /** Jobs being prepared or running, and what settles when that ends. */
  readonly #active = new Map<RunningJob, Promise<unknown>>();
  readonly #watchers = new Set<Watcher>();
  #isClosed = false;

  /**
   * @param storage opens the connection that a job names.
   * @param onBug told of errors that are mistakes in the code: the failure that a job shows leaves their details out.
   * @param services without them, deletions that wait for HCP are forgotten with the process.
   */
  constructor(
    storage: (connectionId: string) => Promise<Storage>,
    onBug: (error: unknown) => void = (error) => console.error(error),
    services: JobServices = basicServices(),
  ) {
    this.#storage = storage;
    this.#onBug = onBug;
    this.#services = services;
    this.#transfers =
      services.transfers && new Transfers(services.transfers, { onChange: (id) => this.#tell(id), onBug });
  }

  /**
   * Takes up what transfers were left from before, each paused as it was. Once, before jobs are started.
   * @returns folders of transfers that could not be read and were set aside
   */
  async restore(): Promise<string[]> {
    if (this.#transfers === undefined) return [];
    const { jobs, damaged } = await this.#transfers.restore();
    for (const job of jobs) {
      this.#jobs.set(job.id, job);
      this.#tell(job.id);
    }
    return damaged;
  }

  /**
   * Checks what the job needs, then starts it and gives its id. When something is missing there is no job.
   * @throws StorageError
   */
  async start(input: JobInput): Promise<string> {
    if (this.#isClosed) throw closedError();
    if (isTransfer(input)) return this.#startTransfer(this.#transfersOf(input.kind).create(input), input);
    const job = new RunningJob(input, this.#services);
    const storage = await this.#track(job, this.#prepare(job, input));
    if (this.#isClosed) throw closedError();
    this.#jobs.set(job.id, job);
    const onChange = () => this.#tell(job.id);
    onChange();
    void this.#track(job, job.run(storage, { onChange, onBug: this.#onBug })).finally(() =>
      this.#forgetOldest(),
    );
    return job.id;
  }

  /** @throws StorageError `not-found` */
  get(id: string): Job {
    return this.#find(id).snapshot();
  }

  /** How many jobs are at work, or wait for their turn; of one connection, or of all. */
  running(connectionId?: string): number {
    const isMeant = (job: RunningJob | TransferJob) =>
      connectionId === undefined || job.connectionId === connectionId;
    return [...this.#jobs.values()].filter((job) => job.isWorking && isMeant(job)).length;
  }

  /**
   * Asks a job to stop; nothing happens when it has ended. It is `cancelled` once it has cleaned up.
   * @throws StorageError `not-found`
   */
  cancel(id: string): void {
    void this.#find(id).cancel();
  }

  /**
   * Stops a transfer and keeps what it has; nothing happens when it has ended.
   * @throws StorageError `not-found`; `not-supported` for a job that is no transfer
   */
  pause(id: string): void {
    void this.#findTransfer(id, 'pause').pause();
  }

  /**
   * Lets a transfer go on that is paused, waits, or has failed; it does again only what is not done.
   * @throws StorageError `not-found`; `not-supported` for a job that is no transfer
   */
  resume(id: string, { retry = false }: { retry?: boolean | undefined } = {}): void {
    void this.#findTransfer(id, 'resume').start({ retry });
  }

  /** Pauses every transfer that moves or waits. */
  pauseAll(): void {
    for (const job of this.#jobs.values()) if (job instanceof TransferJob) void job.pause();
  }

  /** Lets every transfer go on that is paused or waits. */
  resumeAll(): void {
    for (const job of this.#jobs.values()) if (job instanceof TransferJob && job.isRunning) void job.start();
  }

  /** Puts a transfer that waits for its turn before another; before none: last. @throws StorageError `not-found` */
  move(id: string, before: string | undefined): void {
    this.#findTransfer(id, 'reorder');
    this.#transfers?.move(id, before);
  }

  /**
   * What stood in the way may be over: the network is back, credentials or settings were changed. `anew`: the computer has
   * slept, so what was under way is begun again.
   */
  wake(options?: { anew?: boolean }): void {
    this.#transfers?.look();
    for (const job of this.#jobs.values()) if (job instanceof TransferJob) job.wake(options);
  }

  /**
   * Forgets a job that has ended.
   * @throws StorageError `not-found`; `conflict` for one that is running
   */
  dismiss(id: string): void {
    if (this.#find(id).isRunning) {
      const message = 'This job is still running: cancel it first.';
      throw new StorageError({ kind: 'conflict', operation: 'dismiss', message });
    }
    const job = this.#find(id);
    if (job instanceof TransferJob) void job.dismiss().catch((error: unknown) => this.#onBug(error));
    this.#forget(id);
  }

  /**
   * Every job once, then changes only: the latest state of each changed job, at most ten times a second, and its final
   * state for certain. Ends when `signal` is aborted or the runner is closed. Holds no more for a slow consumer than
   * the ids of jobs.
   */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined> {
    const watcher = new Watcher(this.#jobs);
    this.#watchers.add(watcher);
    if (this.#isClosed) watcher.end();
    try {
      yield* watcher.events(signal);
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Cancels every job, but lets transfers keep what they have, and waits until all stand still. No job starts after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#active.keys()) job.cancel();
    const transfers = [...this.#jobs.values()].filter((job) => job instanceof TransferJob);
    await Promise.allSettled([...this.#active.values(), ...transfers.map((job) => job.quit())]);
    for (const watcher of this.#watchers) watcher.end();
  }

  async #prepare(job: RunningJob, input: JobInput): Promise<Storage> {
    const storage = await this.#storage(input.connectionId);
    if (storage.isReadOnly === true) refuseChanges(input);
    await job.prepare(storage);
    return storage;
  }

  async #startTransfer(job: TransferJob, input: JobInput): Promise<string> {
    const storage = await this.#storage(input.connectionId);
    if (storage.isReadOnly === true) refuseChanges(input);
    await job.prepare();
    if (this.#isClosed) throw closedError();
    this.#jobs.set(job.id, job);
    this.#tell(job.id);
    void job.start();
    return job.id;
  }

  #transfersOf(kind: string): Transfers {
    if (this.#transfers !== undefined) return this.#transfers;
    throw new StorageError({ kind: 'not-supported', operation: kind });
  }

  #findTransfer(id: string, operation: string): TransferJob {
    const job = this.#find(id);
    if (job instanceof TransferJob) return job;
    const message = 'Only transfers can be paused, resumed and put into another order.';
    throw new StorageError({ kind: 'not-supported', operation, message });
  }

  async #track<T>(job: RunningJob, work: Promise<T>): Promise<T> {
    this.#active.set(job, work);
    try {
      return await work;
    } finally {
      this.#active.delete(job);
    }
  }

  #find(id: string): RunningJob | TransferJob {
    const job = this.#jobs.get(id);
    if (job !== undefined) return job;
    throw new StorageError({ kind: 'not-found', operation: 'find', message: `There is no job “${id}”.` });
  }

  #forget(id: string): void {
    this.#jobs.delete(id);
    this.#tell(id);
  }

  #forgetOldest(): void {
    const ended = [...this.#jobs.values()].filter((job) => !job.isRunning && !(job instanceof TransferJob));
    for (const job of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) this.#forget(job.id);
  }

  #tell(id: string): void {
    for (const watcher of this.#watchers) watcher.changed(id);
  }
}

function closedError(): StorageError {
  return new StorageError({
    kind: 'conflict',
    operation: 'start',
    message: 'Cooper is closing: no job can be started.',
  });
}
