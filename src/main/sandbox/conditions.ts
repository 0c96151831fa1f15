import { bucketOf, type Call } from './call.ts';
import { S3Error } from './errors.ts';
import type { Headers } from './request.ts';
import type { Version } from './store/version.ts';

type ConditionName = 'if-match' | 'if-none-match' | 'if-modified-since' | 'if-unmodified-since';

/**
 * Evaluates the conditions of a read (RFC 9110, 13.2.2), or with the prefix `x-amz-copy-source-` those of a copy's source.
 *
 * @returns whether the client has what it asks for already (304 for a read).
 * @throws S3Error PreconditionFailed
 */
export function isUnchanged(
  headers: Headers,
  version: Version,
  prefix: '' | 'x-amz-copy-source-' = '',
): boolean {
  const get = (name: ConditionName) => headers.get(prefix + name);
  const modifiedAfter = (date: string) => version.modified * 1000 > Date.parse(date);
  const match = get('if-match');
  const unmodified = get('if-unmodified-since');
  if (match !== undefined) {
    if (!etagListed(match, version.etag)) throw failed('If-Match');
  } else if (unmodified !== undefined && modifiedAfter(unmodified)) {
    throw failed('If-Unmodified-Since');
  }
  const noneMatch = get('if-none-match');
  const modified = get('if-modified-since');
  if (noneMatch !== undefined) return etagListed(noneMatch, version.etag);
  return modified !== undefined && !Number.isNaN(Date.parse(modified)) && !modifiedAfter(modified);
}

/**
 * The conditions of a write, to be checked against the current version in the instant of the write.
 *
 * @throws S3Error NotImplemented for conditions that S3 does not know on writes.
 */
export function writeCondition(call: Call): (current: Version | undefined) => void {
  const { headers, key, behaviour } = call;
  const bucket = bucketOf(call);
  const match = headers.get('if-match');
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', { fields: { Header: 'If-None-Match' } });
  }
  return (current) => {
    behaviour.checkWrite(call, bucket, current);
    if (noneMatch !== undefined && current !== undefined) throw failed('If-None-Match');
    if (match === undefined) return;
    if (current === undefined) throw new S3Error('NoSuchKey', { fields: { Key: key } });
    if (!etagListed(match, current.etag)) throw failed('If-Match');
  };
}

/** Whether a header such as `"abc", W/"def"` or `*` names an ETag. */
export function etagListed(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const bare = entry
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return bare === '*' || bare === etag;
  });
}

export function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { fields: { Condition: condition } });
}
