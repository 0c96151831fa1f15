import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Failure } from '#shared/failure.ts';
import {
  type LeftOut,
  type LogRecord,
  logRecordSchema,
  type Note,
  type Outcome,
  planEntrySchema,
  type Verification,
} from '#shared/transfer-journal.ts';
import { diskError } from '#storage/disk-errors.ts';
import { type FirstOf, oneMore } from './first-of.ts';
import { DamagedError, readRecords, RecordFile, RecordReader } from './record-file.ts';

/** Says what a value read from a file is. */
export interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** What the items of one kind of transfer are. */
export interface ItemKind<Item> {
  parser: Parser<Item>;
  /** What tells an item from all others, such as its path. */
  identity(item: Item): string;
  bytes(item: Item): number;
  /** Whether its name at the target is another one than at the source. */
  isRenamed(item: Item): boolean;
}

/** What an unfinished plan has from before; nothing at the first time. */
export interface PlannedBefore<Item> {
  /** In the order in which they were planned. To be read before the plan gives its first item. */
  items(): AsyncIterable<Item>;
  /** By the item's identity. */
  has(identity: string): boolean;
}

export type ItemState = 'open' | 'done' | 'skipped' | 'failed';
const STATES: readonly ItemState[] = ['open', 'done', 'skipped', 'failed'];

/** Added up over everything that the journal holds. */
export interface Totals {
  planned: { items: number; bytes: number; renamed: number };
  done: number;
  deleted: number;
  skipped: number;
  /** Of what is done or skipped. */
  bytes: number;
  verified: Partial<Record<Verification, number>>;
  leftOut: FirstOf<LeftOut>;
  failures: FirstOf<Failure>;
}

const NEW_ITEMS_MS = 20;

/**
 * What one transfer has to do, and how far it is, in a folder on this disk: an item a line in the plan, what has become of
 * each in the log. It is written before the next step is taken, so that a kill at any moment costs at most the work that
 * was in flight. Memory: a byte an item, and the notes of the items that are half done.
 */
