import { setTimeout as delay } from 'node:timers/promises';
import type { TransferResult } from '#shared/transfer.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';
import { FailurePolicy } from '../failures.ts';
import type { Step } from '../operation.ts';
import type { Journal } from './journal.ts';
import type { ItemTask, Stages, Transfer, TransferContext } from './transfer.ts';
import { waitsFor } from './waiting.ts';

const INTERVAL_MS = 100;
/** Names of items under way that travel with the progress. */
const IN_FLIGHT_SHOWN = 32;
/** Items of a plan that are written at once: to wait for each would take longer than to move it. */
const WRITTEN_AT_ONCE = 100;
/** Of what is larger fewer are under way at once: it waits for bytes, not for answers, and takes memory. */
const SMALL_BYTES = 2 ** 20;
const LARGE_AT_ONCE = 16;
/** How often one item may end a run by what looks like the server's fault, before it counts as the item's own. */
const ATTEMPTS = 3;

/** What is remembered of a transfer between its runs, as long as the process lives. */
export interface TransferMemory {
  /** Items that the server failed on, and how often. */
  attempts: Map<number, number>;
  retried: number;
}
export const newMemory = (): TransferMemory => ({ attempts: new Map(), retried: 0 });

export interface TransferRun<Input, Item> {
  transfer: Transfer<Input, Item>;
  input: Input;
  journal: Journal<Item>;
  context: TransferContext;
  memory: TransferMemory;
  signal: AbortSignal;
}

/**
 * Plans what is not planned yet and moves what is open, many items at once. Yields about every 100 ms and at the end. An
 * item that cannot be moved is kept as failed with its reason; what ends the run is thrown, and a further run goes on.
 *
 * @throws StorageError when the rest would fail likewise: the network, the credentials, the disk; the signal's reason
 */
export async function* runTransfer<Input, Item>(
  run: TransferRun<Input, Item>,
): AsyncGenerator<TransferStep, void, undefined> {
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const work = new Work({ ...run, signal });
  const planning = work.plan();
  planning.catch(() => undefined);
  let isOver = false;
  const working = work.all(planning).finally(() => {
    isOver = true;
  });
  working.catch(() => undefined);
  try {
    while (!isOver) {
      await Promise.race([working.catch(() => undefined), delay(INTERVAL_MS)]);
      yield work.step();
    }
    await working;
    await planning;
    run.signal.throwIfAborted();
    yield work.step();
  } finally {
    stop.abort(new DOMException('The transfer was left.', 'AbortError'));
    await Promise.allSettled([working, planning]);
  }
}

/** One item that is under way. */
type Flight = TransferResult['inFlight'][number];
/** How far it is, and what is known by then. */
export type TransferStep = Required<Step<TransferResult>>;

interface Entry<Item> {
  n: number;
  item: Item;
}

class Work<Input, Item> {
  readonly #run: TransferRun<Input, Item>;
  readonly #policy = new FailurePolicy();
  readonly #inFlight = new Map<number, Flight>();

  constructor(run: TransferRun<Input, Item>) {
    this.#run = run;
  }

  async plan(): Promise<void> {
    const { transfer, input, journal, context, signal } = this.#run;
    if (journal.isPlanned) return;
    const before = await journal.beginPlan();
    let writing: Promise<void>[] = [];
    for await (const found of transfer.plan(input, context, signal, before)) {
      signal.throwIfAborted();
      const written = 'item' in found ? journal.add(found.item) : journal.leaveOut(found.leftOut);
      written.catch(() => undefined); // thrown where it is waited for
      if (writing.push(written) < WRITTEN_AT_ONCE) continue;
      await Promise.all(writing);
      writing = [];
    }
    await Promise.all(writing);
    signal.throwIfAborted();
    await journal.endPlan();
  }

  async all(planning: Promise<void>): Promise<void> {
    const { transfer, context, journal } = this.#run;
    const many = () => context.limits.objectsAtOnce();
    await this.#moveAll(this.#open(planning, 0), many);
    if (transfer.stages === undefined) return;
    await planning;
    for (const stage of [1, 2] as const) {
      if (journal.totals.failures.count > 0) await this.#holdBack(stage, transfer.stages);
      else await this.#moveAll(this.#open(planning, stage), stage === 2 ? () => 1 : many);
    }
  }

