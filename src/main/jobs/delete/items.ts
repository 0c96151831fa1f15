import type { ObjectVersion } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import type { Storage, VersionRef } from '#storage/storage.ts';
import { versionPages, versionsOf } from '#storage/versions.ts';
import { listSelected, type Selection } from '../selection.ts';

/** Chosen keys whose versions are asked for at once. */
const KEYS_AT_ONCE = 16;

/** One thing that is to be deleted: an object, a version or a delete marker. */
export interface Item extends VersionRef {
  kind: 'object' | ObjectVersion['kind'];
  /** Bytes. */
  size: number;
  isLatest: boolean;
  /** Absent: it was chosen, not listed. */
  modifiedAt?: Date;
}

/**
 * The current objects of a selection, as many at once as are known: what is under its prefixes as it is listed, then its keys
 * as they were chosen.
 */
export async function* currentItems(
  storage: Storage,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Item[], void, undefined> {
  for await (const { objects } of listSelected(storage, selection, signal))
    yield objects.map(({ key, size, modifiedAt }) => ({
      key,
      kind: 'object',
      size,
      isLatest: true,
      modifiedAt,
    }));
  yield selection.keys.map((key) => ({ key, kind: 'object', size: 0, isLatest: true }));
}

/** Every version and delete marker of a selection, as many at once as are known. */
export async function* versionItems(
  storage: Storage,
  { bucket, prefixes, keys }: Pick<Selection, 'bucket' | 'prefixes' | 'keys'>,
  signal: AbortSignal,
): AsyncGenerator<Item[], void, undefined> {
  for (const prefix of prefixes) {
    for await (const { versions } of versionPages(storage, { bucket, prefix }, { signal }))
      yield versions.map(itemOf);
  }
  const ofKey = (key: string, stop: AbortSignal) => versionsOf(storage, { bucket, key }, { signal: stop });
  for await (const versions of mapConcurrent(keys, ofKey, { limit: KEYS_AT_ONCE, signal }))
    yield versions.map(itemOf);
}

function itemOf({ key, versionId, kind, size, isLatest, modifiedAt }: ObjectVersion): Item {
  return { key, versionId, kind, size, isLatest, modifiedAt };
}
