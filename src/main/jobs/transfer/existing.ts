import type { IfExists } from '#shared/transfer.ts';
import { StorageError } from '#storage/errors.ts';
import { statIfThere } from '#storage/stat.ts';
import type { CallOptions, ObjectRef, Storage } from '#storage/storage.ts';
import { numbered } from '../segments.ts';

/** What is known of something at the target. */
export interface Existing {
  size: number;
  etag: string;
  /** Milliseconds since 1970. */
  modifiedMs: number;
}

/** Dates of servers and file systems are compared by the second: many keep no more of them. */
const SAME_MS = 1000;

/** Whether something is sent where something is already. */
export function decide(
  ifExists: IfExists,
  source: { size: number; modifiedMs: number; etag?: string | undefined },
  there: Existing,
): 'send' | 'skip' | 'keep-both' {
  const isNewer = source.modifiedMs > there.modifiedMs + SAME_MS;
  switch (ifExists) {
    case 'skip':
      return 'skip';
    case 'replace':
      return 'send';
    case 'keep-both':
      return 'keep-both';
    case 'if-newer':
      return isNewer ? 'send' : 'skip';
    case 'if-different': {
      if (source.size !== there.size) return 'send';
      if (isMd5(source.etag) && isMd5(there.etag)) return source.etag === there.etag ? 'skip' : 'send';
      return isNewer ? 'send' : 'skip';
    }
  }
}

/** An ETag that can be the MD5 of the bytes: that of an object that was stored in one piece, perhaps. */
export function isMd5(etag: string | undefined): etag is string {
  return etag !== undefined && /^[0-9a-f]{32}$/u.test(etag);
}

/** What has a key; undefined when nothing has. @throws StorageError */
export async function existingObject(
  storage: Storage,
  ref: ObjectRef,
  options: CallOptions,
): Promise<Existing | undefined> {
  const found = await statIfThere(storage, ref, options);
  if (found === undefined) return undefined;
  const { size, etag, modifiedAt } = found;
  return { size, etag, modifiedMs: modifiedAt?.getTime() ?? 0 };
}

/** How many names are tried for one that is to be kept beside another. */
const NUMBERS = 10_000;

/** The first of `name (2).txt`, `name (3).txt` and so on that nothing has. @throws what `isTaken` throws; StorageError */
export async function freeName(path: string, isTaken: (path: string) => Promise<boolean>): Promise<string> {
  const slash = path.lastIndexOf('/') + 1;
  for (let number = 2; number < NUMBERS; number++) {
    const candidate = path.slice(0, slash) + numbered(path.slice(slash), number, true);
    if (!(await isTaken(candidate))) return candidate;
  }
  const message = `There are ${NUMBERS} numbered copies of “${path}” already.`;
  throw new StorageError({ kind: 'already-exists', operation: 'write', key: path, message });
}
