import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { PresignedLink, presignInputSchema } from '#shared/objects.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';
import { fileNameOf } from './file-name.ts';

/** Signing is all computing: so many links, then everybody else has a turn. */
const LINKS_A_TURN = 50;

/**
 * One link for each object, in their order. Sends nothing.
 * @throws StorageError `invalid-input`; `not-supported` where the account can make none; `read-only`
 */
export async function presignAll(
  storage: Storage,
  { bucket, method, objects, expiresSeconds }: z.output<typeof presignInputSchema>,
  { signal }: CallOptions,
): Promise<PresignedLink[]> {
  const links: PresignedLink[] = [];
  for (const { key, versionId } of objects) {
    if (links.length % LINKS_A_TURN === 0) await nextTurn(undefined, { signal });
    const expiresAt = new Date(Date.now() + expiresSeconds * 1000);
    const url = await storage.presign({ bucket, key, versionId, method, expiresSeconds }, { signal });
    const curl = curlLine(method, key, url);
    links.push({ key, ...(versionId !== undefined && { versionId }), url, expiresAt, curl });
  }
  return links;
}

/**
 * A line that uses a link with curl, quoted for a POSIX shell. PowerShell takes it too (as `curl.exe`) unless the name
 * holds an apostrophe; the old cmd.exe does not know single quotes.
 */
export function curlLine(method: 'get_object' | 'put_object', key: string, url: string): string {
  const file = fileName(key);
  const link = quoted(url);
  const asIs = hasDots(key) ? '--path-as-is ' : '';
  if (method === 'get_object') return `curl -f -L ${asIs}${globOff(file)}-o ${quoted(file)} ${link}`;
  // With -T curl would write the file's name behind a path that ends in a slash, which the signature does not allow.
  return key.endsWith('/')
    ? `curl ${asIs}-X PUT -H 'Content-Type:' --data-binary ${quoted(`@${file}`)} ${link}`
    : `curl ${asIs}${globOff(file)}-T ${quoted(file)} ${link}`;
}

/** Without being told, curl takes `.` and `..` out of a path (RFC 3986, 5.2.4), as browsers do. */
const hasDots = (key: string) => key.split('/').some((part) => part === '.' || part === '..');

/** curl reads brackets, braces and `#1` in the names of files as patterns, unless it is told not to. */
const globOff = (file: string) => (/[[\]{}#]/u.test(file) ? '-g ' : '');

/** The key's last part, as a file of any system may be called; never one that curl takes for an option, or for standard output. */
function fileName(key: string): string {
  const name = fileNameOf(key);
  return name.startsWith('-') ? `./${name}` : name;
}

/** Inside single quotes a POSIX shell (IEEE Std 1003.1, 2.2.2) takes every character as it is, but the single quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
