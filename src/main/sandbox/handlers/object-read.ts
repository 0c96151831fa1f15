import { assertObjectAccess, isAllowed } from '../access.ts';
import { aclDocument, grantsOfRequest } from '../acl.ts';
import { bucketOf, type Call } from '../call.ts';
import { isUnchanged } from '../conditions.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import {
  checkKey,
  lastModified,
  objectHeaders,
  quoted,
  refuseUnsupported,
  versionHeader,
} from '../object-headers.ts';
import { parseRange } from '../range.ts';
import { emptyReply, xmlReply, type Reply } from '../reply.ts';
import { isVersionId, type BucketStore } from '../store/bucket-store.ts';
import { readDetails, segmentsOf, writeDetails, type Permission, type Version } from '../store/version.ts';
import { taggingDocument, tagsOfXml } from '../tags.ts';

/** A version that has bytes. */
export type StoredVersion = Version & { readonly data: NonNullable<Version['data']> };

/** GET and HEAD /bucket/key */
export function getObject(call: Call): Reply {
  refuseUnsupported(call.headers);
  if (call.query.has('partNumber')) throw new S3Error('NotImplemented', { fields: { Header: 'partNumber' } });
  const bucket = bucketOf(call);
  const version = findVersion(call, bucket, 'READ');
  const headers = objectHeaders(call, bucket, version);
  if (isUnchanged(call.headers, version)) return { status: 304, headers };
  const range = rangeHolds(call, version) ? parseRange(call.headers.get('range'), version.size) : undefined;
  const { start, end } = range ?? { start: 0, end: version.size };
  const body = bucket.data.read(segmentsOf(version), start, end);
  if (range === undefined) return { status: 200, headers, body };
  for (const name of Object.keys(headers)) {
    // It is the whole object's.
    if (name.startsWith('x-amz-checksum-')) delete headers[name];
  }
  headers['content-range'] = `bytes ${String(start)}-${String(end - 1)}/${String(version.size)}`;
  return { status: 206, headers, body };
}

/** A range with If-Range counts only for the object that the client has a part of already (RFC 9110, 13.1.5). */
function rangeHolds({ headers }: Call, version: Version): boolean {
  const condition = headers.get('if-range');
  if (condition === undefined) return true;
  return condition === quoted(version.etag) || condition === lastModified(version);
}

/**
 * The version that a request is about: the current one, or the one it names.
 *
 * @throws S3Error NoSuchKey, NoSuchVersion, AccessDenied; MethodNotAllowed for a delete marker that is named.
 */
export function findVersion(call: Call, bucket: BucketStore, permission: Permission): StoredVersion {
  checkKey(call, call.key);
  const versionId = versionIdOf(call, call.query.get('versionId'));
  const version = bucket.find(call.key, versionId);
  if (version !== undefined && isStored(version)) {
    assertObjectAccess(call, bucket, version, permission);
    return version;
  }
  // Whoever may not list does not learn what is there.
  const { owner, grants } = bucket.settings;
  if (!isAllowed(call.identity, owner, grants, 'READ')) throw new S3Error('AccessDenied');
  if (version === undefined) throw notFound(call.key, versionId);
  const marker: Record<string, string> = call.behaviour.showsMarkers(bucket)
    ? { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version) }
    : {};
  if (versionId === undefined) throw new S3Error('NoSuchKey', { fields: { Key: call.key }, headers: marker });
  throw new S3Error('MethodNotAllowed', {
    fields: { Method: call.method, ResourceType: 'DeleteMarker' },
    headers: { ...marker, allow: 'DELETE', 'last-modified': lastModified(version) },
  });
}

export function isStored(version: Version): version is StoredVersion {
  return version.data !== undefined;
}

export function notFound(key: string, versionId: string | undefined): S3Error {
  if (versionId === undefined) return new S3Error('NoSuchKey', { fields: { Key: key } });
  return new S3Error('NoSuchVersion', { fields: { Key: key, VersionId: versionId } });
}

/** @throws S3Error InvalidArgument for what cannot be a version's id. */
export function versionIdOf(
  { behaviour }: Pick<Call, 'behaviour'>,
  text: string | undefined,
): string | undefined {
  if (text !== undefined && behaviour.versionIds === 'checked' && !isVersionId(text)) {
    throw invalidArgument('Invalid version id specified', 'versionId', text);
  }
  return text;
}

export function getObjectAcl(call: Call): Reply {
  const bucket = bucketOf(call);
  const version = findVersion(call, bucket, 'READ_ACP');
  const { owner = bucket.settings.owner, grants } = readDetails(version);
  return xmlReply(aclDocument(owner, grants, call.users), versionHeader(bucket, version));
}

export async function putObjectAcl(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  const { owner = bucket.settings.owner } = readDetails(findVersion(call, bucket, 'WRITE_ACP'));
  const grants = await grantsOfRequest(call, {
    users: call.users,
    owner,
    bucketOwner: bucket.settings.owner,
  });
  const version = findVersion(call, bucket, 'WRITE_ACP');
  await bucket.setDetails(version, writeDetails({ ...readDetails(version), grants }));
  return emptyReply(200, versionHeader(bucket, version));
}

export function getObjectTagging(call: Call): Reply {
  const bucket = bucketOf(call);
  const version = findVersion(call, bucket, 'READ');
  return xmlReply(taggingDocument(readDetails(version).tags ?? []), versionHeader(bucket, version));
}

export async function putObjectTagging(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  findVersion(call, bucket, 'FULL_CONTROL');
  const tags = tagsOfXml(await call.body.xml('Tagging'), call.limits.objectTags);
  const version = findVersion(call, bucket, 'FULL_CONTROL');
  const { tags: _, ...details } = readDetails(version);
  await bucket.setDetails(version, writeDetails(tags.length > 0 ? { ...details, tags } : details));
  return emptyReply(200, versionHeader(bucket, version));
}

export async function deleteObjectTagging(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  const version = findVersion(call, bucket, 'FULL_CONTROL');
  const { tags: _, ...details } = readDetails(version);
  await bucket.setDetails(version, writeDetails(details));
  return emptyReply(204, versionHeader(bucket, version));
}
