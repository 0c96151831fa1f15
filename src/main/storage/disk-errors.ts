import type { FailureKind } from '#shared/failure.ts';
import { StorageError } from './errors.ts';

/** What the operating system's codes mean; every other one is a `disk-error`. Windows' codes arrive as the same names. */
const KINDS: Record<string, FailureKind> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full', // the user's share of the disk is used up
  EFBIG: 'disk-full', // FAT32 holds files of up to 4 GiB

  EACCES: 'disk-denied',
  EPERM: 'disk-denied',
  EROFS: 'disk-denied',
  EBUSY: 'disk-denied', // Windows: another program has the file open
  ETXTBSY: 'disk-denied',

  EEXIST: 'disk-exists',
  ENOTEMPTY: 'disk-exists',
  EISDIR: 'disk-exists', // a folder has the name that was meant for a file

  ENOENT: 'disk-missing',
  ENOTDIR: 'disk-missing', // a part of the path is a file
  ENODEV: 'disk-missing',
  ENXIO: 'disk-missing',
};

const DETAILS: Record<string, string> = {
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file is too large for this disk',
  EROFS: 'the disk is read-only',
  EBUSY: 'another program is using it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file',
  ENAMETOOLONG: 'the name is too long for this disk',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reported an error',
};

/**
 * Makes the StorageError of something that the operating system refused, naming the path. A StorageError is given back
 * as it is. `operation` is a verb that fits before the path: `write`, `read`, `create`.
 */
export function diskError(error: unknown, context: { operation: string; path: string }): StorageError {
  if (error instanceof StorageError) return error;
  const code = systemCode(error);
  return new StorageError({
    kind: (code === undefined ? undefined : KINDS[code]) ?? 'disk-error',
    operation: context.operation,
    path: context.path,
    code,
    detail: code === undefined ? undefined : DETAILS[code],
    cause: error,
  });
}

/** The code of an error that the operating system made, such as `ENOSPC`. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
