import { setTimeout as delay } from 'node:timers/promises';
import type { Failure } from '#shared/failure.ts';
import type { Job, JobState, Progress } from '#shared/job.ts';
import type { TransferJobInput, TransferRecord } from '#shared/transfer.ts';
import { isAbort } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';
import { JobClock } from '../job-clock.ts';
import type { Task } from '../verbs.ts';
import type { BoundTransfer, OpenTransfer } from './bound-transfer.ts';
import { KeptTransfer, stateOf } from './kept-transfer.ts';
import type { TransferQueue } from './queue.ts';
import { DamagedError } from './record-file.ts';
import type { TransferStore } from './store.ts';
import type { TransferContext } from './transfer.ts';
import { waitsFor } from './waiting.ts';

/** Why a transfer was told to stop. */
type Stop = 'pause' | 'cancel' | 'quit' | 'again';
class StopRequest extends DOMException {
  readonly why: Stop;
  constructor(why: Stop) {
    super('The transfer was told to stop.', 'AbortError');
    this.why = why;
  }
}

/** The first pause before it is tried again, and the longest. */
const PAUSE_MS = { first: 2_000, longest: 60_000 };

export interface TransferHost {
  queue: TransferQueue;
  store: TransferStore;
  /** Opens what a transfer works with. @throws StorageError, SettingsError */
  contextOf(input: TransferJobInput): Promise<TransferContext>;
  onChange(id: string): void;
  onBug(error: unknown): void;
}

