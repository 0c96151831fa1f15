import { createHash } from 'node:crypto';
import type { HcpSettings } from '#shared/hcp.ts';
import { StorageError } from '../errors.ts';

type Account = Pick<HcpSettings, 'username' | 'account'>;

/** The name of a local user as S3 knows it: its base64 ("Using the Hitachi API for Amazon S3", "AWS authentication"). */
export function hcpAccessKey(username: string): string {
  return Buffer.from(username, 'utf8').toString('base64');
}

/**
 * What is kept of a password. A local account needs no more than its MD5 in hex, which is its S3 secret and its half of
 * the Management API's token; it is as secret as the password, but opens nothing else. Active Directory wants the
 * password itself.
 */
export function hcpSecret(account: HcpSettings['account'], password: string): string {
  return account === 'ad' ? password : createHash('md5').update(password, 'utf8').digest('hex');
}

/**
 * The keys of a local user. Test vector of the guide: lgreen, p4ssw0rd gives bGdyZWVu,
 * 2a9d119df47ff993b662a8ef36f9ea20.
 */
export function hcpKeys(
  username: string,
  password: string,
): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: hcpAccessKey(username), secretAccessKey: hcpSecret('local', password) };
}

/**
 * What goes into `Authorization` for the Management API, and for S3 as an Active Directory user ("HCP Management API
 * Reference", "Authentication").
 *
 * @param secret what `hcpSecret` made
 * @throws StorageError `invalid-input` for a name or password that a header cannot carry.
 */
export function hcpAuthorization({ username, account }: Account, secret: string): string {
  if (account === 'local') return `HCP ${hcpAccessKey(username)}:${secret}`;
  if (/\p{Cc}/u.test(username + secret)) {
    throw new StorageError({
      kind: 'invalid-input',
      operation: 'connect',
      message: 'The user name or the password holds a control character, such as a line break.',
    });
  }
  // Headers are bytes: node writes the characters below 256 as they are.
  return `AD ${Buffer.from(`${username}:${secret}`, 'utf8').toString('latin1')}`;
}
