import type { DeleteBucketResult } from '#shared/job-results.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { abortEach, uploadsUnder } from '../abort-uploads/aborting.ts';
import { currentItems, type Item, versionItems } from '../delete/items.ts';
import { isOwnFolder } from '../delete/kept-folders.ts';
import type { Step } from '../operation.ts';
import type { BucketWork } from './work.ts';

/** Pauses before a listing that still shows what is gone is asked again, ms. */
const PAUSES_MS = [500, 1500, 3000, 5000];
/** Rounds of new things before it is said that somebody goes on writing. */
const ROUNDS = 20;

type Steps = AsyncGenerator<Step<DeleteBucketResult>, void, undefined>;

/**
 * Deletes everything in the bucket, round by round until a listing is empty; HCP's own folders, which cannot be, are
 * left and named.
 *
 * @throws StorageError `locked` or `not-empty` when something cannot be deleted; it says what was destroyed.
 */
export async function* emptyBucket(work: BucketWork): Steps {
  yield* abortUploads(work);
  const { bucket, remover, tally } = work;
  yield work.say(`Deleting every object, version and delete marker in bucket “${bucket}”.`);
  let lag = 0;
  for (let round = 1; ; round++) {
    const found = { any: false, fresh: false, isFirst: round === 1 };
    for await (const _ of remover.remove(leftIn(work, found))) if (tally.isDue()) yield work.step();
    yield work.step();
    if (tally.failures.count > 0) throw undeleted(work);
    if (!found.any) return;
    lag = found.fresh ? 0 : lag + 1;
    const ms = lag === 0 ? 0 : PAUSES_MS[lag - 1];
    if (ms === undefined) throw stillListed(work);
    if (round >= ROUNDS) throw written(work);
    yield work.say(`Listing bucket “${bucket}” again, to see whether it is empty.`);
    if (ms > 0) await work.pause(ms);
  }
}

/** What is listed; `found` tells whether there was anything, and anything that was not deleted before. */
async function* leftIn(
  { storage, bucket, remover, signal }: BucketWork,
  found: { any: boolean; fresh: boolean; isFirst: boolean },
): AsyncGenerator<Item[], void, undefined> {
  const isLeft = (item: Item) => {
    const wasDeleted = !found.isFirst && remover.wasDeleted(item);
    if (isOwnFolder(storage, item.key) && (wasDeleted || remover.kept.has(item.key))) {
      remover.kept.add(item.key);
      return false;
    }
    found.any = true;
    if (!wasDeleted) found.fresh = true;
    return true;
  };
  for await (const items of everythingIn(storage, bucket, signal)) yield items.filter(isLeft);
}

/** By versions; where the server does not list those, by objects. */
async function* everythingIn(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): AsyncGenerator<Item[], void, undefined> {
  const selection = { bucket, prefixes: [''], keys: [], oneLevel: false };
  let isListed = false;
  try {
    for await (const items of versionItems(storage, selection, signal)) {
      isListed ||= items.length > 0;
      yield items;
    }
    return;
  } catch (error) {
    const isAbsent = error instanceof StorageError && error.kind === 'not-supported';
    if (isListed || !isAbsent) throw error;
  }
  yield* currentItems(storage, selection, signal);
}

async function* abortUploads(work: BucketWork): Steps {
  const { storage, bucket, remover, tally, signal } = work;
  yield work.say(`Aborting unfinished uploads to bucket “${bucket}”.`);
  for (let round = 0; ; round++) {
    let found = 0;
    try {
      for await (const { key, uploadId, error } of abortEach(
        storage,
        bucket,
        uploadsUnder(storage, bucket, '', signal),
        signal,
      )) {
        found += 1;
        work.requests += 1;
        tally.current = key;
        if (error !== undefined) remover.fail(error);
        else if (round === 0 || !remover.gone.has(key, uploadId)) {
          remover.gone.add(key, uploadId);
          work.uploads += 1;
        }
        if (tally.isDue()) yield work.step();
      }
    } catch (error) {
      if (!(error instanceof StorageError) || error.kind !== 'not-supported') throw error;
      yield work.say('The server does not list unfinished uploads: there are none to abort.');
      return;
    }
    const ms = PAUSES_MS[round];
    if (found === 0 || tally.failures.count > 0 || ms === undefined) return;
    if (round > 0) await work.pause(ms);
  }
}

function undeleted({ bucket, tally, remover, destroyed }: BucketWork): StorageError {
  const { count, first } = tally.failures;
  const reasons = first[0] === undefined ? '' : ` ${count === 1 ? '' : 'The first: '}${first[0].message}`;
  const what = count === 1 ? 'one thing in it' : `${count.toLocaleString('en')} things in it`;
  const kind = remover.kinds.has('locked') ? 'locked' : 'not-empty';
  const message = `Bucket “${bucket}” was not deleted, since ${what} could not be.${reasons} ${destroyed}`;
  return new StorageError({ kind, operation: 'delete', bucket, message });
}

function stillListed({ bucket, destroyed }: BucketWork): StorageError {
  const message = `Bucket “${bucket}” was not deleted: the server says that all in it is gone, but goes on listing some of it. ${destroyed}`;
  return new StorageError({ kind: 'not-empty', operation: 'delete', bucket, message });
}

function written({ bucket, destroyed }: BucketWork): StorageError {
  const message = `Bucket “${bucket}” was not deleted: somebody goes on writing to it. ${destroyed}`;
  return new StorageError({ kind: 'not-empty', operation: 'delete', bucket, message });
}
