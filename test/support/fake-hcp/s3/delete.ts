import { bucketOf, type Call } from '#sandbox/call.ts';
import { S3Error } from '#sandbox/errors.ts';
import { emptyReply, xmlReply } from '#sandbox/reply.ts';
import type { BucketStore } from '#sandbox/store/bucket-store.ts';
import type { Version } from '#sandbox/store/version.ts';
import { versionsOf } from '#sandbox/store/bucket-state.ts';
import {
  childrenNamed,
  childText,
  each,
  element,
  NOTHING,
  requiredText,
  text,
  xmlDocument,
} from '#sandbox/xml.ts';
import { isFolder } from '../behaviour.ts';
import type { Wrap } from '../routes.ts';
import { isEmptyFolder, recordDeletion, type Tenant } from '../tenant.ts';
import { checkMd5 } from './buckets.ts';
import { FOLDER_MARKER_ID, isHeld } from './writes.ts';

interface Removed {
  versionId?: string;
  isMarker: boolean;
}

/** DELETE: 204 whatever was there, an invalid version id included. */
export const deleteObject: Wrap = (tenant) => async (call) => {
  const bucket = bucketOf(call);
  const removed = await remove(tenant, call, bucket, call.key, call.query.get('versionId'));
  const headers: Record<string, string> = {};
  if (removed.versionId !== undefined) headers['x-amz-version-id'] = removed.versionId;
  if (removed.isMarker) headers['x-amz-delete-marker'] = 'true';
  return emptyReply(204, headers);
};

/** POST ?delete: Content-MD5 is a must, and versions are as the quirks say. */
export const deleteObjects: Wrap = (tenant) => async (call) => {
  checkMd5(call);
  const bucket = bucketOf(call);
  const request = await call.body.xml('Delete');
  const targets = childrenNamed(request, 'Object').map((object) => ({
    key: requiredText(object, 'Key'),
    versionId: childText(object, 'VersionId'),
  }));
  if (targets.length === 0 || targets.length > call.limits.pageSize) throw new S3Error('MalformedXML');
  const { bulkVersions } = tenant.quirks;
  const refusal = new S3Error('NotImplemented', { message: 'Deleting versions in bulk is not supported.' });
  if (bulkVersions === 'refused-whole' && targets.some(({ versionId }) => versionId !== undefined))
    throw refusal;
  const isQuiet = childText(request, 'Quiet') === 'true';
  const results = await Promise.all(
    targets.map(async ({ key, versionId }) => {
      try {
        if (versionId !== undefined && bulkVersions === 'refused') throw refusal;
        const removed = await remove(tenant, call, bucket, key, versionId);
        return { key, versionId, removed };
      } catch (error) {
        return { key, versionId, error: error instanceof S3Error ? error : new S3Error('InternalError') };
      }
    }),
  );
  return xmlReply(
    xmlDocument(
      'DeleteResult',
      each(results, ({ key, versionId, error, removed }) => {
        const named = [text('Key', key), text('VersionId', versionId)];
        if (error !== undefined)
          return element('Error', ...named, text('Code', error.code), text('Message', error.message));
        if (isQuiet) return NOTHING;
        const marker = removed.isMarker
          ? [text('DeleteMarker', true), text('DeleteMarkerVersionId', removed.versionId)]
          : [];
        return element('Deleted', ...named, ...marker);
      }),
    ),
  );
};

async function remove(
  tenant: Tenant,
  call: Call,
  bucket: BucketStore,
  key: string,
  versionId: string | undefined,
): Promise<Removed> {
  const current = bucket.find(key, versionId);
  if (current === undefined) return { isMarker: false };
  if (current.data !== undefined) checkHold(tenant, call, current);
  return versionId === undefined ? hide(tenant, bucket, current) : purge(tenant, bucket, current);
}

/** @throws S3Error 409 while the object is retained, unless somebody who may says why. */
function checkHold(tenant: Tenant, call: Call, { key, versionId }: Version): void {
  if (!isHeld(tenant, call.bucket, key, versionId) || call.headers.has('x-hcp-privileged')) return;
  throw new S3Error({ code: 'Conflict', status: 409, message: 'The object is under retention.' });
}

/** A plain DELETE: the old version is kept where versioning is on, with a marker or without. */
async function hide(tenant: Tenant, bucket: BucketStore, current: Version): Promise<Removed> {
  if (current.data === undefined) return { isMarker: false };
  if (
    isFolder(tenant, current.key) &&
    !tenant.quirks.deletesFullFolders &&
    !isEmptyFolder(tenant, bucket, current.key)
  )
    throw new S3Error({ code: 'Conflict', status: 409, message: 'The folder is not empty.' });
  haunt(tenant, bucket, current);
  const marker = await bucket.remove(
    current.key,
    isFolder(tenant, current.key) ? FOLDER_MARKER_ID : undefined,
  );
  recordDeletion(tenant, bucket, current.key);
  const isShown = tenant.namespaces.get(bucket.settings.name)?.versioning.useDeleteMarkers === true;
  if (marker === undefined || !isShown) return { isMarker: false };
  return { versionId: marker.versionId, isMarker: true };
}

/** DELETE ?versionId: for good. What is left of a folder stays. */
async function purge(tenant: Tenant, bucket: BucketStore, version: Version): Promise<Removed> {
  const { key, versionId } = version;
  const isMarker = version.data === undefined;
  if (isFolder(tenant, key) && bucket.settings.versioning !== undefined)
    return { versionId, isMarker: false };
  haunt(tenant, bucket, version);
  await bucket.removeVersion(key, versionId);
  recordDeletion(tenant, bucket, key, versionId);
  await forgetHidden(tenant, bucket, key);
  return { versionId, isMarker };
}

/** The hidden mark of a deletion is all that is left: without deletion records it goes too. */
async function forgetHidden(tenant: Tenant, bucket: BucketStore, key: string): Promise<void> {
  const versioning = tenant.namespaces.get(bucket.settings.name)?.versioning;
  if (versioning === undefined || versioning.useDeleteMarkers || versioning.keepDeletionRecords) return;
  const left = [...versionsOf(bucket.find(key))];
  if (left.some((version) => version.data !== undefined)) return;
  for (const version of left) await bucket.removeVersion(key, version.versionId);
}

/** Lists may show it for some time yet. */
function haunt(tenant: Tenant, bucket: BucketStore, version: Version): void {
  const { staleLists } = tenant.quirks;
  if (staleLists === 0 || version.data === undefined) return;
  const { name } = bucket.settings;
  const ghosts = tenant.ghosts.get(name) ?? new Map<string, { version: Version; listings: number }>();
  ghosts.set(version.key, { version: { ...version, previous: undefined }, listings: staleLists });
  tenant.ghosts.set(name, ghosts);
}
