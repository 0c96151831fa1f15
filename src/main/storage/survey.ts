import type { BucketSurvey, ObjectVersion } from '#shared/objects.ts';
import { mapConcurrent } from './concurrency.ts';
import { isAbort, StorageError } from './errors.ts';
import { listPages } from './list.ts';
import { lockOf } from './locks.ts';
import type { CallOptions, Storage } from './storage.ts';
import { uploadPages } from './uploads.ts';
import { versionPages } from './versions.ts';

/** Snapshots are at least this far apart, ms. */
const INTERVAL_MS = 100;
/** Versions that are asked whether they are locked, where the bucket has object lock: a HEAD for each. */
const ASKED = 1000;
const ASKED_AT_ONCE = 16;
/** What is locked and named. */
const NAMED = 20;

/**
 * Counts what a force delete would destroy, from listings: snapshots about ten times a second, the last of them final.
 * Where the bucket has object lock, its first thousand versions are asked whether they are kept.
 */
export async function* survey(
  storage: Storage,
  bucket: string,
  { signal }: CallOptions = {},
): AsyncGenerator<BucketSurvey, void, undefined> {
  const found: BucketSurvey = {
    objects: 0,
    versions: 0,
    deleteMarkers: 0,
    uploads: 0,
    bytes: 0,
    locked: { count: 0, first: [] },
    isFinal: false,
  };
  const stop = new AbortController();
  const all = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const uploads = countUploads(storage, bucket, found, all);
  uploads.catch(() => undefined); // asked for below
  const toAsk: ObjectVersion[] = [];
  let dueAt = 0;
  const isDue = () => {
    if (performance.now() < dueAt) return false;
    dueAt = performance.now() + INTERVAL_MS;
    return true;
  };
  try {
    const hasLock = await mayHaveLocks(storage, bucket, all);
    for await (const versions of versionsIn(storage, bucket, all)) {
      for (const version of versions) {
        count(found, version);
        if (hasLock && version.kind === 'version' && toAsk.length < ASKED) toAsk.push(version);
      }
      if (isDue()) yield snapshot(found);
    }
    const ask = async ({ key, versionId }: ObjectVersion, each: AbortSignal) => {
      const reason = await lockOf(storage, { bucket, key, versionId }, { signal: each });
      return reason === undefined ? undefined : { key, reason };
    };
    for await (const lock of mapConcurrent(toAsk, ask, { limit: ASKED_AT_ONCE, signal: all })) {
      if (lock === undefined) continue;
      found.locked.count += 1;
      if (found.locked.first.length < NAMED) found.locked.first.push(lock);
      if (isDue()) yield snapshot(found);
    }
    await uploads;
    yield { ...snapshot(found), isFinal: true };
  } finally {
    stop.abort(new DOMException('The survey was left.', 'AbortError'));
    await uploads.catch(() => undefined);
  }
}

function count(found: BucketSurvey, { kind, isLatest, size }: ObjectVersion): void {
  if (kind === 'delete-marker') {
    found.deleteMarkers += 1;
    return;
  }
  found.versions += 1;
  found.bytes += size;
  if (isLatest) found.objects += 1;
}

/** Of its own: what has been given is not changed any more. */
function snapshot(found: BucketSurvey): BucketSurvey {
  const { count: locked, first } = found.locked;
  return { ...found, locked: { count: locked, first: [...first] } };
}

async function countUploads(
  storage: Storage,
  bucket: string,
  found: BucketSurvey,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { uploads } of uploadPages(storage, { bucket }, { signal }))
      found.uploads += uploads.length;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** Pages of versions; of objects, as their only versions, where the server does not list those. */
async function* versionsIn(
  storage: Storage,
  bucket: string,
  signal: AbortSignal,
): AsyncGenerator<ObjectVersion[], void, undefined> {
  let isListed = false;
  try {
    for await (const { versions } of versionPages(storage, { bucket }, { signal })) {
      isListed = true;
      yield versions;
    }
    return;
  } catch (error) {
    if (isListed || !isAbsent(error)) throw error;
  }
  for await (const { objects } of listPages(storage, { bucket }, { signal }))
    yield objects.map((object) => ({ ...object, versionId: 'null', kind: 'version', isLatest: true }));
}

/** Without object lock nothing of S3's can be kept. What HCP retains by itself shows when it is to be deleted. */
async function mayHaveLocks(storage: Storage, bucket: string, signal: AbortSignal): Promise<boolean> {
  try {
    const setting = await storage.readSetting(bucket, 'objectLock', { signal });
    return setting.state === 'set';
  } catch (error) {
    if (isAbort(error, signal) || !(error instanceof StorageError) || error.kind !== 'access-denied')
      throw error;
    return true;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof StorageError && error.kind === 'not-supported';
}
