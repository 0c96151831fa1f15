import type { Call } from './call.ts';
import { S3Error } from './errors.ts';
import type { BucketStore } from './store/bucket-store.ts';
import { readDetails, type Grant, type Permission, type Version } from './store/version.ts';
import type { Identity } from './users.ts';

export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

/**
 * Whether an ACL lets somebody do something. An owner may always do everything, for the sandbox knows no policies that
 * could lock one out. Source: Amazon S3 User Guide, "Access control list (ACL) overview".
 */
export function isAllowed(
  identity: Identity,
  owner: string,
  grants: readonly Grant[] | undefined,
  permission: Permission,
): boolean {
  if (identity.type === 'user' && identity.user.id === owner) return true;
  return (grants ?? []).some(
    (grant) =>
      (grant.permission === permission || grant.permission === 'FULL_CONTROL') && isMeant(identity, grant),
  );
}

function isMeant(identity: Identity, { grantee }: Grant): boolean {
  if (grantee.type === 'user') return identity.type === 'user' && identity.user.id === grantee.id;
  if (grantee.uri === ALL_USERS) return true;
  return grantee.uri === AUTHENTICATED_USERS && identity.type === 'user';
}

/** @throws S3Error AccessDenied */
export function assertBucketAccess(call: Call, bucket: BucketStore, permission: Permission): void {
  const { owner, grants } = bucket.settings;
  if (!isAllowed(call.identity, owner, grants, permission)) throw new S3Error('AccessDenied');
}

/** What no ACL can grant, such as a bucket's settings. @throws S3Error AccessDenied */
export function assertBucketOwner(call: Call, bucket: BucketStore): void {
  if (!isAllowed(call.identity, bucket.settings.owner, [], 'FULL_CONTROL')) throw new S3Error('AccessDenied');
}

/** @throws S3Error AccessDenied */
export function assertObjectAccess(
  call: Call,
  bucket: BucketStore,
  version: Version,
  permission: Permission,
): void {
  const { owner = bucket.settings.owner, grants } = readDetails(version);
  if (!isAllowed(call.identity, owner, grants, permission)) throw new S3Error('AccessDenied');
}

/** The id of the caller. @throws S3Error AccessDenied when nobody signed the request. */
export function callerId(call: Call): string {
  if (call.identity.type === 'anonymous') throw new S3Error('AccessDenied');
  return call.identity.user.id;
}

/** What `ObjectDetails.owner` has to say about something that the caller makes in a bucket. */
export function ownerOfNew(call: Call, bucket: BucketStore): string | undefined {
  // Somebody who did not sign made it: then it is the bucket owner's.
  if (call.identity.type === 'anonymous' || call.identity.user.id === bucket.settings.owner) return undefined;
  return call.identity.user.id;
}
