import { StorageError } from '../errors.ts';
import type { About } from './call.ts';

/** The two markers that S3 goes on from (a key, and a version or an upload of it) as one opaque token; `id` may be empty. */
export function makeToken(key: string, id: string): string {
  return Buffer.from(JSON.stringify(id === '' ? [key] : [key, id])).toString('base64url');
}

/**
 * The markers out of a token; neither, for the first page.
 * @throws StorageError `invalid-input` for what no page has given
 */
export function readToken(
  token: string | undefined,
  about: About,
): [key: string | undefined, id: string | undefined] {
  if (token === undefined) return [undefined, undefined];
  try {
    const markers: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    const list: readonly unknown[] = Array.isArray(markers) ? markers : [];
    const [key, id] = list;
    if (typeof key === 'string' && (id === undefined || typeof id === 'string')) return [key, id];
  } catch {
    // No page gives what cannot be parsed: see below.
  }
  const message = 'This listing cannot be continued: its token is damaged. Begin it anew.';
  throw new StorageError({ kind: 'invalid-input', ...about, message });
}

/** The server says that there is more, but not where to go on. */
export function noMarker(about: About): StorageError {
  const message = `The server lists only a part of bucket “${about.bucket ?? ''}”: it says that there is more, but not where to go on.`;
  return new StorageError({ kind: 'not-supported', ...about, message });
}
