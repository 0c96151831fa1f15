import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { StorageError, isAbort } from './errors.ts';
import { Pacer } from './pacer.ts';
import type { CallOptions, Namespaces, Storage } from './storage.ts';

/** Every method has its line, so that a method that is added cannot be forgotten. */
type AllOf<T> = { [K in keyof Required<T>]: T[K] };

export interface RetryPolicy {
  /** How often one call is tried at most, the first time included. */
  attempts: number;
  /** The longest first pause, ms. It doubles with each attempt. */
  baseMs: number;
  /** The longest pause, ms, unless the server asks for a longer one. */
  maxMs: number;
  /** No pause begins that would end later than this after the first attempt began, ms. */
  totalMs: number;
  /** 0 to 1, as `Math.random`. */
  random: () => number;
  /** Waits; throws the signal's reason when told to stop. */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Told before each pause. */
  onRetry?: ((retry: { attempt: number; delayMs: number; error: StorageError }) => void) | undefined;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 6,
  baseMs: 200,
  maxMs: 20_000,
  totalMs: 120_000,
  random: Math.random,
  sleep: pause,
  now: () => performance.now(),
};

/**
 * How long to wait after attempt number `attempt` (from 1) failed with `error`: exponential backoff with full jitter
 * (any moment up to the doubled bound, so that many clients do not come back at once), never sooner than the server asked
 * for. Undefined when the call is not to be tried again.
 */
export function retryDelayMs(
  policy: Pick<RetryPolicy, 'attempts' | 'baseMs' | 'maxMs' | 'totalMs' | 'random'>,
  tried: { attempt: number; elapsedMs: number; error: unknown },
): number | undefined {
  const { attempt, elapsedMs, error } = tried;
  if (!(error instanceof StorageError) || !error.retryable || attempt >= policy.attempts) return undefined;
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const delayMs = Math.max(Math.round(policy.random() * bound), error.retryAfterMs ?? 0);
  return elapsedMs + delayMs > policy.totalMs ? undefined : delayMs;
}

/** Calls until it succeeds, or the policy says that it is not worth it: then throws the last error. */
export async function retrying<T>(
  call: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  const begun = policy.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      const delayMs = retryDelayMs(policy, { attempt, elapsedMs: policy.now() - begun, error });
      if (delayMs === undefined || !(error instanceof StorageError)) throw error;
      policy.onRetry?.({ attempt, delayMs, error });
      await policy.sleep(delayMs, signal);
    }
  }
}

/**
 * The same storage, each call of it tried again while that is worth it, and all of them held back while the server is too
 * busy (`pacer.ts`). Not tried again: a write whose body is a stream (it cannot be sent twice), and the bytes of a read once
 * its body has begun (`readResumed` goes on from there).
 */
export function withRetries(storage: Storage, changes: Partial<RetryPolicy> = {}): Storage {
  const policy = { ...defaultRetryPolicy, ...changes };
  const paced = pacedBy(policy);
  const again = <T>(options: CallOptions | undefined, call: (attempt: number) => Promise<T>) =>
    retrying((attempt) => paced(() => call(attempt), options?.signal), policy, options?.signal);
  const retried: AllOf<Storage> = {
    isReadOnly: storage.isReadOnly,
    server: storage.server,
    namespaces: storage.namespaces && retriedNamespaces(storage.namespaces, again),

    listBuckets: (options) => again(options, () => storage.listBuckets(options)),
    createBucket: (bucket, options) =>
      again(options, (attempt) =>
        doneBefore(attempt, 'BucketAlreadyOwnedByYou', storage.createBucket(bucket, options)),
      ),
    deleteBucket: (bucket, options) =>
      again(options, (attempt) => doneBefore(attempt, 'NoSuchBucket', storage.deleteBucket(bucket, options))),
    bucketExists: (bucket, options) => again(options, () => storage.bucketExists(bucket, options)),

    listPage: (input, options) => again(options, () => storage.listPage(input, options)),
    listKeysPage: (input, options) => again(options, () => storage.listKeysPage(input, options)),
    listVersionsPage: (input, options) => again(options, () => storage.listVersionsPage(input, options)),
    stat: (ref, options) => again(options, () => storage.stat(ref, options)),
    read: (ref, options) => again(options, () => storage.read(ref, options)),
    write: (input, options) =>
      'stream' in input.body
        ? once(
            input.body.stream,
            paced(() => storage.write(input, options), options?.signal),
          )
        : again(options, () => storage.write(input, options)),
    delete: (ref, options) => again(options, () => storage.delete(ref, options)),
    deleteMany: (input, options) => again(options, () => storage.deleteMany(input, options)),
    copy: (input, options) => again(options, () => storage.copy(input, options)),

    createUpload: (input, options) => again(options, () => storage.createUpload(input, options)),
    copyPart: (input, options) => again(options, () => storage.copyPart(input, options)),
    uploadPart: (input, options) =>
      'stream' in input.body
        ? once(
            input.body.stream,
            paced(() => storage.uploadPart(input, options), options?.signal),
          )
        : again(options, () => storage.uploadPart(input, options)),
    completeUpload: (input, options) =>
      again(options, (attempt) => completeUpload(storage, input, attempt, options)),
    abortUpload: (ref, options) => again(options, () => storage.abortUpload(ref, options)),
    listUploadsPage: (input, options) => again(options, () => storage.listUploadsPage(input, options)),
    listPartsPage: (input, options) => again(options, () => storage.listPartsPage(input, options)),

    readSetting: (bucket, name, options) => again(options, () => storage.readSetting(bucket, name, options)),
    writeSetting: (bucket, name, value, options) =>
      again(options, () => storage.writeSetting(bucket, name, value, options)),
    removeSetting: (bucket, name, options) =>
      again(options, () => storage.removeSetting(bucket, name, options)),
    readObjectAcl: (ref, options) => again(options, () => storage.readObjectAcl(ref, options)),
    writeObjectAcl: (ref, acl, options) => again(options, () => storage.writeObjectAcl(ref, acl, options)),
    readObjectTags: (ref, options) => again(options, () => storage.readObjectTags(ref, options)),
    writeObjectTags: (ref, tags, options) =>
      again(options, () => storage.writeObjectTags(ref, tags, options)),

    presign: (request, options) => storage.presign(request, options), // sends nothing
    deleteDigest: (bucket, options) => again(options, () => storage.deleteDigest(bucket, options)),
    close: () => storage.close(),
  };
  return retried;
}

