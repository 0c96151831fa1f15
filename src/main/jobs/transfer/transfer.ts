import type { LeftOut, Note, Outcome } from '#shared/transfer-journal.ts';
import type { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import type { ItemKind, PlannedBefore } from './journal.ts';
import type { RateLimit } from './rate-limit.ts';

/** Numbers that can change while transfers run. */
export interface TransferLimits {
  /** Objects under way at once, of one transfer. */
  objectsAtOnce(): number;
  /** Parts or ranges under way at once, of one object. */
  partsAtOnce(): number;
  /** Bytes a second over all transfers. */
  rate: RateLimit;
}

/** What a transfer works with. */
export interface TransferContext {
  /** The connection that the job names. */
  storage: Storage;
  /** Another connection. */
  storageOf(connectionId: string): Promise<Storage>;
  limits: TransferLimits;
}

/** One item that is being moved: what is known of it, and whom to tell. */
export interface ItemTask {
  /** What was half done before, oldest first. */
  notes: readonly Note[];
  /** Keeps what is half done now; to be waited for before the next step relies on it. */
  note: (note: Note) => Promise<void>;
  /** What was half done is of no use any more. */
  forget: () => Promise<void>;
  /** So many bytes have come through; also those of before, that need not be sent again. Negative when they are taken back. */
  moved: (bytes: number) => void;
  /** Something was sent once more. */
  retried: () => void;
  signal: AbortSignal;
}

/** What planning finds: an item, or something that is left out and named. */
export type Found<Item> = { item: Item } | { leftOut: LeftOut };

/** How an item ended that did not fail. */
export type Moved = Exclude<Outcome, { state: 'failed' }>;

/** Items that go only when the plan is whole and everything before them has been moved without a failure. */
export interface Stages<Item> {
  /** 0 goes first; 1 after it; 2 last, one after another in the order of the plan. */
  of(item: Item): 0 | 1 | 2;
  /** Why an item was not touched when something before it has failed; it is tried again with what failed. */
  heldBack(item: Item): StorageError;
}

/** One verb that moves many things, and that goes on after Cooper was ended in the middle. */
export interface Transfer<Input, Item> extends ItemKind<Item> {
  /** What a person reads while it is under way. */
  nameOf(item: Item): string;
  /**
   * Checks what can be checked before anything is moved, and changes nothing.
   * @throws StorageError for what is missing or in the way
   */
  prepare(input: Input, context: TransferContext, signal: AbortSignal): Promise<void>;
  /**
   * All there is to do, each item once. It runs ahead of the work. A plan that was left unfinished is made again from its
   * start; of what it gives then only the items that were not planned `before` are taken.
   */
  plan(
    input: Input,
    context: TransferContext,
    signal: AbortSignal,
    before: PlannedBefore<Item>,
  ): AsyncIterable<Found<Item>>;
  /**
   * Moves one item, going on from the notes. What is thrown leaves what is noted for the next try; an abort too. Nothing is
   * half-done under a final name, however it ends.
   * @throws StorageError
   */
  move(input: Input, item: Item, task: ItemTask, context: TransferContext): Promise<Moved>;
  /** Set where some items have to wait until others have been moved. */
  stages?: Stages<Item>;
  /** Takes away what a cancelled transfer has left of an item: an unfinished upload, a partial file. */
  discard(input: Input, item: Item, notes: readonly Note[], context: TransferContext): Promise<void>;
}
