import type { ObjectHead } from '../objects.ts';
import { httpTimeOf, timeOf } from './times.ts';

/**
 * What the headers of an answer to HEAD or GET say of an object, as the SDK has it. Undefined when one of them has a form
 * that is better left to the SDK.
 */
export function objectHead(headers: Record<string, string>): ObjectHead | undefined {
  const length = headers['content-length'];
  const modified = headers['last-modified'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  const storageClass = headers['x-amz-storage-class'];
  const encryption = headers['x-amz-server-side-encryption'];
  const hold = headers['x-amz-object-lock-legal-hold'];
  const ContentLength = length === undefined ? undefined : Number(length);
  const LastModified = modified === undefined ? undefined : httpTimeOf(modified);
  const ObjectLockRetainUntilDate = until === undefined ? undefined : timeOf(until, 0, until.length);
  const isOdd =
    (length !== undefined && !/^\d{1,15}$/u.test(length)) ||
    (modified !== undefined && LastModified === undefined) ||
    (until !== undefined && ObjectLockRetainUntilDate === undefined) ||
    headers['x-amz-missing-meta'] !== undefined;
  if (isOdd) return undefined;
  return {
    LastModified,
    ObjectLockRetainUntilDate,
    ContentLength,
    ContentRange: headers['content-range'],
    ContentType: headers['content-type'],
    ContentEncoding: headers['content-encoding'],
    CacheControl: headers['cache-control'],
    ContentDisposition: headers['content-disposition'],
    ContentLanguage: headers['content-language'],
    ExpiresString: headers['expires'],
    ETag: headers['etag'],
    VersionId: headers['x-amz-version-id'],
    StorageClass: isClass(storageClass) ? storageClass : undefined,
    ServerSideEncryption: isEncryption(encryption) ? encryption : undefined,
    ObjectLockLegalHoldStatus: isHold(hold) ? hold : undefined,
    Metadata: metadataOf(headers),
  };
}

/** The SDK has lists of the names that these can have, which servers do not keep to: it takes what comes. */
const isClass = (name: string | undefined): name is ObjectHead['StorageClass'] & string => name !== undefined;
const isEncryption = (name: string | undefined): name is ObjectHead['ServerSideEncryption'] & string =>
  name !== undefined;
const isHold = (name: string | undefined): name is ObjectHead['ObjectLockLegalHoldStatus'] & string =>
  name !== undefined;

const META = 'x-amz-meta-';

function metadataOf(headers: Record<string, string>): Record<string, string> {
  const entries: [string, string][] = [];
  for (const name in headers) {
    if (name.startsWith(META)) entries.push([name.slice(META.length), headers[name] ?? '']);
  }
  return Object.fromEntries(entries);
}
