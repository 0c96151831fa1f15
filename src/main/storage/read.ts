import type { Readable } from 'node:stream';
import { StorageError, isAbort } from './errors.ts';
import { type RetryPolicy, defaultRetryPolicy, retryDelayMs } from './retry.ts';
import type { ObjectRef, Storage } from './storage.ts';

export interface ResumedReadOptions {
  /** The object's whole length as the listing or a stat gave it, bytes. */
  size: number;
  /** The object's ETag as the listing or a stat gave it; `''` when the server gives none. */
  etag: string;
  /** The first byte that is wanted. Default: 0. */
  start?: number | undefined;
  signal?: AbortSignal | undefined;
  /** How often the body may break without a byte having arrived since (`attempts`), and the pauses between. */
  policy?: Partial<RetryPolicy> | undefined;
}

/**
 * The bytes of an object from `start` to its end, in the pieces that they arrive in. When the connection breaks it goes
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
  const { size, signal } = options;
  const policy: RetryPolicy = { ...defaultRetryPolicy, ...options.policy };
  let offset = options.start ?? 0;
  if (offset > 0 && offset >= size) return; // no range names nothing

  let progressAt = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      const body: AsyncIterable<Buffer> = await openAt(storage, ref, offset, options);
      for await (const chunk of body) {
        offset += chunk.length;
        attempt = 1;
        yield chunk;
        progressAt = performance.now();
      }
      return;
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      if (offset === size && size > 0) return; // it broke after the last byte
      const delayMs = retryDelayMs(policy, { attempt, elapsedMs: performance.now() - progressAt, error });
      if (delayMs === undefined || !(error instanceof StorageError)) throw error;
      policy.onRetry?.({ attempt, delayMs, error });
      await policy.sleep(delayMs, signal);
    }
  }
}

/** The body from `offset` to the end, after it was checked to be of the object that the caller described. */
async function openAt(
  storage: Storage,
  ref: ObjectRef,
  offset: number,
  { size, etag, signal }: ResumedReadOptions,
): Promise<Readable> {
  const { body, contentLength, stat } = await storage.read(ref, {
    signal,
    // A weak ETag never matches (RFC 9110, 13.1.1): what comes is compared below.
    ifMatch: etag === '' || etag.startsWith('W/') ? undefined : etag,
    range: offset === 0 ? undefined : { start: offset },
  });
  const { bucket, key } = ref;
  if (etag !== '' && stat.etag !== '' && stat.etag !== etag) {
    body.destroy();
    throw new StorageError({ kind: 'changed', operation: 'read', bucket, key });
  }
  if (contentLength !== size - offset) {
    body.destroy();
    throw new StorageError({
      kind: 'incomplete',
      operation: 'read',
      bucket,
      key,
      message: `Object “${key}” in bucket “${bucket}” was listed with ${size} bytes, but the server has ${offset + contentLength}.`,
      retryable: false,
    });
  }
  return body;
}
