import type { ObjectStat } from '#shared/objects.ts';
import { StorageError, isAbort } from './errors.ts';
import { type RetryPolicy, defaultRetryPolicy, retryDelayMs } from './retry.ts';
import type { ObjectBody, ObjectRef, ReadOptions, Storage } from './storage.ts';

export interface ResumedReadOptions {
  /** The object's whole length as the listing or a stat gave it, bytes. */
  size: number;
  /** The object's ETag as the listing or a stat gave it; `''` when the server gives none. */
  etag: string;
  /** The first byte that is wanted. Default: 0. */
  start?: number | undefined;
  /** The byte after the last one that is wanted. Default: `size`. */
  end?: number | undefined;
  /** Told what each answer says of the object, before its bytes come. What it throws ends the read. */
  onAnswer?: ((stat: ObjectStat) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** How often the body may break without a byte having arrived since (`attempts`), and the pauses between. */
  policy?: Partial<RetryPolicy> | undefined;
}

/**
 * The bytes of an object from `start` to before `end`, in the pieces that they arrive in. When the connection breaks it goes
 * on from the byte it had come to, on the condition that the object is still the same.
 *
 * @throws StorageError: `changed` when the object is no longer the one described, `incomplete` when the server has
 *   another number of bytes than described, and what `Storage.read` throws.
 */
export async function* readResumed(
  storage: Storage,
  ref: ObjectRef,
  options: ResumedReadOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const { size, signal, end = size } = options;
  const policy: RetryPolicy = { ...defaultRetryPolicy, ...options.policy };
  const check = versionCheck(ref, options.etag);
  let offset = options.start ?? 0;
  if (offset >= end && (offset > 0 || size > 0)) return; // no range names nothing

  let progressAt = performance.now();
  for (let attempt = 1; ; attempt++) {
    // Not tried again here: `withRetries` does that, and the two would multiply.
    const opened = await openAt(storage, ref, offset, { ...options, end, check });
    const body: AsyncIterable<Buffer> = opened.body;
    try {
      for await (const chunk of body) {
        offset += chunk.length;
        attempt = 1;
        yield chunk;
        progressAt = performance.now();
      }
      return;
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      if (offset === end && end > 0) return; // it broke after the last byte
      const delayMs = retryDelayMs(policy, { attempt, elapsedMs: performance.now() - progressAt, error });
      if (delayMs === undefined || !(error instanceof StorageError)) throw error;
      policy.onRetry?.({ attempt, delayMs, error });
      await policy.sleep(delayMs, signal);
    }
  }
}

/**
 * All bytes of an object that fits in memory: by one request, and without the streams that a long one needs. Should it
 * break off, the object is read once more, resumed from there on.
 *
 * @throws StorageError as `readResumed` does.
 */
export async function readWhole(
  storage: Storage,
  ref: ObjectRef,
  options: Pick<ResumedReadOptions, 'size' | 'etag' | 'onAnswer' | 'signal' | 'policy'>,
): Promise<Buffer> {
  const { size, etag, signal } = options;
  const policy: RetryPolicy = { ...defaultRetryPolicy, ...options.policy };
  const opened = await openAt(storage, ref, 0, { ...options, end: size, check: versionCheck(ref, etag) });
  try {
    return await opened.collect();
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    const delayMs = retryDelayMs(policy, { attempt: 1, elapsedMs: 0, error });
    if (delayMs === undefined || !(error instanceof StorageError)) throw error;
    policy.onRetry?.({ attempt: 1, delayMs, error });
    await policy.sleep(delayMs, signal);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of readResumed(storage, ref, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The body from `offset` to before `end`, after it was checked to be of the object that the caller described. */
async function openAt(
  storage: Storage,
  ref: ObjectRef,
  offset: number,
  { size, end, signal, check, onAnswer }: ResumedReadOptions & { end: number; check: VersionCheck },
): Promise<ObjectBody> {
  const opened = await storage.read(ref, {
    signal,
    ifMatch: check.ifMatch(),
    range: rangeOf(offset, end, size),
  });
  const { contentLength, stat } = opened;
  try {
    check.accept(stat);
    if (contentLength !== end - offset)
      throw otherLength(ref, size, end === size ? offset + contentLength : stat.size);
    onAnswer?.(stat);
  } catch (error) {
    opened.body.destroy();
    throw error;
  }
  return opened;
}

function rangeOf(start: number, end: number, size: number): ReadOptions['range'] {
  if (end === size) return start === 0 ? undefined : { start };
  return { start, end: end - 1 };
}

interface VersionCheck {
  /** The ETag to be asked for; undefined where none would match. */
  ifMatch(): string | undefined;
  /** @throws StorageError `changed` when an answer is not of the object that was described, or of that of the answer before. */
  accept(answer: Pick<ObjectStat, 'etag' | 'modifiedAt'>): void;
}

/** Tells by ETag, where there is one, and by date whether the pieces of a read are of the same object. */
function versionCheck({ bucket, key }: ObjectRef, described: string): VersionCheck {
  let etag = described;
  let modifiedAt: Date | undefined;
  return {
    // A weak ETag never matches (RFC 9110, 13.1.1): what comes is compared instead.
    ifMatch: () => (etag === '' || etag.startsWith('W/') ? undefined : etag),
    accept(answer) {
      const isOther =
        etag !== '' && answer.etag !== ''
          ? answer.etag !== etag
          : modifiedAt !== undefined && answer.modifiedAt?.getTime() !== modifiedAt.getTime();
      if (isOther) throw new StorageError({ kind: 'changed', operation: 'read', bucket, key });
      if (etag === '') etag = answer.etag;
      modifiedAt ??= answer.modifiedAt;
    },
  };
}

function otherLength({ bucket, key }: ObjectRef, listed: number, has: number): StorageError {
  return new StorageError({
    kind: 'incomplete',
    operation: 'read',
    bucket,
    key,
    message: `Object “${key}” in bucket “${bucket}” was listed with ${listed} bytes, but the server has ${has}.`,
    retryable: false,
  });
}
