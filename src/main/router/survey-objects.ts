import type { ObjectsSurvey } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { StorageError } from '#storage/errors.ts';
import { listPages } from '#storage/list.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';
import { versionsByKey, versionsOf, type KeyVersions } from '#storage/versions.ts';

export interface SurveyTarget {
  bucket: string;
  /** Everything under these. */
  prefixes: string[];
  /** Exactly these. */
  keys: string[];
}

/** How often a snapshot is sent. */
const EVERY_MS = 150;
/** How many requests for single keys run at once. */
const KEYS_AT_ONCE = 8;
/** How many deleted keys are named. */
const NAMED = 200;

/**
 * What is under some prefixes and of some keys: objects, versions, delete markers, and what was deleted. Snapshots
 * while it goes on, the last with `isFinal`. Where the server lists no versions, objects are all that is found.
 */
export async function* surveyObjects(
  storage: Storage,
  { bucket, prefixes, keys }: SurveyTarget,
  { signal }: CallOptions,
): AsyncGenerator<ObjectsSurvey, void, undefined> {
  const found = { objects: 0, versions: 0, deleteMarkers: 0, bytes: 0, isFinal: false };
  const deleted: ObjectsSurvey['deleted'] = { count: 0, first: [] };
  let sentAt = Date.now();
  const isDue = () => Date.now() - sentAt >= EVERY_MS;
  const snapshot = (): ObjectsSurvey => {
    sentAt = Date.now();
    return { ...found, deleted: { count: deleted.count, first: [...deleted.first] } };
  };

  for (const prefix of prefixes) {
    for await (const group of everythingUnder(storage, { bucket, prefix }, { signal })) {
      add(group);
      if (isDue()) yield snapshot();
    }
  }
  const timelines = mapConcurrent(
    keys,
    async (key) => ({ key, versions: await timelineOf(storage, { bucket, key }, { signal }) }),
    { limit: KEYS_AT_ONCE, signal },
  );
  for await (const group of timelines) {
    add(group);
    if (isDue()) yield snapshot();
  }
  found.isFinal = true;
  yield snapshot();

  function add({ key, versions }: KeyVersions): void {
    const [latest] = versions;
    for (const { kind, size } of versions) {
      if (kind === 'version') {
        found.versions += 1;
        found.bytes += size;
      } else found.deleteMarkers += 1;
    }
    if (latest?.kind === 'version') found.objects += 1;
    // a marker over nothing has nothing to bring back
    else if (latest !== undefined && versions.some(({ kind }) => kind === 'version')) {
      deleted.count += 1;
      if (deleted.first.length < NAMED) deleted.first.push({ key, deletedAt: latest.modifiedAt });
    }
  }
}

const lacksVersions = (error: unknown) => error instanceof StorageError && error.kind === 'not-supported';

async function* everythingUnder(
  storage: Storage,
  place: { bucket: string; prefix: string },
  { signal }: CallOptions,
): AsyncGenerator<KeyVersions, void, undefined> {
  try {
    yield* versionsByKey(storage, place, { signal });
    return;
  } catch (error) {
    if (!lacksVersions(error)) throw error;
  }
  for await (const page of listPages(storage, place, { signal }))
    for (const object of page.objects)
      yield {
        key: object.key,
        versions: [{ ...object, versionId: 'null', kind: 'version', isLatest: true }],
      };
}

async function timelineOf(
  storage: Storage,
  ref: { bucket: string; key: string },
  { signal }: CallOptions,
): Promise<KeyVersions['versions']> {
  try {
    return await versionsOf(storage, ref, { signal });
  } catch (error) {
    if (!lacksVersions(error)) throw error;
  }
  const { key, size, modifiedAt = new Date(0) } = await storage.stat(ref, { signal });
  return [{ key, size, modifiedAt, versionId: 'null', kind: 'version', isLatest: true }];
}
