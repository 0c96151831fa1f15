import { createHash } from 'node:crypto';
import type { Part } from './store/version.ts';

/** The MD5 of the parts' MD5s, and their number, as AWS has it. */
export function etagOfParts(parts: readonly Part[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  return `${md5.digest('hex')}-${String(parts.length)}`;
}
