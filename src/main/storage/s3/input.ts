import type { Readable } from 'node:stream';
import type { Tags } from '#shared/bucket-settings.ts';
import { StorageError } from '../errors.ts';
import type { ObjectAttributes, ObjectRef, ReadOptions, SentBody } from '../storage.ts';
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

/** @throws StorageError (`invalid-input`) for a start of keys that is not text. */
export function checkPrefix(prefix: string, about: { operation: string; bucket?: string }): void {
  if (!LONE_SURROGATE.test(prefix)) return;
  const message = `“${prefix}” cannot be the start of a key: it holds half a character.`;
  throw new StorageError({ kind: 'invalid-input', ...about, message });
}

/** @throws StorageError (`invalid-input`) for metadata and content headers that HTTP cannot carry. */
export function checkHeaders(
  attributes: ObjectAttributes,
  { operation, bucket, key }: { operation: string; bucket: string; key: string },
): void {
  const { metadata = {}, ...headers } = attributes;
  const bad =
    Object.entries(metadata).find(
      ([name, value]) => !HEADER_NAME.test(name) || !PRINTABLE_ASCII.test(value),
    ) ??
    contentHeaders
      .map((name) => [name, headers[name] ?? ''])
      .find(([, value = '']) => !PRINTABLE_ASCII.test(value));
  if (bad === undefined) return;
  const [name = '', value = ''] = bad;
  const what =
    isContentHeader(name) && headers[name] === value
      ? `${HEADER_WORDS[name]} “${value}”`
      : `metadata “${name}: ${value}”`;
  const message = `The ${what} of object “${key}” has characters that S3 does not carry there (only printable ASCII).`;
  throw new StorageError({ kind: 'invalid-input', operation, bucket, key, message });
}

const HEADER_WORDS = {
  contentType: 'content type',
  cacheControl: 'cache control',
  contentDisposition: 'content disposition',
  contentEncoding: 'content encoding',
  contentLanguage: 'content language',
  expires: 'date of expiry',
} satisfies Record<Exclude<keyof ObjectAttributes, 'metadata'>, string>;
type ContentHeader = keyof typeof HEADER_WORDS;
const isContentHeader = (name: string): name is ContentHeader => Object.hasOwn(HEADER_WORDS, name);
const contentHeaders = Object.keys(HEADER_WORDS).filter(isContentHeader);

/** As the header has it (RFC 9110, 8.8.3). A weak ETag has its quotes already. */
export function quoted(etag: string | undefined): string | undefined {
  return etag === undefined || etag.includes('"') ? etag : `"${etag}"`;
}

/** RFC 3986: all but the unreserved characters, and in a key the slash, are written as percent and hex. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The source of a copy, as its header has it.
 * @throws StorageError (`invalid-input`) for a bucket or key that cannot be named
 */
export function copySource({ bucket, key, versionId }: ObjectRef, operation: string): string {
  checkBucket(bucket, operation);
  checkKey(key, { operation, bucket });
  const path = `${percentEncoded(bucket)}/${percentEncoded(key).replaceAll('%2F', '/')}`;
  return versionId === undefined ? path : `${path}?versionId=${percentEncoded(versionId)}`;
}

/** Tags as a header has them: like the query of an address. */
export function tagHeader(tags: Tags | undefined): string | undefined {
  if (tags === undefined) return undefined;
  return Object.entries(tags)
    .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
    .join('&');
}

/** What the SDK is given as a body. A stream of another length than promised fails instead of hanging the request. */
export function bodyOf(
  body: SentBody,
  about: { operation: string; bucket: string; key: string },
): { Body: Uint8Array | Readable; ContentLength: number } {
  if (body instanceof Uint8Array) return { Body: body, ContentLength: body.byteLength };
  const { contentLength } = body;
  const Body = checkedBody('open' in body ? body.open() : body.stream, {
    contentLength,
    lengthError: (received) => {
      const message = `What was to be written to object “${about.key}” has not the ${contentLength} bytes that were announced (${received} came).`;
      return new StorageError({ kind: 'invalid-input', ...about, message });
    },
    toError: (error) =>
      error instanceof Error ? error : new Error('The source of a write failed.', { cause: error }),
  });
  return { Body, ContentLength: contentLength };
}

/** An MD5 as its header has it: in base64 (RFC 1864). */
export function md5Header(md5: string | undefined): string | undefined {
  return md5 === undefined ? undefined : Buffer.from(md5, 'hex').toString('base64');
}

/** Runs what sends a body; a stream that was handed over is destroyed in the end. */
export async function sendingBody<T>(body: SentBody, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } finally {
    if (!(body instanceof Uint8Array) && 'stream' in body) body.stream.destroy();
  }
}

/** RFC 9110, 14.1.2. */
export function rangeHeader(range: ReadOptions['range']): string | undefined {
  return range === undefined ? undefined : `bytes=${range.start}-${range.end ?? ''}`;
}
