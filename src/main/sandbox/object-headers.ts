import { grantsOfHeaders } from './acl.ts';
import { ownerOfNew } from './access.ts';
import type { Call } from './call.ts';
import { headerText } from './encoding.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Headers } from './request.ts';
import type { BucketStore } from './store/bucket-store.ts';
import { readDetails, type ContentHeader, type ObjectDetails, type Version } from './store/version.ts';
import { parseTagHeader } from './tags.ts';

const CONTENT_HEADERS: readonly ContentHeader[] = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const DEFAULT_TYPE = 'binary/octet-stream';
const METADATA = 'x-amz-meta-';

const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]);

/** Headers that ask for what the sandbox does not have: refused, never ignored. */
const UNSUPPORTED = [
  'x-amz-server-side-encryption',
  'x-amz-object-lock-',
  'x-amz-website-redirect-location',
  'x-amz-copy-source-server-side-encryption',
  'x-amz-write-offset-bytes',
  'x-amz-bucket-object-lock-enabled',
  'x-amz-object-ownership',
];

/** @throws S3Error NotImplemented */
export function refuseUnsupported(headers: Headers): void {
  for (const name of headers.keys()) {
    if (UNSUPPORTED.some((start) => name.startsWith(start))) {
      throw new S3Error('NotImplemented', { fields: { Header: name } });
    }
  }
}

/** What the headers of a write say about the new object, but for its tags and its checksum. */
export function describedBy(call: Call): Pick<ObjectDetails, 'headers' | 'metadata'> {
  const headers: Partial<Record<ContentHeader, string>> = {};
  for (const name of CONTENT_HEADERS) {
    const value = headerText(call.headers.get(name) ?? '');
    // `aws-chunked` is how the body came, not what it is.
    const kept = name === 'content-encoding' ? withoutAwsChunked(value) : value;
    if (kept !== '' && !(name === 'content-type' && kept === DEFAULT_TYPE)) headers[name] = kept;
  }
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of call.headers) {
    if (!name.startsWith(METADATA)) continue;
    const content = headerText(value);
    metadata[name.slice(METADATA.length)] = content;
    size += name.length - METADATA.length + Buffer.byteLength(content);
  }
  if (size > call.limits.metadataBytes) {
    throw new S3Error('MetadataTooLarge', {
      fields: { Size: String(size), MaxSizeAllowed: String(call.limits.metadataBytes) },
    });
  }
  return {
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

function withoutAwsChunked(value: string): string {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part.toLowerCase() !== 'aws-chunked')
    .join(', ');
}

/** Owner, ACL and storage class of a new object: never taken over from another one. */
export function ownedBy(
  call: Call,
  bucket: BucketStore,
): Pick<ObjectDetails, 'owner' | 'grants' | 'storageClass'> {
  const owner = ownerOfNew(call, bucket);
  const bucketOwner = bucket.settings.owner;
  const grants = grantsOfHeaders(call.headers, {
    users: call.users,
    owner: owner ?? bucketOwner,
    bucketOwner,
  });
  const storageClass = storageClassOf(call.headers);
  return {
    ...(owner !== undefined && { owner }),
    ...(grants !== 'default' && { grants }),
    ...(storageClass !== 'STANDARD' && { storageClass }),
  };
}

export function storageClassOf(headers: Headers): string {
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD';
  if (!STORAGE_CLASSES.has(storageClass)) throw new S3Error('InvalidStorageClass');
  return storageClass;
}

/** Tags given in the header of a write. */
export function taggedBy(call: Call): Pick<ObjectDetails, 'tags'> {
  const header = call.headers.get('x-amz-tagging');
  const tags = header === undefined ? [] : parseTagHeader(header, call.limits.objectTags);
  return tags.length > 0 ? { tags } : {};
}

/** @throws S3Error KeyTooLongError */
export function checkKey(call: Call, key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= call.limits.keyBytes) return;
  throw new S3Error('KeyTooLongError', {
    fields: { Size: String(size), MaxSizeAllowed: String(call.limits.keyBytes) },
  });
}

/** The header that names a version; none where the bucket never had versions. */
export function versionHeader(
  bucket: BucketStore,
  version: { versionId: string },
  name = 'x-amz-version-id',
): Record<string, string> {
  return bucket.settings.versioning === undefined ? {} : { [name]: version.versionId };
}

export function lastModified(version: { modified: number }): string {
  return new Date(version.modified * 1000).toUTCString();
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** The headers of a GET or HEAD, but for length and range. */
export function objectHeaders(call: Call, bucket: BucketStore, version: Version): Record<string, string> {
  const details = readDetails(version);
  const headers: Record<string, string> = {
    etag: quoted(version.etag),
    'last-modified': lastModified(version),
    'accept-ranges': 'bytes',
    'content-type': DEFAULT_TYPE,
    ...details.headers,
    ...versionHeader(bucket, version),
  };
  if (details.storageClass !== undefined) headers['x-amz-storage-class'] = details.storageClass;
  if (details.tags !== undefined) headers['x-amz-tagging-count'] = String(details.tags.length);
  for (const [name, value] of Object.entries(details.metadata ?? {})) headers[METADATA + name] = value;
  for (const name of CONTENT_HEADERS) {
    const value = call.query.get(`response-${name}`);
    if (value === undefined) continue;
    if (call.identity.type === 'anonymous') {
      throw new S3Error('InvalidRequest', {
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    if (!isHeaderText(value)) {
      throw invalidArgument(
        'The value of a response header cannot hold control characters',
        `response-${name}`,
        value,
      );
    }
    headers[name] = value;
  }
  if (
    details.checksum !== undefined &&
    call.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
  ) {
    const [algorithm, value] = details.checksum;
    Object.assign(headers, checksumHeaders(algorithm, value));
  }
  return headers;
}

export function checksumHeaders(algorithm: string, value: string): Record<string, string> {
  return { [`x-amz-checksum-${algorithm}`]: value, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

function isHeaderText(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}
