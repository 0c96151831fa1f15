import type { ObjectVersion, VersionPage } from '#shared/objects.ts';
import { type ListOptions, pagesOf } from './list.ts';
import type { CallOptions, ListPageInput, ObjectRef, Storage } from './storage.ts';

/** What lists versions. */
export type VersionSource = Pick<Storage, 'listVersionsPage'>;

/** Everything that a listing has of one key. */
export interface KeyVersions {
  key: string;
  /** Versions and delete markers, newest first, whatever order the server has. Never empty. */
  versions: ObjectVersion[];
}

/**
 * All pages of the versions under a prefix, as the server orders them.
 * @throws StorageError; of kind `server-error` when the server goes in a circle.
 */
export function versionPages(
  storage: VersionSource,
  input: Omit<ListPageInput, 'startAfter'>,
  options: ListOptions = {},
): AsyncGenerator<VersionPage, void, undefined> {
  return pagesOf((token, signal) => storage.listVersionsPage({ ...input, token }, { signal }), {
    ...options,
    bucket: input.bucket,
    token: input.token,
  });
}

/**
 * The versions under a prefix, key by key in the order of the listing, however the pages cut them. Keeps no more than a
 * page and the versions of one key in memory.
 */
export async function* versionsByKey(
  storage: VersionSource,
  input: Omit<ListPageInput, 'startAfter'>,
  options: ListOptions = {},
): AsyncGenerator<KeyVersions, void, undefined> {
  const grouping = new KeyGrouping();
  for await (const page of versionPages(storage, input, options)) yield* grouping.add(page.versions);
  yield* grouping.end();
}

/** The timeline of exactly one key, newest first; empty when the server has nothing of it. */
export async function versionsOf(
  storage: VersionSource,
  { bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>,
  { signal }: CallOptions = {},
): Promise<ObjectVersion[]> {
  // Of all that begins with the key it is itself the first; what follows is of its neighbours.
  for await (const group of versionsByKey(storage, { bucket, prefix: key }, { signal, prefetch: false })) {
    return group.key === key ? group.versions : [];
  }
  return [];
}

/** Puts together what belongs to one key, of which the versions follow one another, also over pages. */
export class KeyGrouping {
  #pending: ObjectVersion[] = [];

  /** The key that more may come of. */
  get pendingKey(): string | undefined {
    return this.#pending[0]?.key;
  }

  /** Adds a page, and gives the keys that are complete by then. */
  add(versions: readonly ObjectVersion[]): KeyVersions[] {
    const complete: KeyVersions[] = [];
    for (const version of versions) {
      if (this.pendingKey !== undefined && this.pendingKey !== version.key) complete.push(...this.end());
      this.#pending.push(version);
    }
    return complete;
  }

  /** The last key, when nothing more comes. */
  end(): KeyVersions[] {
    const { pendingKey: key } = this;
    const versions = newestFirst(this.#pending);
    this.#pending = [];
    return key === undefined ? [] : [{ key, versions }];
  }
}

/**
 * The versions of one key, given as a server lists them, newest first: the latest, then by date. Within one date the
 * listing tells, once it is known which way it goes (Amazon: newest first; Hitachi: oldest first).
 */
export function newestFirst(listed: readonly ObjectVersion[]): ObjectVersion[] {
  const inOrder = isOldestFirst(listed) ? listed.toReversed() : [...listed];
  return inOrder.sort(
    (a, b) => Number(b.isLatest) - Number(a.isLatest) || b.modifiedAt.getTime() - a.modifiedAt.getTime(),
  );
}

function isOldestFirst(listed: readonly ObjectVersion[]): boolean {
  const first = listed[0];
  const last = listed.at(-1);
  if (first === undefined || last === undefined) return false;
  if (first.isLatest !== last.isLatest) return last.isLatest;
  const olderBy = last.modifiedAt.getTime() - first.modifiedAt.getTime();
  if (olderBy !== 0) return olderBy > 0;
  // Of one date, and none the latest: Hitachi counts its versions up.
  const [from, to] = [first.versionId, last.versionId];
  return /^\d+$/u.test(from) && /^\d+$/u.test(to) && BigInt(from) < BigInt(to);
}

/** What was current at `date`, of one key's versions newest first: undefined when it did not exist, or was deleted. */
export function currentAt(versions: readonly ObjectVersion[], date: Date): ObjectVersion | undefined {
  const then = versions.find(({ modifiedAt }) => modifiedAt.getTime() <= date.getTime());
  return then?.kind === 'version' ? then : undefined;
}
