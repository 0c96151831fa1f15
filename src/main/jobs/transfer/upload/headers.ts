import mime from 'mime';
import type { HeaderRule } from '#shared/transfer.ts';
import type { ObjectAttributes } from '#storage/storage.ts';

/** The name under which a file's date goes with its object, as rclone has it: seconds since 1970. */
export const MTIME = 'mtime';

/** The headers of a new object: its type by the end of its name, and what the rules say, the first that fits for each header. */
export function headersFor(key: string, rules: readonly HeaderRule[], mtimeMs: number): ObjectAttributes {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const headers: ObjectAttributes = { metadata: { [MTIME]: (mtimeMs / 1000).toFixed(3) } };
  for (const { pattern, ...given } of rules) {
    if (matches(pattern, name)) Object.assign(headers, { ...given, ...headers });
  }
  headers.contentType ??= mime.getType(name) ?? 'application/octet-stream';
  return headers;
}

/** The date of the file that an object was made of; undefined when it does not say. */
export function keptMtimeMs(metadata: Record<string, string>): number | undefined {
  const text = metadata[MTIME]?.trim();
  const ms = text === undefined || text === '' ? Number.NaN : Number(text) * 1000;
  return Number.isNaN(new Date(ms).getTime()) ? undefined : ms;
}

/** A pattern with `*` for any characters and `?` for one, without regard to case. */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .split('')
    .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[\\^$.|+()[\]{}/-]/gu, String.raw`\$&`)))
    .join('');
  return new RegExp(`^${source}$`, 'isu').test(name);
}