  step(): TransferStep {
    return stepOf(this.#run.journal, this.#run.memory, [...this.#inFlight.values()]);
  }

  async #moveAll(items: AsyncIterable<Entry<Item>>, limit: () => number): Promise<void> {
    const move = ({ n, item }: Entry<Item>, stop: AbortSignal) => this.#move(n, item, stop);
    const { transfer, signal } = this.#run;
    const weight = ({ item }: Entry<Item>) =>
      transfer.bytes(item) > SMALL_BYTES ? Math.max(1, limit() / LARGE_AT_ONCE) : 1;
    const moves = mapConcurrent(items, move, { limit, weight, order: 'done', signal });
    for await (const _moved of moves); // each is in the journal by now
  }

  async #holdBack(stage: 1 | 2, stages: Stages<Item>): Promise<void> {
    for await (const { n, item } of this.#open(Promise.resolve(), stage))
      await this.#run.journal.settle(n, { state: 'failed', failure: toFailure(stages.heldBack(item)) });
  }

  async *#open(planning: Promise<void>, stage: 0 | 1 | 2): AsyncGenerator<Entry<Item>, void, undefined> {
    const { journal, transfer } = this.#run;
    for await (const entry of journal.follow(planning)) {
      if (journal.stateOf(entry.n) === 'open' && (transfer.stages?.of(entry.item) ?? 0) === stage)
        yield entry;
    }
  }

  async #move(n: number, item: Item, signal: AbortSignal): Promise<void> {
    const { transfer, input, journal, context, memory } = this.#run;
    const flight: Flight = { name: transfer.nameOf(item), done: 0, total: transfer.bytes(item) };
    const task: ItemTask = {
      notes: journal.notesOf(n),
      note: (note) => journal.note(n, note),
      forget: () => journal.forget(n),
      moved: (bytes) => {
        flight.done += bytes;
      },
      retried: () => {
        memory.retried++;
      },
      signal,
    };
    this.#inFlight.set(n, flight);
    try {
      const outcome = await transfer.move(input, item, task, context);
      this.#inFlight.delete(n); // before it counts as done, so that its bytes never count twice
      await journal.settle(n, outcome);
      this.#policy.succeeded();
    } catch (error) {
      this.#inFlight.delete(n);
      if (isAbort(error, signal)) throw error;
      await journal.settle(n, { state: 'failed', failure: this.#failed(n, error) });
    }
  }

  /**
   * The failure to be kept of an item.
   * @throws `error` itself when the others would fail likewise, so that the transfer has to wait or to be mended
   */
  #failed(n: number, error: unknown) {
    const { attempts } = this.#run.memory;
    if (error instanceof StorageError && waitsFor(error) === 'time') {
      const isItemsOwn = error.kind === 'server-error' || error.kind === 'incomplete';
      const count = (attempts.get(n) ?? 0) + (isItemsOwn ? 1 : 0);
      attempts.set(n, count);
      if (count < ATTEMPTS) throw error;
      attempts.delete(n);
      return toFailure(error);
    }
    return this.#policy.failed(error);
  }
}

/** How far a transfer is: what its journal says, and what is under way. */
export function stepOf<Item>(
  journal: Journal<Item>,
  memory: TransferMemory,
  inFlight: Flight[],
): TransferStep {
  const { planned, done, deleted, skipped, bytes, verified, leftOut, failures } = journal.totals;
  const moving = inFlight.reduce((sum, each) => sum + each.done, 0);
  const totalIsFinal = journal.isPlanned;
  const [first] = inFlight;
  return {
    progress: {
      objects: { done: done + deleted + skipped, total: planned.items, totalIsFinal },
      bytes: { done: bytes + moving, total: planned.bytes, totalIsFinal },
      failures,
      ...(first !== undefined && { current: first.name }),
    },
    result: {
      sent: done,
      skipped,
      renamed: planned.renamed,
      leftOut,
      verified: { ...verified },
      retried: memory.retried,
      deleted,
      inFlight: inFlight.slice(0, IN_FLIGHT_SHOWN).map((flight) => ({ ...flight })),
    },
  };
}
