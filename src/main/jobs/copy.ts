import type { CopyInput } from '#shared/job.ts';
import type { CopyResult } from '#shared/job-results.ts';
import type { ListedObject } from '#shared/objects.ts';
import { copyLimits, type CopyLimits } from '#storage/copy-object.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { copyOne, type CopyContext, type CopyOutcome, removeOriginal } from './copy/copy-one.ts';
import { sourcesOf } from './copy/sources.ts';
import { attemptEach, withTicks } from './each.ts';
import { FailurePolicy } from './failures.ts';
import type { Operation, Step } from './operation.ts';
import { type ChosenObject, isPlaceholder, requireObjects, selectionOf } from './selection.ts';
import { Tally } from './tally.ts';

/** Objects that are copied at once, each by one to four requests. */
const OBJECTS_AT_ONCE = 16;

/**
 * Copies objects on the server, with their headers, metadata, tags and storage class, and placeholders of folders
 * too; a move deletes each original once its copy was looked at and the original is still what was copied. ACLs are
 * those of new objects, as S3 has it. A folder can be copied or moved into itself, or into the one above. One that
 * cannot be copied is counted, and stays where it is.
 */
export const copy = copyWithin(copyLimits);

/** The same with other limits for one request. */
export function copyWithin(limits: CopyLimits): Operation<CopyInput, CopyResult> {
  return { prepare, run: (storage, input, signal) => run(storage, input, limits, signal) };
}

async function prepare(storage: Storage, input: CopyInput, signal: AbortSignal): Promise<void> {
  const { bucket, base, to, keys = [], prefixes = [], prefix = base } = input;
  const refuse = (key: string, message: string) =>
    new StorageError({ kind: 'invalid-input', operation: 'copy', bucket, key, message });
  const outside = [prefix, ...prefixes, ...keys].find((start) => !start.startsWith(base));
  if (outside !== undefined)
    throw refuse(outside, `“${outside}” is not in “${base}”, the part of the key that is replaced.`);
  if (to.bucket === bucket && to.prefix === base) {
    const [first = base] = [...prefixes, ...keys];
    throw refuse(first, `“${first}” cannot be copied onto itself: choose another name or another folder.`);
  }
  if (to.bucket !== bucket) await requireBucket(storage, to.bucket, signal);
  await requireObjects(storage, selectionOf(input), signal);
}

async function requireBucket(storage: Storage, bucket: string, signal: AbortSignal): Promise<void> {
  try {
    if (await storage.bucketExists(bucket, { signal })) return;
  } catch (error) {
    // Somebody else's may still be written to.
    if (!isAbort(error, signal) && error instanceof StorageError && error.kind === 'access-denied') return;
    throw error;
  }
  throw new StorageError({ kind: 'not-found', operation: 'copy', bucket });
}

async function* run(
  storage: Storage,
  input: CopyInput,
  limits: CopyLimits,
  signal: AbortSignal,
): AsyncGenerator<Step<CopyResult>, void> {
  const sources = sourcesOf(storage, input, selectionOf(input), signal);
  const tally = new Tally();
  const policy = new FailurePolicy();
  const result: CopyResult = { copied: 0, skipped: 0, removed: 0 };
  const step = (): Step<CopyResult> => {
    tally.total = sources.total;
    return { progress: tally.snapshot(), result: { ...result } };
  };
  const work = (chosen: ChosenObject, stop: AbortSignal) =>
    transfer({ storage, input, limits, onBytes: (bytes) => void (tally.bytes += bytes) }, chosen, stop);
  const removeAll = async (folders: ListedObject[]) => {
    for (const folder of folders) {
      const error = await removeFolder(storage, { bucket: input.bucket, key: folder.key }, signal);
      if (error === undefined) result.removed++;
      else if (error !== 'stays') tally.fail(policy.failed(error));
    }
  };

  try {
    for await (const turn of sources.turns()) {
      const folders = new OpenFolders();
      for await (const done of withTicks(attemptEach(turn, work, { limit: OBJECTS_AT_ONCE, signal }))) {
        if (done !== undefined) {
          tally.current = 'object' in done.item ? done.item.object.key : done.item.key;
          await removeAll(folders.leave(tally.current));
          const has: Done = 'error' in done ? { error: done.error } : done.value;
          const { outcome, isRemoved = false, folder, error } = has;
          if (outcome === 'copied') result.copied++;
          if (outcome === 'skipped') result.skipped++;
          if (isRemoved) result.removed++;
          if (folder !== undefined) folders.enter(folder);
          if (error !== undefined) tally.fail(policy.failed(error));
          else {
            tally.objects++;
            policy.succeeded();
          }
        }
        if (done === undefined || tally.isDue()) yield step();
      }
      await removeAll(folders.leave());
    }
  } finally {
    await sources.stop();
  }
  tally.current = undefined;
  yield step();
}

/** What was done to one object. */
interface Done {
  outcome?: CopyOutcome;
  isRemoved?: boolean;
  /** A placeholder that is to be removed when nothing is left in its folder. */
  folder?: ListedObject;
  /** Why it was not copied; or, of a move, why the original was left although the copy is there. */
  error?: unknown;
}

/** Copies one object and, of a move, removes the original. @throws why it was not copied. */
async function transfer(context: CopyContext, chosen: ChosenObject, signal: AbortSignal): Promise<Done> {
  if ('error' in chosen) throw chosen.error;
  const { object } = chosen;
  let counted = 0;
  const onBytes = (bytes: number) => {
    counted += bytes;
    context.onBytes(bytes);
  };
  try {
    const outcome = await copyOne({ ...context, onBytes }, object, signal);
    onBytes(object.size - counted);
    if (!context.input.move) return { outcome };
    if (isPlaceholder(object)) return { outcome, folder: object };
    return outcome === 'copied' ? { outcome, ...(await tryRemove(context, object, signal)) } : { outcome };
  } catch (error) {
    onBytes(-counted);
    throw error;
  }
}

async function tryRemove(context: CopyContext, object: ListedObject, signal: AbortSignal): Promise<Done> {
  try {
    await removeOriginal(context, object, signal);
    return { isRemoved: true };
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    return { error };
  }
}

/** Why the placeholder of a folder could not be removed; `stays` when something is left in the folder. */
async function removeFolder(
  storage: Storage,
  ref: { bucket: string; key: string },
  signal: AbortSignal,
): Promise<unknown> {
  try {
    await storage.delete(ref, { signal });
    return undefined;
  } catch (error) {
    if (isAbort(error, signal) || !(error instanceof StorageError)) throw error;
    return ['conflict', 'not-empty', 'not-found'].includes(error.kind) ? 'stays' : error;
  }
}

/**
 * Placeholders whose folder is still being worked on: they go after what is in them, since Hitachi deletes only folders
 * that are empty. Keys come in order, so a folder is left when a key comes that is not in it.
 */
class OpenFolders {
  readonly #open: ListedObject[] = [];

  enter(folder: ListedObject): void {
    this.#open.push(folder);
  }

  /** Those that `key` is not in, the innermost first; all of them without a key. */
  leave(key?: string): ListedObject[] {
    const left: ListedObject[] = [];
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (key?.startsWith(last.key) === true) break;
      left.push(last);
      this.#open.pop();
    }
    return left;
  }
}
