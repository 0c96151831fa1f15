import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { Failure } from '#shared/failure.ts';
import type { ListedObject } from '#shared/objects.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { isAbort } from '#storage/errors.ts';
import { readResumed } from '#storage/read.ts';
import type { Storage } from '#storage/storage.ts';
import type { FailurePolicy } from '../failures.ts';
import type { PlannedName } from '../names.ts';
import { isCompressible } from './compressible.ts';
import { deflateBlocks, type DeflatedBlock } from './deflate-blocks.ts';
import { checkLength, fetchWhole } from './fetch.ts';
import { Flow } from './flow.ts';
import type { Method } from './zip-records.ts';
import type { EntryInfo, ReadyBody, ZipWriter } from './zip-writer.ts';

/** Objects of up to so many bytes are fetched ahead of the writer, several at once; longer ones pass through in pieces. */
const WHOLE_BYTES = 4 * 1024 * 1024;
/** Bytes that may wait for the writer in memory. */
const AHEAD_BYTES = 32 * 1024 * 1024;
/** Objects that are fetched at once: at first, and at most. */
const AHEAD_OBJECTS = { least: 32, most: 128 };
/** What an object in memory takes beside its bytes. */
const OVERHEAD_BYTES = 16 * 1024;
/** The start of a long object that is deflated to see whether the whole is worth it. */
const SAMPLE_BYTES = 256 * 1024;

export interface NamedObject {
  object: ListedObject;
  name: PlannedName;
}
/** What is to be packed, or why it cannot be. */
export type PackItem = NamedObject | { key: string; error: unknown };

export interface PackContext {
  storage: Storage;
  bucket: string;
  zip: ZipWriter;
  /** False stores everything. */
  compress: boolean;
  policy: FailurePolicy;
  signal: AbortSignal;
}

/** What has happened since the event before. */
export type PackEvent =
  | { type: 'bytes'; key: string; bytes: number }
  /** `bytes` of it were not told of before. */
  | { type: 'packed'; object: ListedObject; name: PlannedName; bytes: number }
  /** `taken` bytes that were told of before are not in the ZIP after all. */
  | { type: 'failed'; key: string; size: number; taken: number; failure: Failure };

type Fetched =
  | { state: 'ready'; item: NamedObject; body: ReadyBody }
  | { state: 'folder'; item: NamedObject }
  | { state: 'long'; item: NamedObject }
  | { state: 'failed'; key: string; size: number; error: unknown };

/**
 * Packs `items` into `context.zip`, in their order. Small objects are fetched and compressed ahead, several at once, in
 * bounded memory. One that cannot be read leaves no trace in the ZIP and is told of as `failed`.
 *
 * @throws StorageError for what ends the job: the disk, credentials, a server that is gone; the signal's reason.
 */
export async function* pack(
  items: AsyncIterable<PackItem>,
  context: PackContext,
): AsyncGenerator<PackEvent, void, undefined> {
  const { zip, policy, signal } = context;
  const flow = new Flow(AHEAD_OBJECTS);
  const ahead = mapConcurrent(items, (item, stop) => fetchAhead(item, { ...context, flow }, stop), {
    limit: AHEAD_BYTES,
    weight: aheadBytes,
    maxItems: () => flow.limit,
    signal,
  });
  for await (const fetched of ahead) {
    switch (fetched.state) {
      case 'failed': {
        const { key, size, error } = fetched;
        yield { type: 'failed', key, size, taken: 0, failure: policy.failed(error) };
        break;
      }
      case 'folder':
        await zip.addFolder(entryInfo(fetched.item));
        yield packed(fetched.item, 0);
        break;
      case 'ready':
        await zip.addEntry(entryInfo(fetched.item), fetched.body);
        policy.succeeded();
        yield packed(fetched.item, fetched.body.bytes);
        break;
      case 'long':
        yield* packLong(fetched.item, context);
        break;
    }
  }
}

function packed({ object, name }: NamedObject, bytes: number): PackEvent {
  return { type: 'packed', object, name, bytes };
}

function entryInfo({ object, name }: NamedObject): EntryInfo {
  return { name: name.path, modifiedAt: object.modifiedAt };
}

function aheadBytes(item: PackItem): number {
  if ('error' in item || item.name.isFolder || item.object.size > WHOLE_BYTES) return 0;
  return item.object.size + OVERHEAD_BYTES;
}

async function fetchAhead(
  item: PackItem,
  context: PackContext & { flow: Flow },
  signal: AbortSignal,
): Promise<Fetched> {
  if ('error' in item) return { state: 'failed', key: item.key, size: 0, error: item.error };
  const { object, name } = item;
  if (name.isFolder) return { state: 'folder', item };
  if (object.size > WHOLE_BYTES) return { state: 'long', item };
  try {
    const compress = context.compress && isCompressible(object.key);
    const body = await fetchWhole(context.storage, context.bucket, object, {
      compress,
      signal,
      flow: context.flow,
    });
    return { state: 'ready', item, body };
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    return { state: 'failed', key: object.key, size: object.size, error };
  }
}

async function* packLong(
  item: NamedObject,
  context: PackContext,
): AsyncGenerator<PackEvent, void, undefined> {
  const { key, size } = item.object;
  let taken = 0;
  try {
    for await (const bytes of writeLong(item, context)) {
      taken += bytes;
      yield { type: 'bytes', key, bytes };
    }
  } catch (error) {
    if (isAbort(error, context.signal)) throw error;
    yield { type: 'failed', key, size, taken, failure: context.policy.failed(error) };
    return;
  }
  context.policy.succeeded();
  yield packed(item, 0);
}

/** Yields how many bytes each piece had. The entry is taken back unless all of them came. */
async function* writeLong(
  item: NamedObject,
  { storage, bucket, zip, compress, signal }: PackContext,
): AsyncGenerator<number, void, undefined> {
  const { object } = item;
  const { key, size, etag, versionId } = object;
  const body = readResumed(storage, { bucket, key, versionId }, { size, etag, signal });
  let isDone = false;
  let received = 0;
  try {
    const sample = compress && isCompressible(key) ? await takeSample(body) : [];
    const method = (await isWorthDeflating(sample)) ? 'deflate' : 'store';
    const entry = await zip.openEntry(entryInfo(item), { method, bytes: size });
    try {
      for await (const { raw, data } of encode(method, join(sample, body), signal)) {
        received += raw.length;
        checkLength(bucket, object, received, 'more');
        await entry.write(raw, data);
        yield raw.length;
      }
      checkLength(bucket, object, received);
      await entry.close();
      isDone = true;
    } finally {
      if (!isDone) await entry.discard();
    }
  } finally {
    await body.return();
  }
}

/** Takes the first pieces out of `body`, which stays open. */
async function takeSample(body: AsyncGenerator<Buffer, void, undefined>): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for (let bytes = 0; bytes < SAMPLE_BYTES;) {
    const step = await body.next();
    if (step.done === true) break;
    pieces.push(step.value);
    bytes += step.value.length;
  }
  return pieces;
}

async function isWorthDeflating(sample: Buffer[]): Promise<boolean> {
  if (sample.length === 0) return false;
  const bytes = Buffer.concat(sample);
  const deflated = await promisify(deflateRaw)(bytes, { level: 1 });
  return deflated.length < bytes.length * 0.97;
}

async function* encode(
  method: Method,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<DeflatedBlock, void, undefined> {
  if (method === 'deflate') yield* deflateBlocks(body, signal);
  else for await (const raw of body) yield { raw, data: raw };
}

async function* join(first: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* first;
  yield* rest;
}
