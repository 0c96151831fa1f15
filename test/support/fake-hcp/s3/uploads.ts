import { bucketOf, type Call } from '#sandbox/call.ts';
import { S3Error } from '#sandbox/errors.ts';
import { uploadOf } from '#sandbox/handlers/multipart.ts';
import { xmlReply } from '#sandbox/reply.ts';
import { errorDocument } from '#sandbox/xml.ts';
import type { Wrap } from '../routes.ts';
import type { Tenant } from '../tenant.ts';
import { callerOf } from './buckets.ts';
import { isHeld, makeFolders, storedHeaders } from './writes.ts';

const DAY_MS = 86_400_000;

export const createUpload: Wrap = (tenant, asAws) => async (call) => {
  if (!tenant.quirks.multipart)
    throw new S3Error('AccessDenied', { message: 'Multipart uploads are not supported in this namespace.' });
  const reply = await asAws({ ...call, headers: storedHeaders(call) });
  const end = new Date(Date.now() + tenant.quirks.abortDays * DAY_MS).toUTCString();
  return { ...reply, headers: { ...reply.headers, 'x-amz-abort-date': end } };
};

export const uploadPart: Wrap = (_, asAws) => (call) => {
  if ([...call.headers.keys()].some((name) => name.startsWith('x-amz-meta-')))
    throw new S3Error('InvalidArgument', { message: 'A part has no metadata.' });
  return asAws(call);
};

/** Whoever began an upload ends it, or the bucket's owner. @throws S3Error AccessDenied */
function checkEnder(tenant: Tenant, call: Call): void {
  const bucket = bucketOf(call);
  const { initiator } = uploadOf(call, bucket);
  const { id } = callerOf(tenant, call);
  if (id !== initiator && id !== bucket.settings.owner) throw new S3Error('AccessDenied');
}

export const abortUpload: Wrap = (tenant, asAws) => (call) => {
  checkEnder(tenant, call);
  return asAws(call);
};

/** What HCP finds out after it has begun to answer. */
const INSIDE = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

export const completeUpload: Wrap = (tenant, asAws) => async (call) => {
  checkEnder(tenant, call);
  const bucket = bucketOf(call);
  const current = bucket.find(call.key);
  if (current !== undefined && isHeld(tenant, call.bucket, call.key, current.versionId))
    throw new S3Error('AccessDenied', { message: 'The object is under retention.' });
  try {
    const reply = await asAws(call);
    await makeFolders(tenant, bucket, call.key);
    return reply;
  } catch (error) {
    if (!(error instanceof S3Error) || !INSIDE.has(error.code) || !tenant.quirks.errorInside200) throw error;
    return xmlReply(errorDocument({ Code: error.code, Message: error.message, ...error.fields }));
  }
};

/** AWS takes more than a page for a page; HCP refuses it. */
const atMostAPage =
  (name: string): Wrap =>
  (_, asAws) =>
  (call) => {
    const asked = call.query.get(name);
    if (asked !== undefined && Number(asked) > call.limits.pageSize)
      throw new S3Error('InvalidArgument', { message: `${name} is at most ${call.limits.pageSize}.` });
    return asAws(call);
  };
export const listUploads = atMostAPage('max-uploads');
export const listParts = atMostAPage('max-parts');
