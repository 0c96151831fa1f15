import { bucketOf, type Call } from '../call.ts';
import { etagListed, failed } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { checkKey } from '../object-headers.ts';
import { emptyReply, xmlReply, type Reply } from '../reply.ts';
import type { BucketStore } from '../store/bucket-store.ts';
import {
  childrenNamed,
  childText,
  each,
  element,
  NOTHING,
  requiredText,
  text,
  xmlDocument,
  type XmlNode,
} from '../xml.ts';
import { versionIdOf } from './object-read.ts';

/** DELETE /bucket/key */
export async function deleteObject(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  checkKey(call, call.key);
  const versionId = versionIdOf(call, call.query.get('versionId'));
  const removed = await remove(bucket, { key: call.key, versionId, etag: call.headers.get('if-match') });
  const headers: Record<string, string> = {};
  if (removed.versionId !== undefined) headers['x-amz-version-id'] = removed.versionId;
  if (removed.isMarker) headers['x-amz-delete-marker'] = 'true';
  return emptyReply(204, headers);
}

interface Target {
  key: string;
  versionId: string | undefined;
  /** Remove only what has this ETag. */
  etag: string | undefined;
}

interface Removed {
  /** The version that was removed, or the delete marker that was made. */
  versionId: string | undefined;
  /** Whether that one is a delete marker. */
  isMarker: boolean;
}

/** Removing what is not there succeeds. */
async function remove(bucket: BucketStore, { key, versionId, etag }: Target): Promise<Removed> {
  if (etag !== undefined) {
    const current = bucket.find(key, versionId);
    if (current === undefined || !etagListed(etag, current.etag)) throw failed('If-Match');
  }
  if (versionId === undefined) {
    const marker = await bucket.remove(key);
    return { versionId: marker?.versionId, isMarker: marker !== undefined };
  }
  const version = await bucket.removeVersion(key, versionId);
  return { versionId, isMarker: version !== undefined && version.data === undefined };
}

type Result = { target: Target; removed: Removed } | { target: Target; error: S3Error };

/** POST /bucket?delete */
export async function deleteObjects(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  const request = await call.body.xml('Delete');
  const targets = childrenNamed(request, 'Object').map(readTarget);
  if (targets.length === 0 || targets.length > call.limits.pageSize) throw new S3Error('MalformedXML');
  // All changes are made in the order of the request; what is waited for is the journal.
  const results = await Promise.all(targets.map((target) => tryRemove(call, bucket, target)));
  const isQuiet = childText(request, 'Quiet') === 'true';
  return xmlReply(
    xmlDocument(
      'DeleteResult',
      each(results, (result) => {
        const { key, versionId } = result.target;
        const named = [text('Key', key), text('VersionId', versionId)];
        if ('error' in result) {
          return element(
            'Error',
            ...named,
            text('Code', result.error.code),
            text('Message', result.error.message),
          );
        }
        if (isQuiet) return NOTHING;
        const { isMarker, versionId: made } = result.removed;
        return element(
          'Deleted',
          ...named,
          ...(isMarker ? [text('DeleteMarker', true), text('DeleteMarkerVersionId', made)] : []),
        );
      }),
    ),
  );
}

function readTarget(object: XmlNode): Target {
  const key = requiredText(object, 'Key');
  if (key === '') throw new S3Error('MalformedXML');
  return { key, versionId: childText(object, 'VersionId'), etag: childText(object, 'ETag') };
}

async function tryRemove(call: Call, bucket: BucketStore, target: Target): Promise<Result> {
  try {
    checkKey(call, target.key);
    versionIdOf(call, target.versionId);
    return { target, removed: await remove(bucket, target) };
  } catch (error) {
    if (error instanceof S3Error) return { target, error };
    return { target, error: new S3Error('InternalError') };
  }
}
