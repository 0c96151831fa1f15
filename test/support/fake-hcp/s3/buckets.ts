import { callerId } from '#sandbox/access.ts';
import { bucketOf, type Call } from '#sandbox/call.ts';
import { S3Error } from '#sandbox/errors.ts';
import { emptyReply } from '#sandbox/reply.ts';
import type { Wrap } from '../routes.ts';
import { addNamespace, attemptDeletion, deleteNamespace, type Tenant } from '../tenant.ts';
import type { HcpUser } from '../users.ts';

/** Letters, digits and hyphens; no dots, and not the form of an international name ("Bucket names"). */
export const isBucketName = (name: string) =>
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) && !name.startsWith('xn--');

/** Buckets are namespaces: without the Management API nothing can be done about them. @throws S3Error AccessDenied */
function needManagement(tenant: Tenant): void {
  if (!tenant.managementApi)
    throw new S3Error('AccessDenied', { message: 'The management API is not enabled for the tenant.' });
}

export function callerOf(tenant: Tenant, call: Call): HcpUser {
  const id = callerId(call);
  const user = [...tenant.users.values()].find((other) => other.id === id);
  if (user === undefined) throw new S3Error('AccessDenied');
  return user;
}

/** Only the caller's own: that is what AWS lists, too. */
export const listBuckets: Wrap = (tenant, asAws) => (call) => {
  needManagement(tenant);
  return asAws(call);
};

export const createBucket: Wrap = (tenant, asAws) => async (call) => {
  needManagement(tenant);
  const user = callerOf(tenant, call);
  if (user.account === 'ad' || !(user.allowNamespaceManagement || user.roles.includes('administrator')))
    throw new S3Error('AccessDenied');
  if (!isBucketName(call.bucket))
    throw new S3Error('InvalidBucketName', { fields: { BucketName: call.bucket } });
  const taken = call.store.bucket(call.bucket);
  if (taken !== undefined) {
    if (taken.settings.owner === user.id) return emptyReply(200, { location: `/${call.bucket}` });
    throw new S3Error('BucketAlreadyExists', { fields: { BucketName: call.bucket } });
  }
  // Its body names a region, of which HCP has none.
  for await (const _ of call.body.chunks());
  const reply = await asAws({ ...call, body: { ...call.body, length: 0 } });
  const namespace = addNamespace(tenant, call.bucket, user);
  if (namespace.versioning.enabled) await bucketOf(call).change({ versioning: 'Enabled' });
  return reply;
};

export const deleteBucket: Wrap = (tenant) => async (call) => {
  needManagement(tenant);
  const namespace = tenant.namespaces.get(bucketOf(call).settings.name);
  if (namespace === undefined) throw new S3Error('NoSuchBucket', { fields: { BucketName: call.bucket } });
  if (!(await attemptDeletion(tenant, namespace)))
    throw new S3Error('BucketNotEmpty', { fields: { BucketName: call.bucket } });
  await deleteNamespace(tenant, namespace);
  return emptyReply(204);
};

export const putVersioning: Wrap = (tenant, asAws) => async (call) => {
  needManagement(tenant);
  const reply = await asAws(call);
  const namespace = tenant.namespaces.get(call.bucket);
  if (namespace !== undefined)
    namespace.versioning.enabled = bucketOf(call).settings.versioning === 'Enabled';
  return reply;
};

/** @throws S3Error InvalidRequest: a checksum of another kind does not do. */
export function checkMd5(call: Call): void {
  if (call.headers.has('content-md5')) return;
  throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' });
}

export const needsMd5: Wrap = (_, asAws) => (call) => {
  checkMd5(call);
  return asAws(call);
};
