import { Worker } from 'node:worker_threads';

/** Threads that had nothing to do for so long are ended, ms. */
const IDLE_MS = 10_000;

export interface ThreadPoolOptions {
  /**
   * The source of a function of one task, which gives `{ result, transfer }`: what comes of it, and the memory that is handed
   * over with it. It may use nothing but `require` and what JavaScript has. As a text, threads are the same in the sources,
   * in tests, and in the bundle, where a file of its own would have another name in each.
   */
  work: string;
  /** Threads at most. */
  size: number;
}

interface Settle<R> {
  resolve: (result: R) => void;
  reject: (error: Error) => void;
}
type Answer<R> = { id: number; result: R } | { id: number; error: Error };

/**
 * Threads that do in one go what would hold up the event loop, or cost it many small steps. They begin when there is
 * something to do, end when there has not been for a while, and keep the process alive only while they are at work. How
 * many tasks there are at once is up to who gives them.
 */
export class ThreadPool<T, R> {
  readonly #options: ThreadPoolOptions;
  readonly #threads: Thread<T, R>[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /**
   * @param transfer memory that is handed over with the task, and is empty here from now on
   * @throws Error what the task threw; that its thread has ended
   */
  async run(task: T, transfer: readonly ArrayBuffer[] = []): Promise<R> {
    clearTimeout(this.#idle);
    try {
      return await this.#thread().run(task, transfer);
    } finally {
      this.#ended();
    }
  }

  /** One without a task, else a new one, else the one with the fewest. */
  #thread(): Thread<T, R> {
    const least = this.#threads.toSorted((a, b) => a.load - b.load)[0];
    if (least !== undefined && (least.load === 0 || this.#threads.length >= this.#options.size)) return least;
    const thread: Thread<T, R> = new Thread(this.#options.work, () => {
      const at = this.#threads.indexOf(thread);
      if (at !== -1) this.#threads.splice(at, 1);
    });
    this.#threads.push(thread);
    return thread;
  }

  #ended(): void {
    if (this.#threads.some(({ load }) => load > 0)) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      for (const thread of this.#threads.splice(0)) thread.end();
    }, IDLE_MS);
    this.#idle.unref();
  }
}

/** Names that a compiler gives to functions mean nothing in a thread. */
const scriptOf = (work: string) => `
const __name = (named) => named;
const { parentPort } = require('node:worker_threads');
const work = ${work};
parentPort.on('message', (tasks) => {
  const handedOver = [];
  const answers = tasks.map(({ id, task }) => {
    try {
      const { result, transfer = [] } = work(task);
      handedOver.push(...transfer);
      return { id, result };
    } catch (error) {
      return { id, error };
    }
  });
  parentPort.postMessage(answers, handedOver);
});
`;

class Thread<T, R> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Settle<R>>();
  #lastId = 0;
  /** Given in this turn of the event loop: they travel together. */
  #tasks: { id: number; task: T }[] = [];

  constructor(work: string, onGone: () => void) {
    this.#worker = new Worker(scriptOf(work), { eval: true, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answers: Answer<R>[]) => this.#answered(answers));
    const gone = (error: Error) => {
      onGone();
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    this.#worker.once('error', gone);
    this.#worker.once('exit', () => gone(new Error('A thread has ended with work to do.')));
  }

  /** Tasks that are not done. */
  get load(): number {
    return this.#waiting.size;
  }

  run(task: T, transfer: readonly ArrayBuffer[]): Promise<R> {
    if (this.#waiting.size === 0) this.#worker.ref();
    const id = ++this.#lastId;
    const settled = new Promise<R>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    if (transfer.length > 0) this.#worker.postMessage([{ id, task }], [...transfer]);
    else if (this.#tasks.push({ id, task }) === 1)
      setImmediate(() => this.#worker.postMessage(this.#tasks.splice(0)));
    return settled;
  }

  end(): void {
    void this.#worker.terminate();
  }

  #answered(answers: Answer<R>[]): void {
    for (const answer of answers) {
      const settle = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) settle?.reject(answer.error);
      else settle?.resolve(answer.result);
    }
    if (this.#waiting.size === 0) this.#worker.unref();
  }
}
