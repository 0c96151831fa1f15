import { ALL_USERS, AUTHENTICATED_USERS } from './access.ts';
import type { Call } from './call.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Headers } from './request.ts';
import type { Grant, Grantee, Permission } from './store/version.ts';
import { displayNameOf, type Users } from './users.ts';
import {
  childNamed,
  childrenNamed,
  childText,
  each,
  element,
  requiredText,
  text,
  typedElement,
  xmlDocument,
  type Xml,
  type XmlNode,
} from './xml.ts';

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const GROUPS: readonly string[] = [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY];

const GRANT_HEADERS: Record<string, Permission> = {
  'x-amz-grant-full-control': 'FULL_CONTROL',
  'x-amz-grant-read': 'READ',
  'x-amz-grant-write': 'WRITE',
  'x-amz-grant-read-acp': 'READ_ACP',
  'x-amz-grant-write-acp': 'WRITE_ACP',
};

export interface AclContext {
  users: Users;
  /** Canonical ids. */
  owner: string;
  bucketOwner: string;
}

/** The grants of the headers `x-amz-acl` and `x-amz-grant-*`; `default` when there are none of either. */
export function grantsOfHeaders(headers: Headers, context: AclContext): Grant[] | 'default' {
  const canned = headers.get('x-amz-acl');
  const explicit = Object.entries(GRANT_HEADERS).flatMap(([name, permission]) =>
    parseGrantHeader(headers.get(name) ?? '', permission, context.users),
  );
  if (canned === undefined) return explicit.length === 0 ? 'default' : explicit;
  if (explicit.length > 0) {
    throw new S3Error('InvalidRequest', {
      message: 'Specifying both Canned ACLs and Header Grants is not allowed',
    });
  }
  return cannedGrants(canned, context);
}

function cannedGrants(name: string, context: AclContext): Grant[] {
  const user = (id: string): Grantee => ({ type: 'user', id, displayName: displayNameOf(context.users, id) });
  const group = (uri: string): Grantee => ({ type: 'group', uri });
  const own: Grant = { grantee: user(context.owner), permission: 'FULL_CONTROL' };
  const isForeign = context.owner !== context.bucketOwner;
  switch (name) {
    case 'private':
    case 'aws-exec-read':
      return [own];
    case 'public-read':
      return [own, { grantee: group(ALL_USERS), permission: 'READ' }];
    case 'public-read-write':
      return [
        own,
        { grantee: group(ALL_USERS), permission: 'READ' },
        { grantee: group(ALL_USERS), permission: 'WRITE' },
      ];
    case 'authenticated-read':
      return [own, { grantee: group(AUTHENTICATED_USERS), permission: 'READ' }];
    case 'bucket-owner-read':
      return isForeign ? [own, { grantee: user(context.bucketOwner), permission: 'READ' }] : [own];
    case 'bucket-owner-full-control':
      return isForeign ? [own, { grantee: user(context.bucketOwner), permission: 'FULL_CONTROL' }] : [own];
    case 'log-delivery-write':
      return [
        own,
        { grantee: group(LOG_DELIVERY), permission: 'WRITE' },
        { grantee: group(LOG_DELIVERY), permission: 'READ_ACP' },
      ];
    default:
      throw invalidArgument('Invalid canned ACL', 'x-amz-acl', name);
  }
}

/** `id="…", uri="…"` */
function parseGrantHeader(value: string, permission: Permission, users: Users): Grant[] {
  return value
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(part);
      const content = match?.[2] ?? '';
      switch (match?.[1]?.toLowerCase()) {
        case 'id':
          return { grantee: knownUser(content, users), permission };
        case 'uri':
          return { grantee: knownGroup(content), permission };
        default:
          throw invalidArgument('Argument format not recognized', 'x-amz-grant', part.trim());
      }
    });
}

function knownUser(id: string, users: Users): Grantee {
  const user = [...users.values()].find((other) => other.id === id);
  if (user === undefined) throw invalidArgument('Invalid id', 'CanonicalUser/ID', id);
  return { type: 'user', id, displayName: user.displayName };
}

function knownGroup(uri: string): Grantee {
  if (!GROUPS.includes(uri)) throw invalidArgument('Invalid group uri', 'Group/URI', uri);
  return { type: 'group', uri };
}

/** The grants of a PUT ?acl: of its body, or of its headers when it has none. */
export async function grantsOfRequest(call: Call, context: AclContext): Promise<Grant[]> {
  const ofHeaders = grantsOfHeaders(call.headers, context);
  if (call.body.length === 0) {
    if (ofHeaders === 'default') throw new S3Error('MissingRequestBodyError');
    return ofHeaders;
  }
  if (ofHeaders !== 'default') {
    throw new S3Error('InvalidRequest', {
      message: 'This request does not support content together with an ACL in its headers',
    });
  }
  return grantsOfXml(await call.body.xml('AccessControlPolicy'), context);
}

function grantsOfXml(policy: XmlNode, { users, owner }: AclContext): Grant[] {
  const list = childNamed(policy, 'AccessControlList');
  if (list === undefined) throw new S3Error('MalformedACLError');
  const named = childText(childNamed(policy, 'Owner') ?? policy, 'ID');
  if (named !== undefined && named !== owner) throw new S3Error('AccessDenied');
  return childrenNamed(list, 'Grant').map((grant) => {
    const grantee = childNamed(grant, 'Grantee');
    const permission = Object.values(GRANT_HEADERS).find((known) => known === childText(grant, 'Permission'));
    if (grantee === undefined || permission === undefined) throw new S3Error('MalformedACLError');
    const id = childText(grantee, 'ID');
    return {
      grantee: id === undefined ? knownGroup(requiredText(grantee, 'URI')) : knownUser(id, users),
      permission,
    };
  });
}

/** The answer to GET ?acl. */
export function aclDocument(owner: string, grants: readonly Grant[] | undefined, users: Users): string {
  const all = grants ?? cannedGrants('private', { users, owner, bucketOwner: owner });
  return xmlDocument(
    'AccessControlPolicy',
    ownerElement('Owner', owner, users),
    element(
      'AccessControlList',
      each(all, ({ grantee, permission }) =>
        element('Grant', granteeElement(grantee), text('Permission', permission)),
      ),
    ),
  );
}

function granteeElement(grantee: Grantee): Xml {
  return grantee.type === 'user'
    ? typedElement(
        'Grantee',
        'CanonicalUser',
        text('ID', grantee.id),
        text('DisplayName', grantee.displayName),
      )
    : typedElement('Grantee', 'Group', text('URI', grantee.uri));
}

/** `Owner` and `Initiator`, as many answers have them. */
export function ownerElement(name: 'Owner' | 'Initiator', id: string, users: Users): Xml {
  return element(name, text('ID', id), text('DisplayName', displayNameOf(users, id)));
}
