import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '#shared/failure.ts';
import {
  type LogRecord,
  logRecordSchema,
  type Note,
  type Outcome,
  planEntrySchema,
} from '#shared/transfer.ts';
import { diskError } from '#storage/disk-errors.ts';
import { DamagedError, readRecords, RecordFile } from './record-file.ts';

/** Says what a value read from a file is; undefined when it is none of its kind. */
export interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

export type ItemState = 'open' | 'done' | 'skipped' | 'failed';
const STATES: readonly ItemState[] = ['open', 'done', 'skipped', 'failed'];

export interface Totals {
  done: number;
  skipped: number;
  failed: number;
  /** Of what is done or skipped. */
  bytes: number;
}

/**
 * What one transfer has to do, and how far it is, in a folder on this disk: an item a line in the plan, what has become of
 * each in the log. It is written before the next step is taken, so that a kill at any moment costs at most the work that
 * was in flight. Memory: a byte an item, and the notes of the items that are half done.
 */
export class Journal<Item> {
  readonly #item: Parser<Item>;
  readonly #planPath: string;
  readonly #plan: RecordFile;
  readonly #log: RecordFile;
  #states = new Uint8Array(1024);
  readonly #notes = new Map<number, Note[]>();
  /** What an unfinished plan has already; only such a one is gone through again from the start. */
  #known: Set<string> | undefined;
  #count = 0;
  #isPlanned = false;
  readonly #totals: Totals = { done: 0, skipped: 0, failed: 0, bytes: 0 };

  private constructor(item: Parser<Item>, planPath: string, plan: RecordFile, log: RecordFile) {
    this.#item = item;
    this.#planPath = planPath;
    this.#plan = plan;
    this.#log = log;
  }

  /**
   * Opens a transfer's journal; makes the folder when it is new.
   * @param item what an item has to be
   * @param identity what tells an item from the others, such as its path
   * @throws DamagedError; StorageError of a `disk-*` kind
   */
  static async open<Item>(
    folder: string,
    item: Parser<Item>,
    identity: (item: Item) => string,
  ): Promise<Journal<Item>> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw diskError(error, { operation: 'create', path: folder });
    });
    const paths = { plan: join(folder, 'plan'), log: join(folder, 'log') };
    const plan = await RecordFile.open(paths.plan);
    const log = await RecordFile.open(paths.log);
    const journal = new Journal(item, paths.plan, plan, log);
    try {
      await journal.#readPlan(identity);
      for await (const record of readRecords(paths.log))
        journal.#apply(valid(logRecordSchema, record, paths.log));
    } catch (error) {
      await journal.close();
      throw error;
    }
    return journal;
  }

  /** Whether the plan is whole. Until then what there is to do has to be looked for again, from the start. */
  get isPlanned(): boolean {
    return this.#isPlanned;
  }

  /** Items in the plan so far. */
  get count(): number {
    return this.#count;
  }

  get totals(): Readonly<Totals> {
    return this.#totals;
  }

  /** The plan so far, in its order. */
  async *items(): AsyncGenerator<{ n: number; item: Item }, void, undefined> {
    let n = 0;
    for await (const record of readRecords(this.#planPath)) {
      const entry = valid(planEntrySchema, record, this.#planPath);
      if ('end' in entry) {
        this.#isPlanned = true;
        return;
      }
      yield { n, item: valid(this.#item, entry.item, this.#planPath) };
      n++;
    }
  }

  /**
   * Adds an item to the plan and gives its number; undefined when an unfinished plan has it already.
   * @param identity as it was given to `open`; a source gives each only once
   */
  async add(item: Item, identity: string): Promise<number | undefined> {
    if (this.#known?.has(identity)) return undefined;
    const n = this.#count++;
    await this.#plan.append({ item });
    return n;
  }

  /** Says that the plan is whole. */
  async endPlan(): Promise<void> {
    if (this.#isPlanned) return;
    await this.#plan.append({ end: true });
    this.#isPlanned = true;
    this.#known = undefined;
  }

  stateOf(n: number): ItemState {
    return STATES[this.#states[n] ?? 0] ?? 'open';
  }

  /** What was noted of an item that is half done, oldest first. */
  notesOf(n: number): readonly Note[] {
    return this.#notes.get(n) ?? [];
  }

  /** The items that are half done: a cancelled transfer has to clean up after them. */
  halfDone(): { n: number; notes: readonly Note[] }[] {
    return [...this.#notes].map(([n, notes]) => ({ n, notes }));
  }

  note(n: number, note: Note): Promise<void> {
    return this.#write({ n, is: note });
  }

  forget(n: number): Promise<void> {
    return this.#write({ n, forget: true });
  }

  settle(n: number, outcome: Outcome): Promise<void> {
    return this.#write({ n, outcome });
  }

  fail(n: number, failure: Failure): Promise<void> {
    return this.settle(n, { state: 'failed', failure });
  }

  /** Opens the failed items once more. */
  retryFailed(): Promise<void> {
    return this.#write({ retry: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.#plan.close(), this.#log.close()]);
  }

  async #write(record: LogRecord): Promise<void> {
    await this.#log.append(record);
    this.#apply(record);
  }

  #apply(record: LogRecord): void {
    if ('retry' in record) {
      for (let n = 0; n < this.#states.length; n++) if (this.stateOf(n) === 'failed') this.#set(n, 'open');
      this.#totals.failed = 0;
    } else if ('forget' in record) this.#notes.delete(record.n);
    else if ('is' in record) this.#notes.set(record.n, [...this.notesOf(record.n), record.is]);
    else {
      const { n, outcome } = record;
      this.#set(n, outcome.state);
      this.#totals[outcome.state]++;
      // What a failed item has half done is what its next try goes on from.
      if (outcome.state === 'failed') return;
      this.#totals.bytes += outcome.bytes;
      this.#notes.delete(n);
    }
  }

  #set(n: number, state: ItemState): void {
    if (n >= this.#states.length) {
      const larger = new Uint8Array(Math.max(n + 1, this.#states.length * 2));
      larger.set(this.#states);
      this.#states = larger;
    }
    this.#states[n] = STATES.indexOf(state);
  }

  async #readPlan(identity: (item: Item) => string): Promise<void> {
    const known = new Set<string>();
    for await (const { item } of this.items()) {
      this.#count++;
      known.add(identity(item));
    }
    if (!this.#isPlanned && known.size > 0) this.#known = known;
  }
}

/** The checksum says that Cooper wrote it; an older or a newer Cooper may have written it otherwise. */
function valid<T>(schema: Parser<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new DamagedError(path);
  return parsed.data;
}
