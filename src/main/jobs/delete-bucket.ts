import type { DeleteBucketInput } from '#shared/job.ts';
import type { DeleteBucketResult } from '#shared/job-results.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { emptyBucket } from './delete-bucket/emptying.ts';
import { letGo, refusalOf } from './delete-bucket/namespace.ts';
import { BucketWork } from './delete-bucket/work.ts';
import type { Operation, Step } from './operation.ts';
import type { JobServices } from './services.ts';

/** How often it is emptied again, since something was written between its last listing and its deletion. */
const TRIES = 3;
/** Pauses before it is looked again whether the bucket is gone, ms: lists of buckets may lag behind. */
const PAUSES_MS = [500, 1500, 3000, 5000];

type Steps<R = void> = AsyncGenerator<Step<DeleteBucketResult>, R, undefined>;

/**
 * Empties a bucket of everything, versions, delete markers and unfinished uploads, deletes it, and looks whether it is
 * gone. Every step is told before it is begun. Where HCP keeps deletion records of an emptied bucket, it ends with what
 * would have to be changed, or changes that when it was agreed to. Stopped or ended in the middle, it can be started
 * again, and goes on with what is left.
 */
export function deleteBucket(services: JobServices): Operation<DeleteBucketInput, DeleteBucketResult> {
  return {
    async prepare(storage, { connectionId, bucket }, signal) {
      const isPending = services.deletions.get(connectionId, bucket) !== undefined;
      if (isPending || (await storage.bucketExists(bucket, { signal }))) return;
      throw new StorageError({ kind: 'not-found', operation: 'delete', bucket });
    },

    async *run(storage, input, signal) {
      const work = new BucketWork(storage, input, services, signal);
      yield work.step();
      if (!(yield* isThere(work)) || (yield* remove(work))) {
        yield* prove(work);
        work.forget();
        work.outcome = { state: 'gone' };
      }
      work.tally.current = undefined;
      yield work.step();
    },
  };
}

/** One that HCP was still cleaning up may have gone since. */
async function* isThere(work: BucketWork): Steps<boolean> {
  const { storage, bucket, signal, services, input } = work;
  if (services.deletions.get(input.connectionId, bucket) === undefined) return true;
  yield work.say(`Looking whether bucket “${bucket}” is still there.`);
  return storage.bucketExists(bucket, { signal });
}

/** Empties it and deletes it; false when it has to stay for now, with the reason in the outcome. */
async function* remove(work: BucketWork): Steps<boolean> {
  const { storage, bucket, signal } = work;
  for (let attempt = 1; ; attempt++) {
    yield* emptyBucket(work);
    const { kept } = work.remover;
    if (kept.summary !== undefined) {
      const { count, first } = kept.summary;
      yield work.say(
        `${count === 1 ? 'One folder' : `${count} folders`} that HCP makes by itself cannot be deleted, and should go with the bucket: “${first[0]}”.`,
      );
    }
    yield work.say(`Deleting bucket “${bucket}”.`);
    const refused = await refusalOf(work, () => storage.deleteBucket(bucket, { signal }));
    if (refused === undefined) return true;
    if (refused.kind !== 'not-empty' && refused.kind !== 'conflict') throw refused;
    if (storage.namespaces !== undefined) return yield* letGo(work, storage.namespaces, refused);
    if (attempt >= TRIES) throw refused;
    yield work.say(`Bucket “${bucket}” is said not to be empty: something may have been written meanwhile.`);
  }
}

/** @throws StorageError `conflict` when it is still there. */
async function* prove(work: BucketWork): Steps {
  const { storage, bucket, signal } = work;
  for (let again = 0; ; again++) {
    yield work.say(`Looking whether bucket “${bucket}” is gone, by its name and in the list of all buckets.`);
    const [isFound, isListed] = await Promise.all([
      storage.bucketExists(bucket, { signal }),
      listed(storage, bucket, signal),
    ]);
    if (!isFound && !isListed) return;
    const ms = PAUSES_MS[again];
    if (ms !== undefined) {
      await work.pause(ms);
      continue;
    }
    const where = isListed ? 'is still in the list of all buckets' : 'still answers to its name';
    const message = `The server said that bucket “${bucket}” is deleted, but it ${where}. ${work.destroyed}`;
    throw new StorageError({ kind: 'conflict', operation: 'delete', bucket, message });
  }
}

/** As far as these credentials may list buckets. What was named by hand is in the list without being there. */
async function listed(storage: Storage, bucket: string, signal: AbortSignal): Promise<boolean> {
  try {
    const buckets = await storage.listBuckets({ signal });
    return buckets.some(({ name, known }) => name === bucket && known !== 'by-hand');
  } catch (error) {
    if (isAbort(error, signal) || !(error instanceof StorageError) || error.kind !== 'access-denied')
      throw error;
    return false;
  }
}
