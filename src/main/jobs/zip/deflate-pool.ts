import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Tasks that one thread has at once: the next is there when it has done with one. */
const TASKS_EACH = 2;
/** Threads that have had nothing to do for so long are ended, ms. */
const IDLE_MS = 10_000;

/**
 * What a thread runs. As a text: it is the same in the sources, in tests, and in the bundle, where a file of its own would
 * have another name in each. What deflate does not make shorter comes back as it is, when that is what is wanted.
 */
const WORKER = `
const { parentPort } = require('node:worker_threads');
const { crc32, deflateRawSync } = require('node:zlib');
parentPort.on('message', ({ id, bytes, options }) => {
  try {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const deflated = deflateRawSync(raw, options);
    const data = new Uint8Array(deflated); // exactly so long, and free to be handed over
    parentPort.postMessage({ id, raw: bytes, data, crc32: crc32(raw) }, [bytes.buffer, data.buffer]);
  } catch (error) {
    parentPort.postMessage({ id, error });
  }
});
`;

export interface DeflateOptions {
  /** What came before, to which the bytes may refer: up to 32 KiB. */
  dictionary?: Uint8Array;
  /** zlib's constant. Default: the stream ends. */
  finishFlush?: number;
}

export interface Deflated {
  /** The bytes as they were given. */
  raw: Uint8Array;
  /** The same as a raw deflate stream (RFC 1951). */
  data: Uint8Array;
  /** Of the bytes as they were given. */
  crc32: number;
}

interface Task {
  bytes: Uint8Array<ArrayBuffer>;
  options: DeflateOptions;
  resolve: (deflated: Deflated) => void;
  reject: (error: Error) => void;
}
type Answer = ({ id: number } & Deflated) | { id: number; error: Error };

/**
 * Deflates on threads of its own, as many as there are cores: libuv's four are shared with files and names, however many
 * cores there are, and a stream for each call costs the event loop as much as a small object takes to fetch. Threads
 * begin when they are needed, and end when they have not been for a while.
 */
export class DeflatePool {
  readonly #size: number;
  readonly #threads: Thread[] = [];
  readonly #waiting: Task[] = [];

  constructor(size = availableParallelism()) {
    this.#size = size;
  }

  /**
   * @param bytes are handed over: they must be alone in their buffer, and are empty from here on.
   * @throws Error when the thread fails, or the options are wrong.
   */
  deflate(bytes: Uint8Array<ArrayBuffer>, options: DeflateOptions = {}): Promise<Deflated> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, options, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#free();
      if (thread === undefined) return;
      const task = this.#waiting.shift();
      if (task !== undefined) thread.run(task);
    }
  }

  /** One without a task, else a new one, else one that has room for one more. */
  #free(): Thread | undefined {
    const least = this.#threads.toSorted((a, b) => a.load - b.load)[0];
    if (least !== undefined && (least.load === 0 || this.#threads.length === this.#size))
      return least.load < TASKS_EACH ? least : undefined;
    const thread = new Thread({
      onFree: () => this.#assign(),
      onEnd: () => {
        const index = this.#threads.indexOf(thread);
        if (index !== -1) this.#threads.splice(index, 1);
      },
    });
    this.#threads.push(thread);
    return thread;
  }
}

/** The pool of this process. */
export const deflatePool = new DeflatePool();

class Thread {
  readonly #worker = new Worker(WORKER, { eval: true, execArgv: [] });
  readonly #tasks = new Map<number, Task>();
  readonly #events: { onFree: () => void; onEnd: () => void };
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(events: { onFree: () => void; onEnd: () => void }) {
    this.#events = events;
    this.#worker.on('message', (answer: Answer) => this.#done(answer));
    this.#worker.on('error', (error) => this.#failed(error));
    this.#worker.on('exit', () => this.#failed(new Error('A thread that deflates has ended.')));
  }

  get load(): number {
    return this.#tasks.size;
  }

  run(task: Task): void {
    const id = ++this.#lastId;
    clearTimeout(this.#idle);
    this.#tasks.set(id, task);
    this.#worker.ref();
    const { bytes, options } = task;
    this.#worker.postMessage({ id, bytes, options }, [bytes.buffer]);
  }

  #done(answer: Answer): void {
    const task = this.#tasks.get(answer.id);
    this.#tasks.delete(answer.id);
    if ('error' in answer) task?.reject(answer.error);
    else task?.resolve(answer);
    this.#events.onFree();
    if (this.load > 0) return;
    this.#worker.unref(); // nothing waits for it: the process may end
    this.#idle = setTimeout(() => {
      this.#events.onEnd();
      void this.#worker.terminate();
    }, IDLE_MS).unref();
  }

  #failed(error: Error): void {
    const tasks = [...this.#tasks.values()];
    this.#tasks.clear();
    clearTimeout(this.#idle);
    this.#events.onEnd();
    for (const { reject } of tasks) reject(error);
    this.#events.onFree(); // another thread takes what waits
  }
}