export class Journal<Item> {
  readonly #kind: ItemKind<Item>;
  readonly #planPath: string;
  readonly #plan: RecordFile;
  readonly #log: RecordFile;
  #states = new Uint8Array(1024);
  readonly #notes = new Map<number, Note[]>();
  /** What an unfinished plan has already; only such a one is gone through again from the start. */
  readonly #known = new Set<string>();
  #isPlanned = false;
  readonly #totals: Totals = {
    planned: { items: 0, bytes: 0, renamed: 0 },
    done: 0,
    deleted: 0,
    skipped: 0,
    bytes: 0,
    verified: {},
    leftOut: { count: 0, first: [] },
    failures: { count: 0, first: [] },
  };

  private constructor(kind: ItemKind<Item>, planPath: string, plan: RecordFile, log: RecordFile) {
    this.#kind = kind;
    this.#planPath = planPath;
    this.#plan = plan;
    this.#log = log;
  }

  /**
   * Opens a transfer's journal; makes the folder when it is new.
   * @throws DamagedError; StorageError of a `disk-*` kind
   */
  static async open<Item>(folder: string, kind: ItemKind<Item>): Promise<Journal<Item>> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw diskError(error, { operation: 'create', path: folder });
    });
    const paths = { plan: join(folder, 'plan'), log: join(folder, 'log') };
    const plan = await RecordFile.open(paths.plan);
    const log = await RecordFile.open(paths.log);
    const journal = new Journal(kind, paths.plan, plan, log);
    try {
      await journal.#readPlan();
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

  get totals(): Readonly<Totals> {
    return this.#totals;
  }

  /** The plan so far, in its order. */
  items(): AsyncGenerator<{ n: number; item: Item }, void, undefined> {
    return this.follow(Promise.resolve());
  }

  /** The plan in its order, also what is added while `planning` has not settled. */
  async *follow(planning: Promise<unknown>): AsyncGenerator<{ n: number; item: Item }, void, undefined> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    const settled = planning.then(over, over);
    await Promise.resolve(); // what has settled already says so
    const reader = new RecordReader(this.#planPath);
    try {
      for (let n = 0; ;) {
        const wasOver = isOver;
        const record = await reader.next();
        if (record === undefined) {
          if (wasOver) return;
          await Promise.race([settled, delay(NEW_ITEMS_MS)]);
          continue;
        }
        const entry = valid(planEntrySchema, record, this.#planPath);
        if ('end' in entry) return;
        yield { n, item: valid(this.#kind.parser, entry.item, this.#planPath) };
        n++;
      }
    } finally {
      await reader.close();
    }
  }

  /** Is to be called before a plan is made, or made again since it was not finished: gives what it has already. */
  async beginPlan(): Promise<PlannedBefore<Item>> {
    this.#known.clear();
    for await (const { item } of this.items()) this.#known.add(this.#kind.identity(item));
    const items = async function* (this: Journal<Item>) {
      for await (const { item } of this.items()) yield item;
    };
    return { items: items.bind(this), has: (identity) => this.#known.has(identity) };
  }

  /** Adds an item to the plan; nothing happens when an unfinished plan has it already. A source gives each only once. */
  async add(item: Item): Promise<void> {
    if (this.#known.has(this.#kind.identity(item))) return;
    this.#countPlanned(item);
    await this.#plan.append({ item });
  }

  /** Says that the plan is whole. */
  async endPlan(): Promise<void> {
    if (this.#isPlanned) return;
    await this.#plan.append({ end: true });
    this.#isPlanned = true;
    this.#known.clear();
  }

  stateOf(n: number): ItemState {
    return STATES[this.#states[n] ?? 0] ?? 'open';
  }

  /** What was noted of an item that is half done, oldest first. */
  notesOf(n: number): readonly Note[] {
    return this.#notes.get(n) ?? [];
  }

  note(n: number, note: Note): Promise<void> {
    return this.#write({ n, is: note });
  }

  forget(n: number): Promise<void> {
    return this.#write({ n, forget: true });
  }

  /** Once for each item, unless it is tried again. */
  settle(n: number, outcome: Outcome): Promise<void> {
    return this.#write({ n, outcome });
  }

  leaveOut(leftOut: LeftOut): Promise<void> {
    return this.#write({ leftOut });
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
    const totals = this.#totals;
    if ('retry' in record) {
      for (let n = 0; n < this.#states.length; n++) if (this.stateOf(n) === 'failed') this.#set(n, 'open');
      totals.failures = { count: 0, first: [] };
    } else if ('leftOut' in record) totals.leftOut = oneMore(totals.leftOut, record.leftOut);
    else if ('forget' in record) this.#notes.delete(record.n);
    else if ('is' in record) this.#addNote(record.n, record.is);
    else this.#settled(record.n, record.outcome);
  }

  #addNote(n: number, note: Note): void {
    const notes = this.#notes.get(n);
    if (notes === undefined) this.#notes.set(n, [note]);
    else notes.push(note);
  }

  #settled(n: number, outcome: Outcome): void {
    const totals = this.#totals;
    this.#set(n, outcome.state);
    if (outcome.state === 'failed') {
      // What is half done stays: its next try goes on from there.
      totals.failures = oneMore(totals.failures, outcome.failure);
      return;
    }
    this.#notes.delete(n);
    totals.bytes += outcome.bytes;
    if (outcome.state === 'skipped') totals.skipped++;
    else if (outcome.deleted === true) totals.deleted++;
    else totals.done++;
    if (outcome.state === 'done' && outcome.verified !== undefined)
      totals.verified[outcome.verified] = (totals.verified[outcome.verified] ?? 0) + 1;
  }

  #set(n: number, state: ItemState): void {
    if (n >= this.#states.length) {
      const larger = new Uint8Array(Math.max(n + 1, this.#states.length * 2));
      larger.set(this.#states);
      this.#states = larger;
    }
    this.#states[n] = STATES.indexOf(state);
  }

  #countPlanned(item: Item): void {
    const { planned } = this.#totals;
    planned.items++;
    planned.bytes += this.#kind.bytes(item);
    if (this.#kind.isRenamed(item)) planned.renamed++;
  }

  async #readPlan(): Promise<void> {
    for await (const record of readRecords(this.#planPath)) {
      const entry = valid(planEntrySchema, record, this.#planPath);
      if ('end' in entry) {
        this.#isPlanned = true;
        return;
      }
      this.#countPlanned(valid(this.#kind.parser, entry.item, this.#planPath));
    }
  }
}

/** The checksum says that Cooper wrote it; an older or a newer Cooper may have written it otherwise. */
function valid<T>(schema: Parser<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new DamagedError(path);
  return parsed.data;
}
