import { mapConcurrent } from './concurrency.ts';
import { type BatchKind, BulkDeletion, DELETE_BATCH } from './delete-bulk.ts';
import { isAbort, StorageError } from './errors.ts';
import { lockedIfSo } from './locks.ts';
import type { CallOptions, Storage, VersionRef } from './storage.ts';

export interface DeleteAllOptions extends CallOptions {
  bucket: string;
  /** Requests for up to 1000 objects each that may be under way at once. */
  batches: number;
  /** Requests for one object each that may be under way at once, where it has to go so. */
  singles: number;
  /**
   * Why versions are not to be deleted in bulk, where that could delete something else: a server that overlooks the
   * version ID deletes the current version. Left out: that is tried, and looked at.
   */
  versionsAlone?: string | undefined;
}

/** What one request came to, or one that needed none. */
export interface Deletion<R extends VersionRef = VersionRef> {
  /** What the server says is gone. */
  deleted: readonly R[];
  failures: readonly { key: string; versionId?: string | undefined; error: StorageError }[];
  /** Requests to delete; tries again are not counted. */
  requests: number;
  /** Of these, what went by a request of its own, and why. */
  oneByOne?: { count: number; reason: string };
}

/** Refused versions of a batch that are asked at once whether something keeps them. */
const ASKED_AT_ONCE = 8;

/** Why keys with control characters, or with space at their ends, do not go into XML. */
export const ODD_KEY = 'XML does not carry every character that a key can have.';

/**
 * Deletes whatever `refs` gives, some at a time, in parallel, a thousand objects in a request; where that cannot be, one by one: keys
 * that XML cannot carry, objects that the server could not delete in bulk, and everything on servers that have no bulk
 * deletion. Whether a server deletes versions in bulk is tried with one.
 * Holds a few batches, whatever there is to delete. What is throttled is tried again by the storage itself.
 *
 * @throws StorageError when the server refuses the whole of it; the signal's reason; what `refs` throws.
 */
export function deleteAll<R extends VersionRef>(
  storage: Storage,
  refs: AsyncIterable<readonly R[]>,
  options: DeleteAllOptions,
): AsyncGenerator<Deletion<R>, void, undefined> {
  const { bucket, signal } = options;
  const alone = async (step: Step<R>, stop: AbortSignal): Promise<Deletion<R>> =>
    'ref' in step ? deleteOne(storage, bucket, step, stop) : explained(storage, bucket, step, stop);
  return mapConcurrent(inBulk(storage, refs, options), alone, { limit: options.singles, signal });
}

/** A batch that is done, or one object that is to be deleted by itself. */
type Step<R extends VersionRef> = Deletion<R> | { ref: R; reason: string };

async function* inBulk<R extends VersionRef>(
  storage: Storage,
  refs: AsyncIterable<readonly R[]>,
  { bucket, batches, versionsAlone, signal }: DeleteAllOptions,
): AsyncGenerator<Step<R>, void, undefined> {
  const bulk = new BulkDeletion<R>(storage, bucket, versionsAlone);
  const send = ({ kind, refs: batch }: Batch<R>, stop: AbortSignal) =>
    kind === 'odd'
      ? Promise.resolve({ deleted: [], failures: [], requests: 0, alone: batch, reason: ODD_KEY })
      : bulk.send(kind, batch, stop);
  for await (const { alone, reason, ...done } of mapConcurrent(batchesOf(refs), send, {
    limit: batches,
    order: 'done',
    signal,
  })) {
    if (done.requests > 0) yield done;
    for (const ref of alone) yield { ref, reason };
  }
}

interface Batch<R> {
  kind: BatchKind | 'odd';
  refs: R[];
}

async function* batchesOf<R extends VersionRef>(
  refs: AsyncIterable<readonly R[]>,
): AsyncGenerator<Batch<R>, void, undefined> {
  const waiting: Record<Batch<R>['kind'], R[]> = { objects: [], versions: [], odd: [] };
  const kinds = ['objects', 'versions', 'odd'] as const;
  for await (const some of refs) {
    for (const ref of some) {
      const kind = isOdd(ref.key) ? 'odd' : ref.versionId === undefined ? 'objects' : 'versions';
      waiting[kind].push(ref);
      if (waiting[kind].length < DELETE_BATCH) continue;
      yield { kind, refs: waiting[kind] };
      waiting[kind] = [];
    }
  }
  for (const kind of kinds) if (waiting[kind].length > 0) yield { kind, refs: waiting[kind] };
}

/** More than what XML 1.0 (2.2) excludes: parsers also normalise line ends, and some trim. */
function isOdd(key: string): boolean {
  return /[\p{Cc}\p{Surrogate}\ufffe\uffff\u2028\u2029]|^\s|\s$/u.test(key);
}

/** Refusals with the lock that is behind them. */
async function explained<R extends VersionRef>(
  storage: Storage,
  bucket: string,
  done: Deletion<R>,
  signal: AbortSignal,
): Promise<Deletion<R>> {
  if (done.failures.length === 0) return done;
  const failures: Deletion['failures'][number][] = [];
  const ask = async ({ key, versionId, error }: Deletion['failures'][number], stop: AbortSignal) => {
    const ref = { bucket, key, versionId };
    return { key, versionId, error: await lockedIfSo(storage, ref, error, { signal: stop }) };
  };
  for await (const failure of mapConcurrent(done.failures, ask, { limit: ASKED_AT_ONCE, signal }))
    failures.push(failure);
  return { ...done, failures };
}

async function deleteOne<R extends VersionRef>(
  storage: Storage,
  bucket: string,
  { ref, reason }: { ref: R; reason: string },
  signal: AbortSignal,
): Promise<Deletion<R>> {
  const { key, versionId } = ref;
  const oneByOne = { count: 1, reason };
  try {
    await storage.delete({ bucket, key, versionId }, { signal });
    return { deleted: [ref], failures: [], requests: 1, oneByOne };
  } catch (error) {
    if (isAbort(error, signal) || !(error instanceof StorageError)) throw error;
    const failure = await lockedIfSo(storage, { bucket, key, versionId }, error, { signal });
    return { deleted: [], failures: [{ key, versionId, error: failure }], requests: 1, oneByOne };
  }
}
