import type { FailureKind } from '#shared/failure.ts';
import type { DeleteResult } from '#shared/job-results.ts';
import { deleteAll } from '#storage/delete-all.ts';
import type { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { FailurePolicy } from '../failures.ts';
import type { Tally } from '../tally.ts';
import { Gone } from './gone.ts';
import { isOwnFolder, KeptFolders } from './kept-folders.ts';
import type { Item } from './items.ts';

/** Requests for a thousand objects each under way at once. */
const BATCHES_AT_ONCE = 8;
/** Requests for one object each; HCP advises at most 50 writes to a node ("Multithreading"). */
const SINGLES_AT_ONCE = 32;
/** Folders that are kept in mind for a second try, since something was in them. */
const FOLDERS_KEPT = 100_000;

/** What a server says of a folder that it keeps, mostly since something is in it. */
const MAY_BE_FULL: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'conflict',
  'not-empty',
  'not-supported',
  'invalid-input',
]);

export interface RemoverOptions {
  storage: Storage;
  bucket: string;
  tally: Tally;
  versionsAlone?: string | undefined;
  signal: AbortSignal;
}

/** Deletes items, counts what happens to them, and remembers what is said to be gone. */
export class Remover {
  readonly gone = new Gone();
  /** As a survey counts them: `versions` are all, the latest included. */
  readonly deleted = { objects: 0, versions: 0, deleteMarkers: 0 };
  requests = 0;
  oneByOne: DeleteResult['oneByOne'];
  /** Folders that HCP made by itself and does not give up. */
  readonly kept = new KeptFolders();
  /** What kinds of failures were met. */
  readonly kinds = new Set<FailureKind>();
  readonly #options: RemoverOptions;
  readonly #policy = new FailurePolicy();
  #folders: Item[] = [];
  /** When the youngest of all that was listed was made, by the server's clock. */
  #youngest = 0;
  #rounds = 0;

  constructor(options: RemoverOptions) {
    this.#options = options;
  }

  /** What is gone, of whatever kind. */
  get count(): number {
    return this.deleted.versions + this.deleted.deleteMarkers;
  }

  /**
   * Deletes all that `items` gives; yields after each request. A folder that the server keeps since something is in it
   * comes once more at the end, the deepest first. May be called again for what is found later.
   * @throws what ends the job.
   */
  async *remove(items: AsyncIterable<readonly Item[]>): AsyncGenerator<void, void, undefined> {
    this.#rounds += 1;
    yield* this.#pass(items, true);
    const depthOf = ({ key }: Item) => key.split('/').length;
    const folders = this.#folders.sort((a, b) => depthOf(b) - depthOf(a));
    this.#folders = [];
    while (folders.length > 0) {
      const [deepest] = folders;
      const level = folders.findIndex((item) => deepest !== undefined && depthOf(item) < depthOf(deepest));
      yield* this.#pass(once(folders.splice(0, level === -1 ? folders.length : level)), false);
    }
  }

  /** Whether this was said to be gone, and is not something that was made since. */
  wasDeleted({ key, versionId, modifiedAt }: Item): boolean {
    return this.gone.has(key, versionId) && (modifiedAt?.getTime() ?? 0) <= this.#youngest;
  }

  /** @throws `error` itself when it ends the job. */
  fail(error: StorageError): void {
    this.kinds.add(error.kind);
    this.#options.tally.fail(this.#policy.failed(error));
  }

  async *#pass(
    items: AsyncIterable<readonly Item[]>,
    isFirst: boolean,
  ): AsyncGenerator<void, void, undefined> {
    const { storage, ...options } = this.#options;
    const limits = { batches: BATCHES_AT_ONCE, singles: SINGLES_AT_ONCE };
    const met = isFirst ? this.#met(items) : items;
    for await (const done of deleteAll(storage, met, { ...options, ...limits })) {
      this.requests += done.requests;
      if (done.oneByOne !== undefined) {
        this.oneByOne ??= { ...done.oneByOne, count: 0 };
        this.oneByOne.count += done.oneByOne.count;
      }
      for (const item of done.deleted) this.#count(item);
      if (done.deleted.length > 0) this.#policy.succeeded();
      for (const { key, versionId, error } of done.failures) {
        if (!key.endsWith('/') || !MAY_BE_FULL.has(error.kind)) this.fail(error);
        else if (isFirst && this.#folders.length < FOLDERS_KEPT)
          this.#folders.push({ key, versionId, kind: 'version', size: 0, isLatest: true });
        else if (isOwnFolder(storage, key)) this.kept.add(key);
        else this.fail(error);
      }
      yield;
    }
  }

  /** Keeps count of what there is to delete. */
  async *#met(items: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Item[], void, undefined> {
    const { tally } = this.#options;
    const total = { objects: tally.objects, bytes: tally.bytes, isFinal: false };
    tally.total = total;
    for await (const some of items) {
      for (const item of some) {
        this.#youngest = Math.max(this.#youngest, item.modifiedAt?.getTime() ?? 0);
        if (this.#isCounted(item)) continue;
        total.objects += 1;
        total.bytes += item.size;
      }
      yield some;
    }
    total.isFinal = true;
  }

  /** What comes up again in a later round, since a listing lags behind, counts once. */
  #isCounted({ key, versionId }: Item): boolean {
    return this.#rounds > 1 && this.gone.has(key, versionId);
  }

  #count(item: Item): void {
    const { tally } = this.#options;
    const { key, versionId, kind, size, isLatest } = item;
    tally.current = key;
    if (this.#isCounted(item)) return;
    this.gone.add(key, versionId);
    tally.objects += 1;
    tally.bytes += size;
    if (kind === 'delete-marker') {
      this.deleted.deleteMarkers += 1;
      return;
    }
    this.deleted.versions += 1;
    if (isLatest) this.deleted.objects += 1;
  }
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
