import type * as Crypto from 'node:crypto';
import type * as Fs from 'node:fs';

/** What can be done with a small file in one go. */
export type FileTask =
  /** Is there anything at `place`, and is its folder inside of `folder`, also behind links? */
  | { do: 'look'; folder: string; place: string }
  /**
   * A new file with these bytes and this date (ms since 1970), on the disk before it gets its name as by `name`. Where the disk
   * keeps another date, or the name cannot be had, it is `written` only.
   */
  | { do: 'place'; path: string; bytes: Uint8Array; dateMs: number; place: string; root: string }
  /** Gives a file its name, where nothing has it, in a folder inside of `root`; the old name goes. */
  | { do: 'name'; path: string; place: string; root: string }
  /** The MD5 of an open file's bytes from `start` to before `end`. */
  | { do: 'md5'; fd: number; start: number; end: number };

/** What has come of it; `no` says nothing of why: whoever asked does it step by step then, and finds out. */
export type FileDone =
  | { is: 'no' }
  /** Whether nothing at all is in the place's folder. */
  | { is: 'free'; root: string; isFolderEmpty: boolean }
  | { is: 'written'; size: number; mtimeMs: number }
  | { is: 'named'; isPartialGone: boolean }
  | { is: 'md5'; md5: string };

/** A disk may round a date as much as this, ms. */
export const DATE_ROUNDED_MS = 1;

export interface Modules {
  fs: Pick<
    typeof Fs,
    | 'closeSync'
    | 'fstatSync'
    | 'fsyncSync'
    | 'futimesSync'
    | 'linkSync'
    | 'lstatSync'
    | 'opendirSync'
    | 'openSync'
    | 'readSync'
    | 'realpathSync'
    | 'unlinkSync'
    | 'writeSync'
  >;
  crypto: Pick<typeof Crypto, 'createHash'>;
  path: { dirname: (path: string) => string; sep: string };
  /** `DATE_ROUNDED_MS` */
  roundedMs: number;
}

/**
 * Does such tasks, waiting for the disk: for a thread that has nothing else to do. It is handed to the thread as text, so
 * it may use nothing but what it is given, and what JavaScript has.
 */
export function fileWork({ fs, crypto, path: paths, roundedMs }: Modules): (task: FileTask) => FileDone {
  let buffer: Uint8Array | undefined;

  const isInside = (root: string, real: string) =>
    real === root || real.startsWith(root.endsWith(paths.sep) ? root : root + paths.sep);

  const look = (folder: string, place: string): FileDone => {
    if (fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined) return { is: 'no' };
    const root = fs.realpathSync.native(folder);
    const parent = fs.realpathSync.native(paths.dirname(place));
    if (!isInside(root, parent)) return { is: 'no' };
    const entries = fs.opendirSync(parent);
    try {
      return { is: 'free', root, isFolderEmpty: entries.readSync() === null };
    } finally {
      entries.closeSync();
    }
  };

  const write = (path: string, bytes: Uint8Array, dateMs: number): Extract<FileDone, { is: 'written' }> => {
    const file = fs.openSync(path, 'wx');
    try {
      for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at, bytes.length - at, at);
      try {
        fs.futimesSync(file, dateMs / 1000, dateMs / 1000);
      } catch {
        // Not every disk can keep a date.
      }
      fs.fsyncSync(file);
      const { size, mtimeMs } = fs.fstatSync(file);
      return { is: 'written', size, mtimeMs };
    } finally {
      fs.closeSync(file);
    }
  };

  const name = (path: string, place: string, root: string): FileDone => {
    if (!isInside(root, fs.realpathSync.native(paths.dirname(place)))) return { is: 'no' };
    fs.linkSync(path, place);
    try {
      fs.unlinkSync(path);
      return { is: 'named', isPartialGone: true };
    } catch {
      return { is: 'named', isPartialGone: false };
    }
  };

  const place = ({ path, bytes, dateMs, place: to, root }: Extract<FileTask, { do: 'place' }>): FileDone => {
    const written = write(path, bytes, dateMs);
    const isAsNoted = written.size === bytes.length && Math.abs(written.mtimeMs - dateMs) <= roundedMs;
    if (!isAsNoted) return written;
    try {
      const named = name(path, to, root);
      return named.is === 'named' ? named : written;
    } catch {
      return written;
    }
  };

  const md5 = (fd: number, start: number, end: number): FileDone => {
    const hash = crypto.createHash('md5');
    buffer ??= new Uint8Array(2 ** 20);
    for (let at = start; at < end;) {
      const count = fs.readSync(fd, buffer, 0, Math.min(buffer.length, end - at), at);
      if (count === 0) return { is: 'no' };
      hash.update(buffer.subarray(0, count));
      at += count;
    }
    return { is: 'md5', md5: hash.digest('hex') };
  };

  return (task) => {
    try {
      if (task.do === 'look') return look(task.folder, task.place);
      if (task.do === 'place') return place(task);
      if (task.do === 'name') return name(task.path, task.place, task.root);
      return md5(task.fd, task.start, task.end);
    } catch {
      return { is: 'no' };
    }
  };
}
