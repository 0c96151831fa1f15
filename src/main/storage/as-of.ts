import type { ListedObject, ListPage, ObjectVersion } from '#shared/objects.ts';
import { compareKeys } from '#shared/key-order.ts';
import { mapConcurrent } from './concurrency.ts';
import { StorageError } from './errors.ts';
import type { ListOptions } from './list.ts';
import type { CallOptions, ListPageInput, ObjectRef } from './storage.ts';
import {
  currentAt,
  KeyGrouping,
  versionPages,
  versionsByKey,
  versionsOf,
  type VersionSource,
} from './versions.ts';

/** Folders of a level that are looked into at once for something that existed. */
const FOLDERS_AT_ONCE = 8;

export interface AsOfInput extends Omit<ListPageInput, 'startAfter'> {
  asOf: Date;
}

/**
 * What `listPages` would have given at a moment in the past, out of the versions that the server still has: of each key
 * the version that was current, with its id; what a delete marker hid is left out. With a delimiter, a folder is there
 * when something in it was, for which each is looked into. What was overwritten without versioning, and what was
 * deleted for good, nobody knows of. Any page's `nextToken` continues after it, also later.
 *
 * @throws StorageError; `invalid-input` for a token of another kind of listing.
 */
export async function* listPagesAsOf(
  storage: VersionSource,
  { asOf, token, ...input }: AsOfInput,
  options: ListOptions = {},
): AsyncGenerator<ListPage, void, undefined> {
  const { bucket } = input;
  const place = token === undefined ? {} : placeOf(token, bucket);
  const grouping = new KeyGrouping();
  let pageToken = place.page;
  let pendingSince = pageToken;
  for await (const page of versionPages(storage, { ...input, token: pageToken }, options)) {
    const pendingBefore = grouping.pendingKey;
    const complete = grouping.add(page.versions);
    if (page.nextToken === undefined) complete.push(...grouping.end());
    const keys = complete.filter(({ key }) => isAfter(key, place.key));
    const folders = page.prefixes.filter((folder) => isAfter(folder, place.folder));
    if (grouping.pendingKey !== pendingBefore) pendingSince = pageToken;

    const objects = keys.flatMap(({ versions }) => {
      const version = currentAt(versions, asOf);
      return version === undefined ? [] : [listed(version)];
    });
    const prefixes = await foldersThen(storage, { bucket, folders, asOf }, options.signal);
    place.key = keys.at(-1)?.key ?? place.key;
    place.folder = folders.at(-1) ?? place.folder;
    if (page.nextToken === undefined) {
      yield { prefixes, objects };
      return;
    }
    // A key that more pages may be about is read again from where it began.
    place.page = grouping.pendingKey === undefined ? page.nextToken : pendingSince;
    yield { prefixes, objects, nextToken: tokenOf(place) };
    pageToken = page.nextToken;
  }
}

/**
 * One object as it was.
 * @throws StorageError `not-found` when it did not exist then.
 */
export async function statAsOf(
  storage: VersionSource,
  { bucket, key, asOf }: Pick<ObjectRef, 'bucket' | 'key'> & { asOf: Date },
  options: CallOptions = {},
): Promise<ListedObject> {
  const version = currentAt(await versionsOf(storage, { bucket, key }, options), asOf);
  if (version !== undefined) return listed(version);
  const message = `Object “${key}” in bucket “${bucket}” did not exist at ${asOf.toISOString()}.`;
  throw new StorageError({ kind: 'not-found', operation: 'stat', bucket, key, message });
}

function listed({ key, size, modifiedAt, etag, storageClass, versionId }: ObjectVersion): ListedObject {
  return {
    key,
    size,
    modifiedAt,
    etag: etag ?? '',
    ...(storageClass !== undefined && { storageClass }),
    versionId,
  };
}

/** Those of the folders in which something existed. */
async function foldersThen(
  storage: VersionSource,
  { bucket, folders, asOf }: { bucket: string; folders: readonly string[]; asOf: Date },
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const found: string[] = [];
  const look = async (folder: string, stop: AbortSignal) => {
    const groups = versionsByKey(storage, { bucket, prefix: folder }, { signal: stop, prefetch: false });
    for await (const { versions } of groups) if (currentAt(versions, asOf) !== undefined) return [folder];
    return [];
  };
  for await (const folder of mapConcurrent(folders, look, { limit: FOLDERS_AT_ONCE, signal }))
    found.push(...folder);
  return found;
}

/** Where a listing goes on: the server's page, and what of it was given before. */
interface Place {
  page?: string | undefined;
  key?: string | undefined;
  folder?: string | undefined;
}

function isAfter(name: string, last: string | undefined): boolean {
  return last === undefined || compareKeys(name, last) > 0;
}

function tokenOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function placeOf(token: string, bucket: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (isPlace(place)) return place;
  } catch {
    // Said below.
  }
  const message = `The listing of bucket “${bucket}” cannot go on from “${token}”: list it from its beginning.`;
  throw new StorageError({ kind: 'invalid-input', operation: 'list', bucket, message });
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, text]) => ['page', 'key', 'folder'].includes(name) && typeof text === 'string',
    )
  );
}
