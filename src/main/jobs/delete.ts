import type { DeleteInput } from '#shared/job.ts';
import type { DeleteResult } from '#shared/job-results.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { versionPages, versionsOf } from '#storage/versions.ts';
import { currentItems, type Item, versionItems } from './delete/items.ts';
import { findSurvivors, thoseThere } from './delete/proof.ts';
import { Remover } from './delete/remover.ts';
import type { Operation, Step } from './operation.ts';
import { listSelected, nothingFound, requireObjects, selectionOf } from './selection.ts';
import type { JobServices } from './services.ts';
import { Tally } from './tally.ts';

/** HCP 9.2.3: "Deleting multiple objects" takes no version ID. */
const HCP_VERSIONS =
  'Some versions of HCP overlook in a bulk deletion which version is meant, and would delete the current one.';

/**
 * Deletes objects, everything under prefixes, or single versions, in parallel batches. A prefix is followed exactly:
 * what only begins like a folder stays. An object that cannot be deleted is counted, with its reason. Afterwards it
 * looks: what was said to be gone and is still there counts as a failure too. What is written meanwhile stays.
 */
export function deleteObjects({ pause }: JobServices): Operation<DeleteInput, DeleteResult> {
  return { prepare, run };

  async function* run(
    storage: Storage,
    input: DeleteInput,
    signal: AbortSignal,
  ): AsyncGenerator<Step<DeleteResult>, void> {
    const { bucket } = input;
    const tally = new Tally();
    const versionsAlone = hasVersions(input) && storage.namespaces !== undefined ? HCP_VERSIONS : undefined;
    const remover = new Remover({ storage, bucket, tally, versionsAlone, signal });
    let survived = 0;
    const step = (): Step<DeleteResult> => {
      const { count, requests, oneByOne, kept } = remover;
      const keptFolders = kept.summary;
      return {
        progress: tally.snapshot(),
        result: {
          deleted: count - survived,
          requests,
          ...(oneByOne !== undefined && { oneByOne }),
          ...(keptFolders !== undefined && { keptFolders }),
        },
      };
    };

    for await (const _ of remover.remove(itemsOf(storage, input, signal))) if (tally.isDue()) yield step();
    yield step();

    const look = () => lookAgain(storage, input, signal);
    const survivors = await findSurvivors(storage, look, { remover, pause, signal });
    survived = survivors.count;
    tally.objects -= survived;
    for (let n = 0; n < survived; n++) {
      const item = survivors.first[Math.min(n, survivors.first.length - 1)];
      if (item !== undefined) remover.fail(stillThere(bucket, item));
    }
    tally.current = undefined;
    yield step();
  }
}

async function prepare(storage: Storage, input: DeleteInput, signal: AbortSignal): Promise<void> {
  const { bucket, prefixes = [] } = input;
  const refuse = (message: string, key?: string) => {
    throw new StorageError({ kind: 'invalid-input', operation: 'delete', bucket, key, message });
  };
  const open = prefixes.find((prefix) => !prefix.endsWith('/'));
  if (open !== undefined) refuse(`“${open}” is no folder: its name would end in “/”.`, open);
  const selection = selectionOf(input);
  if (hasVersions(input)) {
    if (selection.prefixes.length + selection.keys.length > 0)
      refuse('Choose versions or objects, not both at once: nothing was deleted.');
    if (!(await storage.bucketExists(bucket, { signal })))
      throw new StorageError({ kind: 'not-found', operation: 'delete', bucket });
    return;
  }
  if (input.scope === 'all-versions') {
    await requireVersions(storage, selection, signal);
    return;
  }
  // HCP has no answer for folders that are chosen by themselves.
  const isAskable = storage.namespaces === undefined || !selection.keys.some((key) => key.endsWith('/'));
  if (isAskable) await requireObjects(storage, selection, signal);
}

/** @throws StorageError `not-found` when there is neither a version nor a delete marker of what was chosen. */
async function requireVersions(
  storage: Storage,
  selection: ReturnType<typeof selectionOf>,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, prefixes, keys } = selection;
  for (const prefix of prefixes) {
    const input = { bucket, prefix, maxKeys: 1 };
    for await (const { versions } of versionPages(storage, input, { signal, prefetch: false }))
      if (versions.length > 0) return;
  }
  for (const key of keys) if ((await versionsOf(storage, { bucket, key }, { signal })).length > 0) return;
  throw nothingFound(selection, keys.length);
}

function hasVersions({ versions = [] }: DeleteInput): boolean {
  return versions.length > 0;
}

function itemsOf(storage: Storage, input: DeleteInput, signal: AbortSignal): AsyncIterable<Item[]> {
  if (hasVersions(input)) return chosenVersions(input);
  const selection = selectionOf(input);
  return input.scope === 'all-versions'
    ? versionItems(storage, selection, signal)
    : currentItems(storage, selection, signal);
}

async function* chosenVersions({ versions = [] }: DeleteInput): AsyncGenerator<Item[], void, undefined> {
  const distinct = new Map(versions.map((ref) => [JSON.stringify([ref.key, ref.versionId]), ref]));
  yield Array.from(distinct.values(), ({ key, versionId }) => ({
    key,
    versionId,
    kind: 'version' as const,
    size: 0,
    isLatest: false,
  }));
}

/** What is there now, of all that was to be deleted. */
async function* lookAgain(
  storage: Storage,
  input: DeleteInput,
  signal: AbortSignal,
): AsyncGenerator<Item[], void, undefined> {
  const { bucket, versions = [] } = input;
  const selection = selectionOf(input);
  if (versions.length > 0) {
    const keys = [...new Set(versions.map(({ key }) => key))];
    // They were chosen, so nobody knows their age: what is there of them is what was to go.
    for await (const items of versionItems(storage, { bucket, prefixes: [], keys }, signal))
      yield items.map(ageless);
    return;
  }
  if (input.scope === 'all-versions') {
    yield* versionItems(storage, selection, signal);
    return;
  }
  for await (const { objects } of listSelected(storage, { ...selection, keys: [] }, signal)) {
    yield objects.map(({ key, size, modifiedAt }) => ({
      key,
      kind: 'object' as const,
      size,
      isLatest: true,
      modifiedAt,
    }));
  }
  for await (const item of thoseThere(storage, selection, signal)) yield [ageless(item)];
}

function ageless({ modifiedAt: _, ...item }: Item): Item {
  return item;
}

function stillThere(bucket: string, { key, versionId, kind }: Item): StorageError {
  const what =
    versionId === undefined
      ? 'The object'
      : `${kind === 'delete-marker' ? 'The delete marker' : 'Version'} ${versionId} of`;
  const message = `${what} “${key}” in bucket “${bucket}” is there, although the server said that it was deleted${
    versionId === undefined ? ', or somebody has written it again' : ''
  }.`;
  return new StorageError({ kind: 'conflict', operation: 'delete', bucket, key, message });
}
