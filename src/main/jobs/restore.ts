import type { RestoreInput } from '#shared/job.ts';
import type { RestoreResult } from '#shared/job-results.ts';
import { copyLimits, type CopyLimits } from '#storage/copy-object.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { type KeyVersions, versionPages, versionsByKey, versionsOf } from '#storage/versions.ts';
import { attemptEach, withTicks } from './each.ts';
import { FailurePolicy } from './failures.ts';
import type { Operation, Step } from './operation.ts';
import { makeCurrent, undelete } from './restore/restore-one.ts';
import { selectionOf } from './selection.ts';
import { Tally } from './tally.ts';

/** Keys that are brought back at once, each by two to four requests. */
const KEYS_AT_ONCE = 16;

/**
 * Brings back what was deleted: removes the delete markers that hide an object, each by its version, and where a server
 * has none (Hitachi) copies the newest version back. Or makes one version the current one, by a copy on the server.
 * Each is proved by looking at the object. What was not deleted stays as it is.
 */
export const restore = restoreWithin(copyLimits);

/** The same with other limits for one request. */
export function restoreWithin(limits: CopyLimits): Operation<RestoreInput, RestoreResult> {
  return { prepare, run: (storage, input, signal) => run(storage, input, limits, signal) };
}

/** @throws StorageError `not-found` when the server has nothing that could be brought back */
async function prepare(storage: Storage, input: RestoreInput, signal: AbortSignal): Promise<void> {
  const { bucket, version } = input;
  if (version !== undefined) {
    await requireVersion(storage, { bucket, ...version }, signal);
    return;
  }
  const { prefixes, keys } = selectionOf(input);
  if (keys.length > 0) return; // each is told of by itself
  for (const prefix of prefixes) {
    const pages = versionPages(storage, { bucket, prefix, maxKeys: 2 }, { signal, prefetch: false });
    for await (const { versions } of pages) if (versions.length > 0) return;
  }
  const [first = ''] = prefixes;
  const place = first === '' ? '' : ` under “${first}”`;
  const message = `Bucket “${bucket}” has no version${place}, current or old: there is nothing to bring back.`;
  throw new StorageError({ kind: 'not-found', operation: 'restore', bucket, message });
}

async function requireVersion(
  storage: Storage,
  { bucket, key, versionId }: { bucket: string; key: string; versionId: string },
  signal: AbortSignal,
) {
  const found = (await versionsOf(storage, { bucket, key }, { signal })).find(
    (version) => version.versionId === versionId,
  );
  if (found?.kind === 'version') return found;
  const message =
    found === undefined
      ? `Object “${key}” in bucket “${bucket}” has no version “${versionId}”.`
      : `Version “${versionId}” of object “${key}” is a delete marker: choose the version before it.`;
  const kind = found === undefined ? 'not-found' : 'invalid-input';
  throw new StorageError({ kind, operation: 'restore', bucket, key, message });
}

async function* run(
  storage: Storage,
  input: RestoreInput,
  limits: CopyLimits,
  signal: AbortSignal,
): AsyncGenerator<Step<RestoreResult>, void> {
  const { bucket, version } = input;
  const tally = new Tally();
  const policy = new FailurePolicy();
  const total = { objects: 0, bytes: 0, isFinal: false };
  const result: RestoreResult = { restored: 0, current: 0 };
  const step = (): Step<RestoreResult> => {
    tally.total = { ...total, bytes: tally.bytes };
    return { progress: tally.snapshot(), result: { ...result } };
  };
  const context = {
    storage,
    bucket,
    limits,
    onBytes: (bytes: number) => {
      tally.bytes += bytes;
    },
  };

  async function* items(): AsyncGenerator<RestoreItem, void, undefined> {
    const work: AsyncIterable<RestoreItem> | Iterable<RestoreItem> =
      version === undefined ? deletedItems(storage, input, signal) : [{ version }];
    for await (const item of work) {
      total.objects++;
      yield item;
    }
    total.isFinal = true;
  }
  const work = async (item: RestoreItem, stop: AbortSignal): Promise<'restored' | 'current'> => {
    if ('version' in item) {
      const found = await requireVersion(storage, { bucket, ...item.version }, stop);
      return makeCurrent(context, found, stop);
    }
    const versions =
      'versions' in item
        ? item.versions
        : await versionsOf(storage, { bucket, key: item.key }, { signal: stop });
    return undelete(context, { key: item.key, versions }, stop);
  };

  for await (const done of withTicks(attemptEach(items(), work, { limit: KEYS_AT_ONCE, signal }))) {
    if (done !== undefined) {
      tally.current = 'version' in done.item ? done.item.version.key : done.item.key;
      if ('error' in done) tally.fail(policy.failed(done.error));
      else {
        tally.objects++;
        result[done.value]++;
        policy.succeeded();
      }
    }
    if (done === undefined || tally.isDue()) yield step();
  }
  tally.current = undefined;
  yield step();
}

/** What is worked on: a version that becomes current, a listed key, or one whose versions have to be asked for. */
type RestoreItem = { version: { key: string; versionId: string } } | KeyVersions | { key: string };

async function* deletedItems(
  storage: Storage,
  input: RestoreInput,
  signal: AbortSignal,
): AsyncGenerator<RestoreItem, void, undefined> {
  const { bucket, prefixes, keys } = selectionOf(input);
  for (const prefix of prefixes) {
    for await (const group of versionsByKey(storage, { bucket, prefix }, { signal })) {
      // Of a key with nothing but markers there is nothing left to bring back; nobody chose it.
      if (group.versions.some(({ kind }) => kind === 'version')) yield group;
    }
  }
  for (const key of keys) yield { key };
}
