import type { Readable } from 'node:stream';
import { StorageError } from '../errors.ts';
import type { ReadOptions, WriteInput } from '../storage.ts';
import { checkedBody } from './body.ts';

/** Half of a character that UTF-16 writes in two: such a text has no bytes in UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/u;
/** RFC 9110, 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/u;

/** @throws StorageError (`invalid-input`) for a name that cannot be sent, or would be taken for something else. */
export function checkBucket(bucket: string, operation: string): void {
  // The SDK takes `arn:…` for an access point, and a slash would begin a key.
  if (
    bucket === '' ||
    bucket === '.' ||
    bucket === '..' ||
    /[/\p{Cc}]|^arn:/u.test(bucket) ||
    LONE_SURROGATE.test(bucket)
  ) {
    throw new StorageError({
      kind: 'invalid-input',
      operation,
      bucket,
      message: `“${bucket}” cannot be the name of a bucket.`,
    });
  }
}

/** @throws StorageError (`invalid-input`) for the empty key, and for one that is not text. */
export function checkKey(key: string, about: { operation: string; bucket?: string }): void {
  if (key !== '' && !LONE_SURROGATE.test(key)) return;
  const why =
    key === '' ? 'An object cannot have the empty key.' : `The key “${key}” holds half a character.`;
  throw new StorageError({ kind: 'invalid-input', ...about, key, message: why });
}

/** @throws StorageError (`invalid-input`) for metadata and types that HTTP headers cannot carry. */
export function checkHeaders({ bucket, key, contentType = '', metadata = {} }: WriteInput): void {
  const bad = Object.entries(metadata).find(
    ([name, value]) => !HEADER_NAME.test(name) || !PRINTABLE_ASCII.test(value),
  );
  if (bad === undefined && PRINTABLE_ASCII.test(contentType)) return;
  const what = bad === undefined ? `content type “${contentType}”` : `metadata “${bad[0]}: ${bad[1]}”`;
  const message = `The ${what} of object “${key}” has characters that S3 does not carry there (only printable ASCII).`;
  throw new StorageError({ kind: 'invalid-input', operation: 'write', bucket, key, message });
}

/** What the SDK is given as a body. A stream of another length than promised fails instead of hanging the request. */
export function bodyOf({ bucket, key, body }: WriteInput): {
  Body: Uint8Array | Readable;
  ContentLength: number;
} {
  if (body instanceof Uint8Array) return { Body: body, ContentLength: body.byteLength };
  const { stream, contentLength } = body;
  const Body = checkedBody(stream, {
    contentLength,
    lengthError: (received) => {
      const message = `What was to be written to object “${key}” has not the ${contentLength} bytes that were announced (${received} came).`;
      return new StorageError({ kind: 'invalid-input', operation: 'write', bucket, key, message });
    },
    toError: (error) =>
      error instanceof Error ? error : new Error('The source of a write failed.', { cause: error }),
  });
  return { Body, ContentLength: contentLength };
}

/** RFC 9110, 14.1.2. */
export function rangeHeader(range: ReadOptions['range']): string | undefined {
  return range === undefined ? undefined : `bytes=${range.start}-${range.end ?? ''}`;
}
