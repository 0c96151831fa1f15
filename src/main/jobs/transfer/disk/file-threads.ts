import { Worker } from 'node:worker_threads';
import { type FileDone, type FileTask, fileWork } from './file-work.ts';

/** While one waits for its disk, others go on. */
const THREADS = 4;
/** Threads that had nothing to do for so long are ended, ms. */
const IDLE_MS = 5_000;

/**
 * A script and not a module of its own, so that it is the same in the bundle, in an archive, and in tests. Names that a
 * compiler gives to functions mean nothing here.
 */
const SCRIPT = `
const __name = (named) => named;
const { parentPort } = require('node:worker_threads');
const work = (${fileWork.toString()})({ fs: require('node:fs'), crypto: require('node:crypto'), path: require('node:path') });
parentPort.on('message', (tasks) => parentPort.postMessage(tasks.map(({ id, task }) => ({ id, done: work(task) }))));
`;

interface Answer {
  id: number;
  done: FileDone;
}

/**
 * Threads that do what takes many small steps with a file, in one go: on the thread of the event loop each step of it costs
 * more than the disk does. They begin when there is something to do, and end by themselves.
 */
class FileThreads {
  readonly #threads: FileThread[] = [];
  #idle: NodeJS.Timeout | undefined;

  /** Never fails: `no` means that it is to be done in another way. */
  run(task: FileTask): Promise<FileDone> {
    clearTimeout(this.#idle);
    const free = this.#threads.find((thread) => thread.waiting === 0);
    const thread = free ?? (this.#threads.length < THREADS ? this.#begin() : this.#leastBusy());
    return thread.run(task).finally(() => this.#ended());
  }

  #begin(): FileThread {
    const thread: FileThread = new FileThread(() => {
      const at = this.#threads.indexOf(thread);
      if (at !== -1) this.#threads.splice(at, 1);
    });
    this.#threads.push(thread);
    return thread;
  }

  #leastBusy(): FileThread {
    return this.#threads.reduce((least, each) => (each.waiting < least.waiting ? each : least));
  }

  #ended(): void {
    if (this.#threads.some(({ waiting }) => waiting > 0)) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      for (const thread of this.#threads.splice(0)) thread.end();
    }, IDLE_MS);
    this.#idle.unref();
  }
}

class FileThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (done: FileDone) => void>();
  #next = 0;
  #tasks: { id: number; task: FileTask }[] = [];

  constructor(onGone: () => void) {
    this.#worker = new Worker(SCRIPT, { eval: true, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answers: Answer[]) => this.#answered(answers));
    const gone = () => {
      onGone();
      this.#worker.unref();
      for (const settle of this.#waiting.values()) settle({ is: 'no' });
      this.#waiting.clear();
    };
    this.#worker.once('error', gone);
    this.#worker.once('exit', gone);
  }

  /** Tasks that are not done. */
  get waiting(): number {
    return this.#waiting.size;
  }

  run(task: FileTask): Promise<FileDone> {
    if (this.#waiting.size === 0) this.#worker.ref(); // the process stays until it is done
    const id = this.#next++;
    if (this.#tasks.push({ id, task }) === 1) setImmediate(() => this.#send());
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  end(): void {
    void this.#worker.terminate();
  }

  #send(): void {
    this.#worker.postMessage(this.#tasks.splice(0));
  }

  #answered(answers: Answer[]): void {
    for (const { id, done } of answers) {
      this.#waiting.get(id)?.(done);
      this.#waiting.delete(id);
    }
    if (this.#waiting.size === 0) this.#worker.unref();
  }
}

/** Those of this process. */
export const fileThreads = new FileThreads();
