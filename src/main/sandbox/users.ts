import { createHash } from 'node:crypto';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface User extends Credentials {
  /** The canonical id that ACLs and owners name: 64 hex digits. */
  id: string;
  displayName: string;
}

/** Who sent a request. */
export type Identity = { type: 'user'; user: User } | { type: 'anonymous' };

export type Users = ReadonlyMap<string, User>;

/**
 * The users of a sandbox by access key. The first one owns what is made by the person at the desk, with an id that stays
 * the same though the keys are new at every start.
 */
export function makeUsers(main: Credentials, extra: readonly Credentials[]): Users {
  const users = new Map<string, User>([
    [main.accessKeyId, { ...main, id: sha256Hex('cooper sandbox'), displayName: 'sandbox' }],
  ]);
  for (const { accessKeyId, secretAccessKey } of extra) {
    users.set(accessKeyId, {
      accessKeyId,
      secretAccessKey,
      id: sha256Hex(accessKeyId),
      displayName: accessKeyId,
    });
  }
  return users;
}

/** The name that goes with a canonical id; the id itself for users that are gone. */
export function displayNameOf(users: Users, id: string): string {
  for (const user of users.values()) if (user.id === id) return user.displayName;
  return id;
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
