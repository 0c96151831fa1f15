import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { RateLimit } from '../rate-limit.ts';

const READ_BYTES = 128 * 1024;

/** So that a pipe, put in place of a file, is not waited for. Windows has no such pipes. */
const NO_WAIT = process.platform === 'win32' ? 0 : constants.O_NONBLOCK;

/** What is wrong with one file only; the others can still be read. */
const OF_ONE_FILE: Record<string, string> = {
  ENOENT: 'it is not there any more',
  ENOTDIR: 'it is not there any more',
  EISDIR: 'it is a folder now',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EBUSY: 'another program is using it',
  ETXTBSY: 'another program is using it',
  ELOOP: 'links lead in a circle there',
  ENXIO: 'it is not a file any more',
};

function notSent(path: string, why: string, cause?: unknown): StorageError {
  const message = `“${path}” cannot be uploaded: ${why}.`;
  const code = systemCode(cause);
  return new StorageError({ kind: 'invalid-input', operation: 'upload', path, code, message, cause });
}

/** Bytes `start` to before `end`. */
export interface Slice {
  start: number;
  end: number;
}

export interface Passing {
  rate: RateLimit;
  /** Told of bytes that are on their way; negative when they are taken back for another try. */
  moved: (bytes: number) => void;
  signal: AbortSignal;
}

/** One file of this computer that is read for an upload, and whether it stays as it was. To be closed. */
export class SourceFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle, size: number, mtimeMs: number) {
    this.path = path;
    this.#file = file;
    this.size = size;
    this.mtimeMs = mtimeMs;
  }

  /**
   * @throws StorageError `invalid-input` for what is wrong with this file only: it is gone, locked, or no file any more;
   *   else of a `disk-*` kind
   */
  static async open(path: string): Promise<SourceFile> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, constants.O_RDONLY | NO_WAIT);
      const found = await file.stat();
      if (!found.isFile()) throw notSent(path, 'it is not a file any more');
      return new SourceFile(path, file, found.size, found.mtimeMs);
    } catch (error) {
      await file?.close();
      const code = systemCode(error);
      const why = code === undefined ? undefined : OF_ONE_FILE[code];
      throw why === undefined
        ? diskError(error, { operation: 'read', path })
        : notSent(path, `${why} (${code})`, error);
    }
  }

  /** @throws StorageError `changed` when the file is not the one that was opened any more */
  async requireUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.#file.stat();
    if (size !== this.size || mtimeMs !== this.mtimeMs) throw this.changed();
  }

  changed(): StorageError {
    const message = `The file “${this.path}” was changed while it was read; it was not uploaded.`;
    return new StorageError({ kind: 'changed', operation: 'upload', path: this.path, message });
  }

  /** The MD5 of a slice in hex. @throws StorageError */
  async md5({ start, end }: Slice, signal: AbortSignal): Promise<string> {
    const hash = createHash('md5');
    for await (const piece of this.#pieces({ start, end })) {
      signal.throwIfAborted();
      hash.update(piece);
    }
    return hash.digest('hex');
  }

  /** All of a small file. @throws StorageError, `changed` when it is not whole */
  async whole(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.#pieces({ start: 0, end: this.size })) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  }

  /** A stream of a slice that tells what passes, and holds it back to the rate that is allowed. */
  stream(slice: Slice, passing: Passing): Readable {
    const pieces = this.#passing(slice, passing);
    return Readable.from(pieces, { objectMode: false, highWaterMark: READ_BYTES });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async *#passing(slice: Slice, { rate, moved, signal }: Passing): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of this.#pieces(slice)) {
      await rate.take(piece.length, signal);
      moved(piece.length);
      yield piece;
    }
  }

  async *#pieces({ start, end }: Slice): AsyncGenerator<Buffer, void, undefined> {
    for (let at = start; at < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - at));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, at).catch((error: unknown) => {
        throw diskError(error, { operation: 'read', path: this.path });
      });
      if (bytesRead === 0) throw this.changed(); // it has become shorter
      at += bytesRead;
      yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
    }
  }
}

/**
 * A body that is opened anew for each try, and whose bytes count once however often they are sent.
 * @param retried told at each try but the first
 */
export function sliceBody(
  source: Pick<SourceFile, 'stream'>,
  slice: Slice,
  passing: Passing & { retried: () => void },
): { open: () => Readable; contentLength: number; takeBack: () => void } {
  let counted = 0;
  let tries = 0;
  const takeBack = () => {
    passing.moved(-counted);
    counted = 0;
  };
  const moved = (bytes: number) => {
    counted += bytes;
    passing.moved(bytes);
  };
  return {
    contentLength: slice.end - slice.start,
    takeBack,
    open: () => {
      if (tries++ > 0) passing.retried();
      takeBack();
      return source.stream(slice, { ...passing, moved });
    },
  };
}