/** One transfer, over all its runs, from when it was asked for until it is dismissed. */
export class TransferJob {
  readonly id: string;
  readonly #input: TransferJobInput;
  readonly #bound: BoundTransfer;
  readonly #host: TransferHost;
  readonly #kept: KeptTransfer;
  readonly #clock: JobClock;
  #state: JobState;
  #task: Task;
  #progress: Progress | undefined;
  #stop = new AbortController();
  /** Why it is to stop; set until it does, also when it was told to begin anew just before. */
  #halting: Stop | undefined;
  /** How often it was started without having ended since. */
  #starts = 0;
  #wake = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(input: TransferJobInput, bound: BoundTransfer, host: TransferHost, kept?: TransferRecord) {
    this.id = kept?.id ?? crypto.randomUUID();
    this.#input = input;
    this.#bound = bound;
    this.#host = host;
    this.#kept = new KeptTransfer({ id: this.id, input }, bound, host);
    this.#task = bound.task;
    this.#clock = new JobClock(kept?.startedAt, kept?.finishedAt);
    this.#state = kept === undefined ? { state: 'queued' } : stateOf(kept.state);
  }

  get connectionId(): string {
    return this.#input.connectionId;
  }

  /** Whether it has not ended. */
  get isRunning(): boolean {
    return ['running', 'queued', 'waiting', 'paused'].includes(this.#state.state);
  }

  /** Whether it moves, or waits for its turn. */
  get isWorking(): boolean {
    return this.#state.state === 'running' || this.#state.state === 'queued';
  }

  /** Whether it moves, or would go on by itself. */
  get isMoving(): boolean {
    return this.isRunning && this.#state.state !== 'paused';
  }

  /** @throws StorageError for what it would need and has not */
  async prepare(): Promise<void> {
    await this.#bound.prepare(await this.#host.contextOf(this.#input), this.#stop.signal);
  }

  /** Reads how far it is from its journal, after a restart. What is damaged is set aside, and the transfer has failed. */
  async recover(): Promise<void> {
    try {
      const { progress, task } = (await this.#kept.journal()).now();
      this.#progress = progress;
      this.#task = task;
      await this.#kept.release();
    } catch (error) {
      this.#state = { state: 'failed', failure: await this.#kept.failureOf(error) };
    }
  }

  /** Begins, or goes on; what failed is tried again when told so. Settles when it stands still, however that is; never rejects. */
  start({ retry = false } = {}): Promise<void> {
    // One that has just come to its end may still be putting things away: it begins once more after that.
    if (this.#starts > 0 && this.isMoving && this.#halting === undefined) {
      this.#wake();
      return this.#running;
    }
    this.#stop = new AbortController();
    this.#halting = undefined;
    this.#kept.begin();
    // One that still puts things away may take long: it gets its place when it comes.
    if (this.#starts === 0) this.#host.queue.enter(this.id);
    this.#starts++;
    this.#set({ state: 'queued' });
    const before = this.#running;
    this.#running = before.then(() => this.#go(retry)).finally(() => this.#starts--);
    return this.#running;
  }

  /** Stops moving and keeps everything. */
  pause(): Promise<void> {
    return this.#halt('pause');
  }

  /** Stops moving since Cooper ends; it is offered at the next start. */
  async quit(): Promise<void> {
    await this.#halt('quit');
    await this.#kept.release();
  }

  /** Gives it up: what is half done is taken away, here and on the server. */
  async cancel(): Promise<void> {
    if (this.#isOver || this.#kept.isSetAside) return;
    await this.#halt('cancel');
    await this.#running;
    if (!this.#isOver) await this.#discard(); // else it had come to its end in the same moment
  }

  /** What stood in its way may be over. `anew`: also what is under way is begun again (the computer has slept). */
  wake({ anew = false } = {}): void {
    if (anew && this.#state.state === 'running') this.#stop.abort(new StopRequest('again'));
    this.#wake();
  }

  /** Forgets it, with all that it has on this disk. */
  async dismiss(): Promise<void> {
    if (this.#kept.isSetAside) return;
    await this.#running;
    if (this.#state.state === 'failed' || this.#progress?.failures.count !== 0) await this.#discard();
    await this.#kept.remove();
  }

  snapshot(): Job {
    const progress = this.#progress ?? NOTHING_YET;
    const place = this.#state.state === 'queued' ? this.#host.queue.placeOf(this.id) : undefined;
    return {
      id: this.id,
      ...this.#clock.times(),
      progress,
      ...(this.#state.state === 'running' && this.#clock.speed(progress)),
      ...this.#state,
      ...(place !== undefined && { place }),
      ...this.#task,
    };
  }

  get #isOver(): boolean {
    return this.#state.state === 'cancelled' || this.#state.state === 'done';
  }

  async #halt(why: Stop): Promise<void> {
    if (!this.isMoving) return;
    this.#halting = why;
    this.#stop.abort(new StopRequest(why));
    this.#wake();
    await this.#running;
  }

  async #go(retry: boolean): Promise<void> {
    this.#clock.goOn();
    try {
      await this.#save({ state: 'open' });
      const open = await this.#kept.journal();
      if (retry) await open.retryFailed();
      for (let tries = 0; ; tries++) {
        const outcome = await this.#run(open, tries);
        if (outcome === 'ended') return;
        if (outcome === 'moved') tries = 0;
      }
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#host.queue.leave(this.id);
      // One that could not be written, too: it is opened anew for the next try.
      if (!this.isRunning) await this.#kept.release();
    }
  }

  /** One try: `again` when it is to be tried again, `moved` when that one got further than those before. */
  async #run(open: OpenTransfer, tries: number): Promise<'again' | 'ended' | 'moved'> {
    const before = this.#progress?.objects.done ?? 0;
    const { signal } = this.#stop;
    let give: (() => void) | undefined;
    try {
      give = await this.#host.queue.take(this.id, signal);
      const context = await this.#host.contextOf(this.#input);
      this.#set({ state: 'running' });
      for await (const { progress, task } of open.run(context, signal)) {
        this.#progress = progress;
        this.#task = task;
        this.#clock.measure(progress);
        this.#host.onChange(this.id);
      }
      this.#clock.finish();
      this.#set({ state: 'done' });
      await this.#save({ state: 'done' });
      return 'ended';
    } catch (error) {
      give?.();
      give = undefined;
      if (isAbort(error, signal)) return await this.#stopped(signal);
      const failure = toFailure(error);
      if (waitsFor(failure) === undefined) throw error;
      const hasMoved = (this.#progress?.objects.done ?? 0) > before;
      await this.#wait(failure, hasMoved ? 0 : tries);
      if (signal.aborted) return await this.#stopped(signal);
      return hasMoved ? 'moved' : 'again';
    } finally {
      give?.();
    }
  }

  async #stopped({ reason }: AbortSignal): Promise<'again' | 'ended'> {
    const why = this.#halting ?? (reason instanceof StopRequest ? reason.why : 'pause');
    if (why === 'again') {
      this.#stop = new AbortController();
      return 'again';
    }
    this.#set(why === 'quit' ? { state: 'paused', interrupted: true } : { state: 'paused' });
    await this.#save({ state: why === 'pause' ? 'paused' : 'open' });
    return 'ended';
  }

  /** What needs a person is not tried again before it is woken; the rest after a pause that grows. */
  async #wait(failure: Failure, tries: number): Promise<void> {
    const needsPerson = waitsFor(failure) === 'person';
    const pauseMs = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(tries, 10));
    const until = needsPerson ? undefined : new Date(Date.now() + pauseMs);
    this.#set({ state: 'waiting', failure, ...(until !== undefined && { until }) });
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await delay(needsPerson ? FOREVER_MS : pauseMs, undefined, { signal: woken.signal, ref: false }).catch(
      () => undefined,
    );
    this.#wake = () => {};
  }

  async #discard(): Promise<void> {
    try {
      const open = await this.#kept.journal();
      await open.discard(await this.#host.contextOf(this.#input));
      await this.#kept.remove();
      this.#clock.finish();
      this.#set({ state: 'cancelled' });
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #fail(why: unknown): Promise<void> {
    this.#clock.finish();
    const failure = await this.#kept.failureOf(why);
    this.#set({ state: 'failed', failure });
    if (why instanceof DamagedError) return; // it was set aside: nothing is to be kept in its place
    try {
      await this.#save({ state: 'failed', failure });
    } catch {
      // Perhaps the disk is why it failed. What is kept says that it was at work, so it is offered again.
    }
  }

  #save(state: TransferRecord['state']): Promise<void> {
    return this.#kept.save({ ...this.#clock.times(), state });
  }

  #set(state: JobState): void {
    this.#state = state;
    this.#host.onChange(this.id);
  }
}

const NOTHING_YET: Progress = { objects: { done: 0 }, bytes: { done: 0 }, failures: { count: 0, first: [] } };
const FOREVER_MS = 2 ** 31 - 1;
