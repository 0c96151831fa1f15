import { setTimeout as delay } from 'node:timers/promises';
import type { Job, JobEvent } from '#shared/job.ts';

/** Ten changes of one job a second. */
const INTERVAL_MS = 100;

type Jobs = ReadonlyMap<string, { snapshot(): Job }>;

/** One viewer of the jobs: remembers which of them have changed since it was last told, and nothing else. */
export class Watcher {
  readonly #jobs: Jobs;
  readonly #changed = new Set<string>();
  /** Jobs that the viewer knows of. */
  readonly #shown = new Set<string>();
  readonly #end = new AbortController();
  #wake = () => {};

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** The job has changed, or is gone. */
  changed(id: string): void {
    if (this.#jobs.has(id) || this.#shown.has(id)) this.#changed.add(id);
    else this.#changed.delete(id); // gone before it was ever told of
    this.#wake();
  }

  /** Makes `events` tell what it still has to, and end. */
  end(): void {
    this.#end.abort();
    this.#wake();
  }

  async *events(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined> {
    const onAbort = () => this.end();
    const isLeft = () => signal?.aborted === true;
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      yield this.#all();
      while (!isLeft()) {
        if (this.#changed.size === 0) {
          if (this.#end.signal.aborted) return;
          await this.#change();
          continue;
        }
        const ids = [...this.#changed];
        this.#changed.clear();
        for (const id of ids) {
          if (isLeft()) return;
          const event = this.#event(id);
          if (event !== undefined) yield event;
        }
        await delay(INTERVAL_MS, undefined, { signal: this.#end.signal }).catch(() => undefined);
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #all(): JobEvent {
    for (const id of this.#jobs.keys()) this.#shown.add(id);
    this.#changed.clear();
    return { type: 'all', jobs: [...this.#jobs.values()].map((job) => job.snapshot()) };
  }

  #event(id: string): JobEvent | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined) return this.#shown.delete(id) ? { type: 'removed', id } : undefined;
    this.#shown.add(id);
    return { type: 'changed', job: job.snapshot() };
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
