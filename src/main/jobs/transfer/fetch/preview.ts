import type { FetchInput, FetchPreview } from '#shared/transfer.ts';
import type { FetchItem } from '#shared/transfer-journal.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { oneMore } from '../first-of.ts';
import type { PlannedBefore } from '../journal.ts';
import { existingFile } from './existing-file.ts';
import { planFetch, requireInBase } from './plan.ts';
import { checkFolder, placeOf } from './target-folder.ts';

const INTERVAL_MS = 100;
/** Files that are looked for at once. */
const LOOKED_FOR = 16;

const NOTHING_BEFORE: PlannedBefore<FetchItem> = { async *items() {}, has: () => false };

/**
 * What fetching would do, as far as was looked: about every 100 ms, and at the end.
 * @throws StorageError for what is missing; the signal's reason
 */
export async function* previewFetch(
  storage: Storage,
  input: FetchInput,
  signal: AbortSignal,
): AsyncGenerator<FetchPreview, void, undefined> {
  requireInBase(input);
  await checkFolder(input.folder);
  const isNew = (await existingFile(input.folder)) === undefined;
  const look = async (item: FetchItem) => ({
    item,
    exists: !isNew && !item.path.endsWith('/') && (await isTaken(placeOf(input.folder, item.path))),
  });
  let seen: FetchPreview = {
    objects: 0,
    bytes: 0,
    exists: { count: 0, first: [] },
    renamed: { count: 0, first: [] },
    isFinal: false,
  };
  let toldAt = performance.now();
  const items = planFetch(storage, input, signal, NOTHING_BEFORE);
  for await (const { item, exists } of mapConcurrent(items, look, { limit: LOOKED_FOR, signal })) {
    const { key, path, size } = item;
    seen = {
      objects: seen.objects + 1,
      bytes: seen.bytes + size,
      exists: exists ? oneMore(seen.exists, path) : seen.exists,
      renamed: item.renamed === true ? oneMore(seen.renamed, { key, path }) : seen.renamed,
      isFinal: false,
    };
    if (performance.now() - toldAt < INTERVAL_MS) continue;
    toldAt = performance.now();
    yield seen;
  }
  yield { ...seen, isFinal: true };
}

async function isTaken(path: string): Promise<boolean> {
  try {
    return (await existingFile(path)) !== undefined;
  } catch (error) {
    // What is in its way is told when it is fetched.
    if (error instanceof StorageError) return false;
    throw error;
  }
}
