import type { ObjectStat } from '#shared/objects.ts';
import type { Verification } from '#shared/transfer-journal.ts';
import { readWhole } from '#storage/read.ts';
import type { Storage } from '#storage/storage.ts';
import { onFileThread } from '../disk/file-threads.ts';
import type { ItemTask, TransferContext } from '../transfer.ts';
import { removePartial } from './partial-file.ts';
import type { Source } from './receive.ts';
import { verify } from './verify.ts';

/** Up to this size an object is held until it is whole and checked: then there is little to do for it on the disk. */
export const HELD_BYTES = 2 ** 20;

/**
 * A small object by one request, and how its bytes were checked.
 * @param before as for `verify`
 * @throws StorageError as `readWhole` and `verify` do
 */
export async function receiveHeld(
  storage: Storage,
  { ref, size, etag, stat: known }: Source,
  { signal, retried, before }: Pick<ItemTask, 'signal' | 'retried'> & { before: string | undefined },
  { limits }: Pick<TransferContext, 'limits'>,
): Promise<{ bytes: Buffer; stat: ObjectStat; verified: Verification }> {
  let stat = known;
  const bytes = await readWhole(storage, ref, {
    size,
    etag,
    signal,
    policy: { onRetry: retried },
    onAnswer: (answer) => {
      stat = answer;
    },
  });
  await limits.rate.take(bytes.length, signal);
  stat ??= await storage.stat(ref, { signal });
  const held = {
    async *read() {
      yield bytes;
    },
  };
  return { bytes, stat, verified: await verify(held, stat, { bucket: ref.bucket, before, signal }) };
}

/** A held object on its way to its place. */
export interface HeldFile {
  /** Its partial file, and the name that this is to get. */
  path: string;
  place: string;
  /** Where the target really is. */
  root: string;
  bytes: Uint8Array;
  dateMs: number;
}

/**
 * Makes a file of it, on the disk, that has its name. Else what was written under the partial name; undefined when not even
 * that was done.
 * @throws StorageError of a `disk-*` kind
 */
export async function placeHeld(
  file: HeldFile,
): Promise<'named' | { size: number; mtimeMs: number } | undefined> {
  const done = await onFileThread({ do: 'place', ...file });
  if (done.is === 'written') return done;
  if (done.is !== 'named') return undefined;
  if (!done.isPartialGone) await removePartial(file.path);
  return 'named';
}

/** Gives it its name; false when that is to be tried step by step. @throws StorageError of a `disk-*` kind */
export async function nameHeld({ path, place, root }: HeldFile): Promise<boolean> {
  const done = await onFileThread({ do: 'name', path, place, root });
  if (done.is !== 'named') return false;
  if (!done.isPartialGone) await removePartial(path);
  return true;
}
