import { createHash } from 'node:crypto';
import { assertObjectAccess, isAllowed } from '../access.ts';
import { bucketOf, type Call } from '../call.ts';
import { failed, isUnchanged, writeCondition } from '../conditions.ts';
import { percentDecode } from '../encoding.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import {
  checkKey,
  describedBy,
  ownedBy,
  quoted,
  refuseUnsupported,
  storageClassOf,
  taggedBy,
  versionHeader,
} from '../object-headers.ts';
import { xmlReply, type Reply } from '../reply.ts';
import type { BucketStore } from '../store/bucket-store.ts';
import type { Reading } from '../store/data-store.ts';
import { readDetails, segmentsOf, writeDetails, type ObjectDetails, type Segment } from '../store/version.ts';
import { text, xmlDocument } from '../xml.ts';
import { isStored, notFound, versionIdOf, type StoredVersion } from './object-read.ts';
import { isoDate } from './service.ts';

/** PUT /bucket/key with x-amz-copy-source */
export async function copyObject(call: Call): Promise<Reply> {
  refuseUnsupported(call.headers);
  const bucket = bucketOf(call);
  checkKey(call, call.key);
  const source = findSource(call);
  const { version } = source;
  const metadata = directive(call, 'x-amz-metadata-directive');
  const tagging = directive(call, 'x-amz-tagging-directive');
  const before = readDetails(version);
  const isOntoItself = source.bucket === bucket && version.key === call.key && source.versionId === undefined;
  const sameClass = storageClassOf(call.headers) === (before.storageClass ?? 'STANDARD');
  if (isOntoItself && metadata === 'COPY' && sameClass) {
    throw new S3Error('InvalidRequest', {
      message:
        'This copy request is illegal because it is trying to copy an object to itself without changing the ' +
        "object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  if (version.size > call.limits.putBytes) throw tooLarge(call);
  const check = writeCondition(call);
  const details: ObjectDetails = {
    ...(metadata === 'REPLACE' ? describedBy(call) : pick(before, ['headers', 'metadata'])),
    ...(tagging === 'REPLACE' ? taggedBy(call) : pick(before, ['tags'])),
    ...ownedBy(call, bucket),
    ...pick(before, ['checksum']),
  };
  const copy = await copyData(source, bucket);
  const made = await bucket.put(
    { key: call.key, size: version.size, details: writeDetails(details), ...copy },
    { check },
  );
  return xmlReply(copyResult('CopyObjectResult', made), {
    ...versionHeader(bucket, made),
    ...versionHeader(source.bucket, version, 'x-amz-copy-source-version-id'),
  });
}

export function copyResult(root: string, made: { etag: string; modified: number }): string {
  return xmlDocument(root, text('LastModified', isoDate(made.modified)), text('ETag', quoted(made.etag)));
}

export function tooLarge({ limits }: Call): S3Error {
  return new S3Error('InvalidRequest', {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${String(limits.putBytes)}`,
  });
}

export interface CopySource {
  bucket: BucketStore;
  version: StoredVersion;
  /** As the request names it. */
  versionId: string | undefined;
}

/** Finds what `x-amz-copy-source` names, which the caller must be allowed to read and whose conditions must hold. */
export function findSource(call: Call): CopySource {
  const header = call.headers.get('x-amz-copy-source') ?? '';
  const [path = '', ...rest] = header.split('?versionId=');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(percentDecode(path));
  const [, name, key] = match ?? [];
  if (name === undefined || key === undefined || rest.length > 1) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const versionId = versionIdOf(call, rest[0]);
  const bucket = bucketOf({ store: call.store, bucket: name });
  const version = bucket.find(key, versionId);
  if (version === undefined || !isStored(version)) {
    const { owner, grants } = bucket.settings;
    if (!isAllowed(call.identity, owner, grants, 'READ')) throw new S3Error('AccessDenied');
    if (version === undefined || versionId === undefined) throw notFound(key, versionId);
    throw new S3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
  }
  assertObjectAccess(call, bucket, version, 'READ');
  if (isUnchanged(call.headers, version, 'x-amz-copy-source-'))
    throw failed('x-amz-copy-source-If-None-Match');
  return { bucket, version, versionId };
}

/** A second copy of an object's bytes, with its ETag: the MD5, also where the source was uploaded in parts. */
async function copyData(
  { bucket: from, version }: CopySource,
  to: BucketStore,
): Promise<{ data: readonly Segment[]; etag: string }> {
  const reading = from.data.read(segmentsOf(version), 0, version.size);
  try {
    if (from === to && !version.etag.includes('-')) {
      return { data: await to.data.duplicate(segmentsOf(version)), etag: version.etag };
    }
    const { data, md5 } = await storeReading(to, reading);
    return { data, etag: md5 };
  } finally {
    reading.close();
  }
}

/** Stores bytes that are read from another object, and gives their MD5 in hex. */
export async function storeReading(
  to: BucketStore,
  reading: Reading,
): Promise<{ data: readonly Segment[]; md5: string }> {
  const md5 = createHash('md5');
  async function* hashed() {
    for await (const chunk of reading.chunks()) {
      md5.update(chunk);
      yield chunk;
    }
  }
  const { data } = await to.data.store(hashed());
  return { data, md5: md5.digest('hex') };
}

function directive(call: Call, name: string): 'COPY' | 'REPLACE' {
  const value = call.headers.get(name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(
    `Unknown ${name.includes('tagging') ? 'tagging' : 'metadata'} directive.`,
    name,
    value,
  );
}

function pick(details: ObjectDetails, names: readonly (keyof ObjectDetails)[]): Partial<ObjectDetails> {
  return Object.fromEntries(
    names.flatMap((name) => (details[name] === undefined ? [] : [[name, details[name]]])),
  );
}
