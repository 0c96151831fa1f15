import { createHash } from 'node:crypto';
import { lstat, open } from 'node:fs/promises';
import type { IfExists } from '#shared/transfer.ts';
import { systemCode } from '#storage/disk-errors.ts';
import { decide, isMd5 } from '../existing.ts';
import { inTheWay, localError } from './local-error.ts';

/** Something in the folder that has the name already. */
export interface ExistingFile {
  size: number;
  mtimeMs: number;
  /** A plain file, or something else than a folder: a link, a pipe. */
  kind: 'file' | 'folder' | 'other';
  /** Of which on its disk. */
  id: string;
}

/** What has a path; undefined when nothing has. @throws StorageError */
export async function existingFile(path: string): Promise<ExistingFile | undefined> {
  try {
    const found = await lstat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { size: found.size, mtimeMs: found.mtimeMs, kind, id: `${found.dev}:${found.ino}` };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw localError(error, path);
  }
}

/** What the object is that would take the file's place. */
export interface Candidate {
  size: number;
  /** The MD5 of its bytes, as far as its ETag tells. */
  md5: string | undefined;
  /** The date that the file would have; asked for only where it counts. */
  date: () => Promise<number>;
}

/**
 * What becomes of an object whose place is taken. The file is read only when it has as many bytes, and the MD5 counts.
 * @throws StorageError `invalid-input` where a folder has the name of a file that is to replace it
 */
export async function decideOnFile(
  ifExists: IfExists,
  path: string,
  there: ExistingFile,
  { size, md5, date }: Candidate,
  signal: AbortSignal,
): Promise<'send' | 'skip' | 'keep-both'> {
  if (ifExists === 'keep-both') return 'keep-both';
  if (there.kind === 'folder') throw inTheWay(path, 'a folder has its name');
  if (ifExists === 'skip') return 'skip';
  if (ifExists === 'replace') return 'send';
  if (ifExists === 'if-different' && size !== there.size) return 'send';
  let etag = '';
  if (ifExists === 'if-different' && there.kind === 'file' && md5 !== undefined) {
    etag = await md5OfFile(path, signal);
    if (isMd5(etag)) return etag === md5 ? 'skip' : 'send';
  }
  const { mtimeMs } = there;
  return decide(
    ifExists,
    { size, modifiedMs: await date() },
    { size: there.size, etag, modifiedMs: mtimeMs },
  );
}

const READ_BYTES = 2 ** 20;

async function md5OfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  try {
    const file = await open(path, 'r');
    try {
      for (let bytesRead = -1; bytesRead !== 0 && !signal.aborted;) {
        ({ bytesRead } = await file.read(buffer, 0, buffer.length, null));
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw inTheWay(path, 'the file that has its name cannot be read, to be compared', error);
  }
  signal.throwIfAborted();
  return hash.digest('hex');
}