/** Lets each call begin when the server may be asked, and learns from how it ends. */
function pacedBy({ baseMs, maxMs, totalMs, now, sleep }: RetryPolicy) {
  const pacer = new Pacer({ firstMs: baseMs / 2, mostMs: maxMs / 10, mostHoldMs: totalMs, now, sleep });
  return async <T>(call: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    const begunAt = await pacer.turn(signal);
    try {
      const result = await call();
      pacer.taken({ begunAt });
      return result;
    } catch (error) {
      if (error instanceof StorageError && !isAbort(error, signal)) {
        if (error.kind === 'throttled') pacer.throttled({ begunAt, retryAfterMs: error.retryAfterMs });
        else if (error.kind !== 'unreachable' && error.kind !== 'timeout') pacer.taken({ begunAt });
      }
      throw error;
    }
  };
}

/** A stream is done with when its call has ended, also when that never began. */
async function once<T>(stream: Readable, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } finally {
    stream.destroy();
  }
}

type Again = <T>(options: CallOptions | undefined, call: (attempt: number) => Promise<T>) => Promise<T>;

function retriedNamespaces(namespaces: Namespaces, again: Again): AllOf<Namespaces> {
  return {
    list: (options) => again(options, () => namespaces.list(options)),
    get: (name, options) => again(options, () => namespaces.get(name, options)),
    exists: (name, options) => again(options, () => namespaces.exists(name, options)),
    statistics: (name, options) => again(options, () => namespaces.statistics(name, options)),
    create: (name, draft, options) =>
      again(options, async (attempt) => {
        try {
          await namespaces.create(name, draft, options);
        } catch (error) {
          if (attempt === 1 || kindOf(error) !== 'already-exists') throw error;
        }
      }),
    setVersioning: (name, versioning, options) =>
      again(options, () => namespaces.setVersioning(name, versioning, options)),
    setSearch: (name, enabled, options) => again(options, () => namespaces.setSearch(name, enabled, options)),
    delete: (name, options) =>
      again(options, async (attempt) => {
        try {
          await namespaces.delete(name, options);
        } catch (error) {
          if (attempt === 1 || kindOf(error) !== 'not-found') throw error;
        }
      }),
    tenants: (options) => again(options, () => namespaces.tenants(options)),
  };
}

const kindOf = (error: unknown) => (error instanceof StorageError ? error.kind : undefined);

/** An attempt whose answer got lost may have done it: then what says so of a later one is success. */
async function doneBefore(attempt: number, code: string, call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (attempt === 1 || !(error instanceof StorageError && error.code === code)) throw error;
  }
}

/** An upload that an attempt completed, whose answer got lost, is gone: then the object tells. */
async function completeUpload(
  storage: Storage,
  input: Parameters<Storage['completeUpload']>[0],
  attempt: number,
  options: CallOptions | undefined,
): ReturnType<Storage['completeUpload']> {
  try {
    return await storage.completeUpload(input, options);
  } catch (error) {
    const isGone = error instanceof StorageError && error.code === 'NoSuchUpload';
    const expected = etagOfParts(input.parts.map(({ etag }) => etag));
    if (attempt === 1 || !isGone || expected === undefined) throw error;
    const { bucket, key } = input;
    const { etag, versionId } = await storage.stat({ bucket, key }, options);
    if (etag !== expected) throw error;
    return { etag, ...(versionId !== undefined && { versionId }) };
  }
}

/** The ETag that most servers give what came in parts: the MD5 of the parts' MD5s, and how many they are. */
function etagOfParts(etags: readonly string[]): string | undefined {
  if (!etags.every((etag) => /^[0-9a-f]{32}$/u.test(etag))) return undefined;
  const md5 = createHash('md5').update(Buffer.from(etags.join(''), 'hex'));
  return `${md5.digest('hex')}-${etags.length}`;
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
