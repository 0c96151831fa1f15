import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';

/** What is wrong with one name only; the others can still be written. */
const OF_ONE_NAME: Record<string, string> = {
  EEXIST: 'something else has the name of it, or of a folder that it goes to',
  EISDIR: 'a folder has its name',
  ENOTDIR: 'a file has the name of a folder that it goes to',
  ENAMETOOLONG: 'its name, with that of the folder, is too long for this disk',
  EILSEQ: 'this disk cannot have a file of that name',
  EINVAL: 'this disk cannot have a file of that name',
  ELOOP: 'links lead in a circle there',
};

/** The error of something that could not be written: `invalid-input` where it is about this name only, else a `disk-*` kind. */
export function localError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const code = systemCode(error);
  const why = code === undefined ? undefined : OF_ONE_NAME[code];
  return why === undefined ? diskError(error, { operation: 'write', path }) : inTheWay(path, why, error);
}

/** Something stands where this file goes. */
export function inTheWay(path: string, why: string, cause?: unknown): StorageError {
  const message = `“${path}” cannot be written: ${why}.`;
  const code = systemCode(cause);
  return new StorageError({ kind: 'invalid-input', operation: 'write', path, code, message, cause });
}
