import type { UploadInput, UploadPreview } from '#shared/transfer.ts';
import type { Storage } from '#storage/storage.ts';
import { existingObject } from '../existing.ts';
import { oneMore } from '../first-of.ts';
import { TargetLevels } from './target-level.ts';
import { walk } from './walk.ts';

const INTERVAL_MS = 100;
/** So many files are asked for one by one when their level is not listed; what else exists is found when it is sent. */
const ASKED = 200;

/**
 * What an upload would do, as far as was looked: about every 100 ms, and at the end.
 * @throws StorageError for what is missing; the signal's reason
 */
export async function* previewUpload(
  storage: Storage,
  { bucket, prefix, paths, links }: UploadInput,
  signal: AbortSignal,
): AsyncGenerator<UploadPreview, void, undefined> {
  const levels = new TargetLevels(storage, bucket, signal);
  let seen: UploadPreview = {
    files: 0,
    folders: 0,
    bytes: 0,
    exists: { count: 0, first: [] },
    leftOut: { count: 0, first: [] },
    isFinal: false,
  };
  let asked = 0;
  let toldAt = performance.now();
  for await (const event of walk(paths, { links, signal })) {
    if ('leftOut' in event) seen = { ...seen, leftOut: oneMore(seen.leftOut, event.leftOut) };
    else {
      const { name, size } = event.file;
      const key = prefix + name;
      let there = await levels.find(key);
      if (there === 'unknown') {
        there = ++asked > ASKED ? undefined : await existingObject(storage, { bucket, key }, { signal });
      }
      seen = {
        ...seen,
        files: seen.files + (name.endsWith('/') ? 0 : 1),
        folders: seen.folders + (name.endsWith('/') ? 1 : 0),
        bytes: seen.bytes + size,
        exists: there === undefined ? seen.exists : oneMore(seen.exists, key),
      };
    }
    if (performance.now() - toldAt < INTERVAL_MS) continue;
    toldAt = performance.now();
    yield seen;
  }
  yield { ...seen, isFinal: true };
}
