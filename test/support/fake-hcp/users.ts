import { createHash } from 'node:crypto';
import type { User } from '#sandbox/users.ts';
import { hcpKeys } from '#storage/hcp/credentials.ts';
import type { FakeUser, Role } from './options.ts';

/** A user as S3 sees them, with their rights in the Management API. */
export interface HcpUser extends User {
  username: string;
  password: string;
  account: 'local' | 'ad';
  roles: readonly Role[];
  allowNamespaceManagement: boolean;
}

export function hcpUser(tenant: string, user: FakeUser): HcpUser {
  const { username, password, account = 'local' } = user;
  return {
    ...hcpKeys(username, password),
    id: createHash('sha256').update(`${tenant}/${username}`).digest('hex'),
    displayName: username,
    username,
    password,
    account,
    roles: user.roles ?? ['administrator', 'monitor'],
    allowNamespaceManagement: user.allowNamespaceManagement ?? true,
  };
}

/** What a header `Authorization` of HCP's own kinds means: a user, nobody in particular, nobody known, or another kind. */
export function userOfHeader(
  authorization: string | undefined,
  users: Iterable<HcpUser>,
): HcpUser | 'anonymous' | 'unknown' | undefined {
  const sent = Buffer.from(authorization ?? '', 'latin1').toString('utf8'); // headers are bytes
  const match = /^(HCP|AD) (.*)$/s.exec(sent);
  const [, kind, rest = ''] = match ?? [];
  if (kind === undefined) return undefined;
  const [name = '', ...words] = rest.split(':');
  const secret = words.join(':');
  if (kind === 'HCP' && name === 'all_users') return 'anonymous';
  for (const user of users) {
    const fits =
      kind === 'AD'
        ? user.account === 'ad' && user.username === name && user.password === secret
        : user.account === 'local' && user.accessKeyId === name && user.secretAccessKey === secret;
    if (fits) return user;
  }
  return 'unknown';
}
