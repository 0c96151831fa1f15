import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ObjectStat } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { StorageError } from '#storage/errors.ts';
import { readResumed } from '#storage/read.ts';
import type { ObjectRef, Storage } from '#storage/storage.ts';
import type { ItemTask, TransferContext } from '../transfer.ts';
import type { PartialFile } from './partial-file.ts';
import { MOST_HASHED_BYTES, PartDigests } from './part-digests.ts';
import { SyncedNotes } from './synced-notes.ts';
import { isTrustedMd5, partSizesOf } from './verify.ts';

const MIB = 2 ** 20;
/** Up to this size an object comes by one request. */
const WHOLE_BYTES = 16 * MIB;
const LEAST_RANGE_BYTES = 8 * MIB;
const MOST_RANGES = 4000;
/** So much is written in one go. */
const WRITTEN_BYTES = MIB / 4;
/** Each is received, written and hashed: more of them only compete for the cores, also with the event loop. */
const RANGES_A_CORE = 2;

/** How much of an object one request is to bring: 8 MiB, or all of a small one, and more where that makes too many ranges. */
export function rangeBytesFor(size: number): number {
  if (isWhole({ size })) return size;
  return Math.max(LEAST_RANGE_BYTES, Math.ceil(size / MOST_RANGES / MIB) * MIB);
}

/** Whether an object comes by one request. */
export function isWhole({ size }: { size: number }): boolean {
  return size <= WHOLE_BYTES;
}

/** The object that is to come. */
export interface Source {
  ref: ObjectRef;
  size: number;
  etag: string;
  /** What a HEAD has told of it. */
  stat?: ObjectStat | undefined;
}

/** What is in the partial file already. */
export interface Received {
  rangeBytes: number;
  /** Ranges that are whole. */
  ranges: ReadonlySet<number>;
}

type Moving = Pick<ItemTask, 'moved' | 'note' | 'retried' | 'signal'>;

export interface Receiving {
  storage: Storage;
  source: Source;
  file: PartialFile;
  task: Moving;
  limits: TransferContext['limits'];
}

/**
 * Brings an object into a partial file, by what is missing there.
 * @returns what the server says of it; and its MD5, or those of its parts, where these are made on the way
 * @throws StorageError; `changed` when it is another object now
 */
export async function receive(
  receiving: Receiving,
  received: Received,
): Promise<{ stat: ObjectStat; md5?: string; parts?: PartDigests | undefined }> {
  return isWhole(receiving.source) ? receiveWhole(receiving) : receiveRanges(receiving, received);
}

/** One request, from where the file ends. */
async function receiveWhole({ storage, source, file, task, limits }: Receiving) {
  const { ref, size, etag } = source;
  const { moved, signal } = task;
  const hash = createHash('md5');
  const kept = await keptStart(file, source);
  let at = kept;
  for await (const piece of file.read(at, signal)) hash.update(piece);
  moved(at);
  let { stat } = source;
  const bytes = readResumed(storage, ref, {
    size,
    etag,
    start: at,
    signal,
    policy: { onRetry: task.retried },
    onAnswer: (answer) => {
      stat = answer;
    },
  });
  for await (const piece of bytes) {
    await limits.rate.take(piece.length, signal);
    hash.update(piece);
    await file.write(piece, at);
    at += piece.length;
    moved(piece.length);
  }
  stat ??= await storage.stat(ref, { signal });
  if (kept > 0 && (stat.etag !== etag || !isTrustedMd5(stat))) throw changed(ref);
  return { stat, md5: hash.digest('hex') };
}

/** How much of the file is worth keeping: what a power failure may have torn has to be found out by the MD5. */
async function keptStart(file: PartialFile, source: Source): Promise<number> {
  if (file.isNew) return 0;
  const { size } = await file.stat();
  if (size > 0 && size <= source.size && isTrustedMd5(source)) return size;
  if (size > 0) await file.truncate(0);
  return 0;
}

/** Several requests at once, each for a range, written where it belongs. */
async function receiveRanges(receiving: Receiving, received: Received) {
  const { storage, source, file, task } = receiving;
  const { ref, size, etag } = source;
  const stat = source.stat ?? (await storage.stat(ref, { signal: task.signal }));
  if (stat.size !== size || stat.etag !== etag) throw changed(ref);
  const parts = digestsOf(file, stat);
  const ranges = rangesOf(size, received.rangeBytes);
  const isThere = ({ index }: Range) => received.ranges.has(index);
  for (const { start, end } of ranges.filter(isThere)) {
    task.moved(end - start);
    parts?.wrote(start, end);
  }
  const notes = new SyncedNotes({
    sync: () => file.sync(),
    note: (index) => task.note({ note: 'range', index }),
  });
  const bring = async (range: Range, signal: AbortSignal): Promise<void> => {
    const { index, start, end } = range;
    await bringRange(receiving, stat, range, signal);
    parts?.wrote(start, end);
    await notes.wrote(index, end - start);
  };
  const bringing = mapConcurrent(
    ranges.filter((range) => !isThere(range)),
    bring,
    {
      limit: () => Math.min(receiving.limits.partsAtOnce(), RANGES_A_CORE * availableParallelism()),
      order: 'done',
      signal: task.signal,
    },
  );
  try {
    for await (const _brought of bringing); // each is noted, or is about to be
    await notes.end();
  } catch (error) {
    await notes.end().catch(() => undefined); // what is here is kept for the next try
    await parts?.settled();
    throw error;
  }
  return { stat, parts };
}

async function bringRange(
  { storage, source, file, task, limits }: Receiving,
  stat: ObjectStat,
  { start, end }: Range,
  signal: AbortSignal,
): Promise<void> {
  const { ref, size, etag } = source;
  let at = start;
  let pieces: Buffer[] = [];
  let held = 0;
  const write = async () => {
    await file.writeAll(pieces, at);
    at += held;
    task.moved(held);
    pieces = [];
    held = 0;
  };
  try {
    const bytes = readResumed(storage, ref, {
      size,
      etag,
      start,
      end,
      signal,
      policy: { onRetry: task.retried },
      onAnswer: (answer) => requireSame(stat, answer, ref),
    });
    for await (const piece of bytes) {
      await limits.rate.take(piece.length, signal);
      pieces.push(piece);
      held += piece.length;
      if (held >= WRITTEN_BYTES) await write();
    }
    if (held > 0) await write();
  } catch (error) {
    task.moved(start - at);
    throw error;
  }
}

/** Where the ETag is made of parts whose size is likely enough. */
function digestsOf(file: PartialFile, stat: ObjectStat): PartDigests | undefined {
  const [partBytes] = partSizesOf(stat);
  if (partBytes === undefined || partBytes > MOST_HASHED_BYTES) return undefined;
  return new PartDigests(file.fd, { size: stat.size, partBytes });
}

/** Where there is no ETag to tell by, the date does. */
function requireSame(described: ObjectStat, answer: ObjectStat, ref: ObjectRef): void {
  if (described.etag !== '' || described.modifiedAt?.getTime() === answer.modifiedAt?.getTime()) return;
  throw changed(ref);
}

function changed({ bucket, key }: ObjectRef): StorageError {
  return new StorageError({ kind: 'changed', operation: 'read', bucket, key });
}

interface Range {
  index: number;
  start: number;
  /** The byte after the last. */
  end: number;
}

function rangesOf(size: number, rangeBytes: number): Range[] {
  return Array.from({ length: Math.ceil(size / rangeBytes) }, (_, index) => ({
    index,
    start: index * rangeBytes,
    end: Math.min(size, (index + 1) * rangeBytes),
  }));
}
