import { Readable } from 'node:stream';
import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectStat } from '#shared/objects.ts';
import { StorageError } from '../errors.ts';
import type { ObjectBody, ReadOptions } from '../storage.ts';
import { checkedBody, collectBody } from './body.ts';
import { type CallContext, s3Error } from './errors.ts';
import { unquote } from './listing.ts';

type Head = Omit<HeadObjectCommandOutput & GetObjectCommandOutput, 'Body' | '$metadata'>;
/** What the SDK makes of an answer, as far as it is looked at here. */
export type ObjectHead = Pick<
  Head,
  | 'LastModified'
  | 'ContentType'
  | 'ContentEncoding'
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentLanguage'
  | 'ExpiresString'
  | 'StorageClass'
  | 'ServerSideEncryption'
  | 'VersionId'
  | 'ObjectLockRetainUntilDate'
  | 'ObjectLockLegalHoldStatus'
  | 'ContentRange'
  | 'ContentLength'
  | 'ETag'
  | 'Metadata'
>;

/** What the headers of a HEAD or GET say of an object. */
export function toStat(key: string, output: ObjectHead): ObjectStat {
  const {
    LastModified,
    ContentType,
    ContentEncoding,
    CacheControl,
    ContentDisposition,
    ContentLanguage,
    ExpiresString,
    StorageClass,
    ServerSideEncryption,
    VersionId,
    ObjectLockRetainUntilDate,
    ObjectLockLegalHoldStatus,
  } = output;
  const stat: ObjectStat = {
    key,
    size: contentRange(output.ContentRange)?.size ?? output.ContentLength ?? 0,
    etag: unquote(output.ETag),
    metadata: output.Metadata ?? {},
  };
  if (LastModified !== undefined) stat.modifiedAt = LastModified;
  if (ContentType !== undefined) stat.contentType = ContentType;
  if (ContentEncoding !== undefined) stat.contentEncoding = ContentEncoding;
  if (CacheControl !== undefined) stat.cacheControl = CacheControl;
  if (ContentDisposition !== undefined) stat.contentDisposition = ContentDisposition;
  if (ContentLanguage !== undefined) stat.contentLanguage = ContentLanguage;
  if (ExpiresString !== undefined) stat.expires = ExpiresString;
  if (StorageClass !== undefined) stat.storageClass = StorageClass;
  if (ServerSideEncryption !== undefined) stat.encryption = ServerSideEncryption;
  if (VersionId !== undefined) stat.versionId = VersionId;
  if (ObjectLockRetainUntilDate !== undefined) stat.retainUntil = ObjectLockRetainUntilDate;
  if (ObjectLockLegalHoldStatus !== undefined) stat.legalHold = ObjectLockLegalHoldStatus === 'ON';
  return stat;
}

/**
 * The answer to a GET, its body checked as it passes.
 *
 * @throws StorageError when the server sends another range than was asked for, or does not say how much it will send.
 */
export function toBody(
  output: ObjectHead & { Body?: unknown },
  about: { bucket: string; key: string; range: ReadOptions['range']; context: CallContext },
): ObjectBody {
  const { bucket, key, range, context } = about;
  const { Body: source } = output;
  if (!(source instanceof Readable)) throw new TypeError('A read has no body.');
  const sent = contentRange(output.ContentRange);
  const contentLength = output.ContentLength ?? (sent === undefined ? undefined : sent.end - sent.start + 1);
  const failure = unusable(contentLength, sent?.start ?? 0, range);
  if (failure !== undefined || contentLength === undefined) {
    source.destroy();
    throw new StorageError({
      kind: 'not-supported',
      operation: 'read',
      bucket,
      key,
      message: `Object “${key}” cannot be read: ${failure}.`,
    });
  }

  const incomplete = (received: number, cause?: unknown) =>
    new StorageError({
      kind: 'incomplete',
      operation: 'read',
      bucket,
      key,
      message: `Of object “${key}” in bucket “${bucket}” ${received} bytes arrived, not the ${contentLength} that the server had promised.`,
      cause,
    });
  const expected = {
    contentLength,
    lengthError: incomplete,
    toError: (error: unknown, received: number) => {
      const known = s3Error(error, context);
      return known instanceof StorageError && known.kind === 'unreachable' && known.retryable
        ? incomplete(received, known)
        : known;
    },
  };
  // It may break before anybody reads it, who is told of it then.
  source.on('error', () => undefined);
  let body: Readable | undefined;
  return {
    contentLength,
    stat: toStat(key, output),
    get body() {
      return (body ??= checkedBody(source, expected));
    },
    collect: () => collectBody(source, expected),
  };
}

function unusable(
  contentLength: number | undefined,
  start: number,
  range: ReadOptions['range'],
): string | undefined {
  if (contentLength === undefined) return 'the server does not say how many bytes it has';
  if (range === undefined) return start === 0 ? undefined : 'the server sends only a part of it';
  const tooMuch = range.end !== undefined && contentLength > range.end - range.start + 1;
  return start !== range.start || tooMuch
    ? 'the server does not send the part that was asked for'
    : undefined;
}

/** `bytes 5-9/100` (RFC 9110, 14.4). Servers write `*` for a size that they do not know. */
function contentRange(
  header: string | undefined,
): { start: number; end: number; size: number | undefined } | undefined {
  const match = header === undefined ? null : /^bytes (\d+)-(\d+)\/(\d+|\*)$/u.exec(header);
  if (match === null) return undefined;
  const [, start, end, size] = match;
  return { start: Number(start), end: Number(end), size: size === '*' ? undefined : Number(size) };
}
