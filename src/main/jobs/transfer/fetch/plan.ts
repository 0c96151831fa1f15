import type { FetchInput } from '#shared/transfer.ts';
import type { FetchItem } from '#shared/transfer-journal.ts';
import type { ListedObject } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { FailurePolicy } from '#jobs/failures.ts';
import { NamePlanner } from '#jobs/names.ts';
import { isPlaceholder, selectedObjects, selectionOf } from '#jobs/selection.ts';
import type { PlannedBefore } from '../journal.ts';
import { waitsFor } from '../waiting.ts';

/** The folder that names begin after: never half a segment. */
export function baseOf({ base }: Pick<FetchInput, 'base'>): string {
  return base.slice(0, base.lastIndexOf('/') + 1);
}

/** All but the placeholder of the base itself: the folder is there already. */
export function isFetchable(base: string): (object: ListedObject) => boolean {
  return (object) => !(object.key === base && isPlaceholder(object));
}

/** @throws StorageError `invalid-input` for a selection that is not inside its base */
export function requireInBase(input: FetchInput): void {
  const base = baseOf(input);
  const { bucket, prefix = base, keys = [], prefixes = [] } = input;
  const outside = [prefix, ...keys, ...prefixes].find((start) => !start.startsWith(base));
  if (outside === undefined) return;
  const message = `“${outside}” is not in the folder “${base}” that the names on this computer begin after.`;
  throw new StorageError({ kind: 'invalid-input', operation: 'fetch', bucket, key: outside, message });
}

/**
 * Everything that is selected, each with a path of its own. What was planned `before` keeps its path, and no other object
 * is given it, whatever has changed in the bucket since.
 *
 * @throws StorageError; the signal's reason
 */
export async function* planFetch(
  storage: Storage,
  input: FetchInput,
  signal: AbortSignal,
  before: PlannedBefore<FetchItem>,
): AsyncGenerator<FetchItem, void, undefined> {
  const base = baseOf(input);
  const isMeant = isFetchable(base);
  const planner = new NamePlanner();
  // The same keys in the same order get the same paths.
  for await (const item of before.items()) replan(planner, item, base);
  for await (const chosen of selectedObjects(storage, selectionOf(input), signal)) {
    const key = 'object' in chosen ? chosen.object.key : chosen.key;
    if (before.has(key)) continue;
    if (!('object' in chosen)) {
      requirePassing(chosen.error);
      const { path, renamed } = planner.plan(key.slice(base.length));
      yield { key, path, ...(renamed && { renamed }), size: 0, etag: '' };
    } else if (isMeant(chosen.object)) {
      const { size, etag, modifiedAt, versionId } = chosen.object;
      const { path, renamed } = planner.plan(key.slice(base.length), !isPlaceholder(chosen.object));
      yield {
        key,
        path,
        ...(renamed && { renamed }),
        size,
        etag,
        modifiedMs: modifiedAt.getTime(),
        ...(versionId !== undefined && { versionId }),
      };
    }
  }
}

function replan(planner: NamePlanner, { key, path }: FetchItem, base: string): void {
  if (planner.plan(key.slice(base.length), !path.endsWith('/')).path === path) return;
  const message = `Another version of Cooper has planned this transfer: it named “${key}” otherwise. Cancel it and start it anew.`;
  throw new StorageError({ kind: 'conflict', operation: 'fetch', key, path, message });
}

/** What is wrong with one object is found again when its turn comes. @throws what is wrong with all */
function requirePassing(error: unknown): void {
  if (error instanceof StorageError && waitsFor(error) !== undefined) throw error;
  new FailurePolicy().failed(error);
}
