import type { BucketCannedACL, Grant as SdkGrant, GetBucketAclCommandOutput } from '@aws-sdk/client-s3';
import { type Acl, type AclChange, aclSchema, type CannedAcl } from '#shared/bucket-settings.ts';
import { StorageError } from '../errors.ts';
import type { About } from './call.ts';

/**
 * An access control list out of the SDK's answer. Empty names, which Ceph sends, are left out.
 * @throws StorageError `not-supported` for a list that cannot be shown
 */
export function toAcl(output: Pick<GetBucketAclCommandOutput, 'Owner' | 'Grants'>, about: About): Acl {
  const { Owner, Grants = [] } = output;
  const acl = aclSchema.safeParse({
    Owner: { ID: Owner?.ID, ...named(Owner?.DisplayName) },
    Grants: Grants.map(toGrant),
  });
  if (acl.success) return acl.data;
  const message = 'The server’s answer is an access control list of a form that Cooper does not know.';
  throw new StorageError({ kind: 'not-supported', ...about, message, cause: acl.error });
}

/** What the SDK takes for a change of an object's access control list. */
export function aclInput(change: AclChange): { ACL: CannedAcl } | { AccessControlPolicy: Acl } {
  return 'canned' in change ? { ACL: change.canned } : { AccessControlPolicy: change };
}

/**
 * The same for a bucket's.
 * @throws StorageError `invalid-input` for a ready list that only objects have
 */
export function bucketAclInput(
  change: AclChange,
  bucket: string,
): { ACL: BucketCannedACL } | { AccessControlPolicy: Acl } {
  if (!('canned' in change)) return { AccessControlPolicy: change };
  const { canned } = change;
  if (canned === 'bucket-owner-read' || canned === 'bucket-owner-full-control') {
    const message = `“${canned}” is for objects: a bucket cannot have it.`;
    throw new StorageError({ kind: 'invalid-input', operation: 'change the access to', bucket, message });
  }
  return { ACL: canned };
}

function toGrant({ Grantee = { Type: undefined }, Permission }: SdkGrant): unknown {
  const { Type, ID, DisplayName, EmailAddress, URI } = Grantee;
  const type = Type ?? (URI === undefined ? 'CanonicalUser' : 'Group');
  switch (type) {
    case 'Group':
      return { Grantee: { Type: type, URI }, Permission };
    case 'AmazonCustomerByEmail':
      return { Grantee: { Type: type, EmailAddress }, Permission };
    default:
      return { Grantee: { Type: type, ID, ...named(DisplayName) }, Permission };
  }
}

function named(name: string | undefined): { DisplayName?: string } {
  return name === undefined || name === '' ? {} : { DisplayName: name };
}
