import { bucketOf } from '#sandbox/call.ts';
import { S3Error } from '#sandbox/errors.ts';
import { isFolder } from '../behaviour.ts';
import type { Wrap } from '../routes.ts';
import { holdId } from '../tenant.ts';

/** A folder is listed and can be asked for by HEAD; it has no content to get. */
export const getObject: Wrap = (tenant, asAws) => (call) => {
  if (isFolder(tenant, call.key) && bucketOf(call).find(call.key)?.data !== undefined) {
    throw new S3Error('NoSuchKey', { message: 'The specified item is a folder.', fields: { Key: call.key } });
  }
  return headObject(tenant, asAws)(call);
};

/** Tells of retention, too. */
export const headObject: Wrap = (tenant, asAws) => async (call) => {
  const reply = await asAws(call);
  const bucket = bucketOf(call);
  const { versionId = 'null' } = bucket.find(call.key, call.query.get('versionId')) ?? {};
  const held = tenant.holds.get(holdId(bucket.settings.name, call.key, versionId));
  if (held === undefined) return reply;
  const headers = {
    ...reply.headers,
    'x-hcp-retentionhold': String(held.hold),
    'x-hcp-retention': String(Math.floor(held.until / 1000)),
  };
  return { ...reply, headers };
};
