import type { ListedObject, ListPage, ObjectStat } from '#shared/objects.ts';
import { listPagesAsOf, statAsOf } from '#storage/as-of.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import { type ListOptions, listPages } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import { FailurePolicy } from './failures.ts';

/** HEAD requests under way at once for chosen keys. */
const STATS_AT_ONCE = 16;

/** What a job's input says of its objects; see `jobInputSchema`. */
export interface Target {
  bucket: string;
  prefix?: string | undefined;
  keys?: string[] | undefined;
  prefixes?: string[] | undefined;
  oneLevel?: boolean | undefined;
  asOf?: Date | undefined;
}

/** The same objects, each in one place only. */
export interface Selection {
  bucket: string;
  oneLevel: boolean;
  /** Sorted. None is inside another, unless it is one level of each that is meant. */
  prefixes: string[];
  /** None is under one of the prefixes. */
  keys: string[];
  /** The versions that were current then are meant. */
  asOf?: Date | undefined;
}

/** Brings a target into a form in which no object is met twice. */
export function selectionOf(target: Target): Selection {
  const { bucket, prefix, oneLevel = false, asOf } = target;
  const asked = [...new Set([...(prefix === undefined ? [] : [prefix]), ...(target.prefixes ?? [])])].sort();
  const prefixes = oneLevel ? asked : outermost(asked);
  const isListed = (key: string) => (oneLevel ? isOnLevel(key, prefixes) : isUnder(key, prefixes));
  const keys = [...new Set(target.keys)].filter((key) => !isListed(key));
  return { bucket, oneLevel, prefixes, keys, asOf };
}

/** What one page of a listing brought. */
export interface SelectedPage {
  /** The prefix that was listed. */
  prefix: string;
  objects: ListedObject[];
  /** At one level: the folders of it. */
  folders: string[];
}

/**
 * Everything under the selection's prefixes.
 * @param options.brief only key and size of the objects are looked at.
 */
export async function* listSelected(
  storage: Storage,
  selection: Selection,
  signal: AbortSignal,
  { brief }: { brief?: boolean } = {},
): AsyncGenerator<SelectedPage, void, undefined> {
  for (const prefix of selection.prefixes) {
    for await (const page of pagesUnder(storage, selection, prefix, { signal, brief })) {
      yield { prefix, objects: page.objects, folders: page.prefixes };
    }
  }
}

/** The listing of one of the selection's prefixes. */
function pagesUnder(
  storage: Storage,
  { bucket, oneLevel, asOf }: Selection,
  prefix: string,
  { maxKeys, brief, ...options }: ListOptions & { maxKeys?: number; brief?: boolean | undefined },
): AsyncGenerator<ListPage, void, undefined> {
  const input = { bucket, prefix, delimiter: oneLevel ? '/' : undefined };
  return asOf === undefined
    ? listPages(storage, { ...input, maxKeys, brief }, options)
    : listPagesAsOf(storage, { ...input, asOf }, options); // what it shows is no measure of what it has to look at
}

/** A chosen object as a listing would give it, or why it cannot be had. */
export type ChosenObject = { object: ListedObject } | { key: string; error: unknown };

/** The selection's keys, in their order. */
export function statSelected(
  storage: Storage,
  { bucket, keys, asOf }: Selection,
  signal: AbortSignal,
): AsyncGenerator<ChosenObject, void, undefined> {
  const stat = async (key: string, stop: AbortSignal): Promise<ChosenObject> => {
    try {
      if (asOf !== undefined)
        return { object: await statAsOf(storage, { bucket, key, asOf }, { signal: stop }) };
      return { object: listedAs(await storage.stat({ bucket, key }, { signal: stop })) };
    } catch (error) {
      if (isAbort(error, stop)) throw error;
      return { key, error };
    }
  };
  return mapConcurrent(keys, stat, { limit: STATS_AT_ONCE, signal });
}

/** What a listing would say of an object. */
function listedAs({ key, size, etag, modifiedAt = new Date(0), storageClass }: ObjectStat): ListedObject {
  return { key, size, etag, modifiedAt, ...(storageClass !== undefined && { storageClass }) };
}

/** Everything that is selected, one after another: what is under the prefixes, then the chosen keys. */
export async function* selectedObjects(
  storage: Storage,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<ChosenObject, void, undefined> {
  for await (const { objects } of listSelected(storage, selection, signal))
    for (const object of objects) yield { object };
  yield* statSelected(storage, selection, signal);
}

/** A zero-byte object whose key ends with `/`: how consoles make an empty folder visible. */
export function isPlaceholder({ key, size }: Pick<ListedObject, 'key' | 'size'>): boolean {
  return size === 0 && key.endsWith('/');
}

/**
 * Makes sure that there is at least one object, by as few requests as that takes.
 * @param counts which objects count; all of them when left out.
 * @throws StorageError `not-found` when there is none; why none of the chosen ones can be had; what a listing throws.
 */
export async function requireObjects(
  storage: Storage,
  selection: Selection,
  signal: AbortSignal,
  counts: (object: ListedObject) => boolean = () => true,
): Promise<void> {
  const { prefixes, keys } = selection;
  for (const prefix of prefixes) {
    const options = { signal, prefetch: false, maxKeys: 2 };
    for await (const page of pagesUnder(storage, selection, prefix, options)) {
      if (page.prefixes.length > 0 || page.objects.some(counts)) return;
    }
  }
  const policy = new FailurePolicy();
  let denied: { error: unknown } | undefined;
  for await (const chosen of statSelected(storage, selection, signal)) {
    if ('object' in chosen) return;
    if (policy.failed(chosen.error).kind !== 'not-found') denied ??= { error: chosen.error };
  }
  if (denied !== undefined) throw denied.error;
  throw nothingFound(selection, keys.length);
}

/** The error for a selection without objects. */
export function nothingFound({ bucket, prefixes, asOf }: Selection, missingKeys = 0): StorageError {
  const places = prefixes.map((prefix) => (prefix === '' ? 'anywhere' : `under “${prefix}”`));
  const asked = [...places.slice(0, 3), ...(missingKeys > 0 ? [`at the ${missingKeys} chosen keys`] : [])];
  const more = places.length > 3 ? `, nor under ${places.length - 3} other prefixes` : '';
  const had = asOf === undefined ? 'has' : `had at ${asOf.toISOString()}`;
  return new StorageError({
    kind: 'not-found',
    operation: 'list',
    bucket,
    message: `Bucket “${bucket}” ${had} no object ${asked.join(' or ')}${more}.`,
  });
}

/** Those of the sorted `prefixes` that are not inside another. */
function outermost(prefixes: string[]): string[] {
  const kept: string[] = [];
  for (const prefix of prefixes) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}

/** In a sorted list in which none starts with another, only the last one up to `key` can be its start. */
function isUnder(key: string, prefixes: string[]): boolean {
  let low = 0;
  let high = prefixes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prefixes[middle] ?? '') <= key) low = middle + 1;
    else high = middle;
  }
  const candidate = prefixes[low - 1];
  return candidate !== undefined && key.startsWith(candidate);
}

function isOnLevel(key: string, prefixes: string[]): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix) && !key.includes('/', prefix.length));
}
