import { createWriteStream, type WriteStream } from 'node:fs';
import { type FileHandle, open, truncate } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { diskError, systemCode } from '#storage/disk-errors.ts';

/** A file of records has a line that no kill can have left behind: the disk, or somebody, changed it. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
  readonly path: string;

  constructor(path: string, line?: number) {
    super(`The file “${path}” is damaged${line === undefined ? '' : ` in line ${line}`}.`);
    this.path = path;
  }
}

const READ_BYTES = 256 * 1024;
const NEWLINE = 10;

/**
 * A file that only grows by records, one a line: the line's checksum (CRC-32, eight hex digits), a space, and JSON.
 * When `append` has resolved the record is with the operating system, and survives a kill of this process at any moment.
 */
export class RecordFile {
  readonly path: string;
  readonly #stream: WriteStream;
  #failure: Error | undefined;
  /** What is written in the next turn of the event loop, and who waits for it. */
  #lines = '';
  #waiting: ((error?: Error) => void)[] = [];

  private constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path, { flags: 'a' });
    this.#stream.on('error', (error) => this.#failed(error));
  }

  /** Opens the file for more; a last line that was torn by a kill is cut off. */
  static async open(path: string): Promise<RecordFile> {
    const end = await endOfRecords(path);
    if (end !== undefined) {
      await truncate(path, end).catch((error: unknown) => {
        throw diskError(error, { operation: 'write', path });
      });
    }
    return new RecordFile(path);
  }

  /** @throws StorageError of a `disk-*` kind, at every call after the first that failed. */
  append(record: unknown): Promise<void> {
    const json = JSON.stringify(record);
    const line = `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#lines += line;
      const settle = (error?: Error) => (error === undefined ? resolve() : reject(error));
      // Many that come at once are one write: each costs more than its bytes.
      if (this.#waiting.push(settle) === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    const lines = Buffer.from(this.#lines);
    this.#waiting = [];
    this.#lines = '';
    this.#stream.write(lines, (error) => {
      const isDone = error === undefined || error === null;
      const failure = isDone ? undefined : this.#failed(this.#stream.errored ?? error);
      for (const settle of waiting) settle(failure);
    });
  }

  /** What went wrong first: all that follows only says that the file is given up. */
  #failed(error: unknown): Error {
    this.#failure ??= diskError(error, { operation: 'write', path: this.path });
    return this.#failure;
  }

  close(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => {
      if (this.#stream.closed) resolve();
      else {
        this.#stream.once('close', resolve);
        this.#stream.end();
        if (this.#failure !== undefined) this.#stream.destroy();
      }
    });
  }
}

/** Reads a file of records from its start, also while it grows. To be closed. */
export class RecordReader {
  readonly #path: string;
  #file: FileHandle | undefined;
  #rest: Buffer = Buffer.alloc(0);
  /** Where in `#rest` the next line begins. */
  #start = 0;
  #line = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The next record; undefined when there is none yet, which includes a line without its end.
   * @throws DamagedError; StorageError when it cannot be read
   */
  async next(): Promise<unknown> {
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE, this.#start);
      if (end !== -1) {
        const line = this.#rest.subarray(this.#start, end);
        this.#start = end + 1;
        return this.#parse(line);
      }
      if (!(await this.#read())) return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #parse(line: Buffer): unknown {
    this.#line++;
    const json = line.subarray(9);
    const isWhole = line[8] === 0x20 && parseInt(line.toString('latin1', 0, 8), 16) === crc32(json);
    if (!isWhole) throw new DamagedError(this.#path, this.#line);
    return JSON.parse(json.toString('utf8')) as unknown;
  }

  async #read(): Promise<boolean> {
    this.#file ??= await openIfThere(this.#path);
    if (this.#file === undefined) return false;
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, null).catch((error: unknown) => {
      throw diskError(error, { operation: 'read', path: this.#path });
    });
    if (bytesRead === 0) return false;
    this.#rest = Buffer.concat([this.#rest.subarray(this.#start), buffer.subarray(0, bytesRead)]);
    this.#start = 0;
    return true;
  }
}

/**
 * The records of a file, in their order; none when there is no file. What a kill tore at the end is left out.
 * @throws DamagedError; StorageError when it cannot be read
 */
export async function* readRecords(path: string): AsyncGenerator<unknown, void, undefined> {
  const reader = new RecordReader(path);
  try {
    for (let record = await reader.next(); record !== undefined; record = await reader.next()) yield record;
  } finally {
    await reader.close();
  }
}

/** Where the last whole line ends; undefined when there is no file. */
async function endOfRecords(path: string): Promise<number | undefined> {
  const file = await openIfThere(path);
  if (file === undefined) return undefined;
  try {
    let { size: end } = await file.stat();
    const buffer = Buffer.alloc(READ_BYTES);
    while (end > 0) {
      const start = Math.max(0, end - READ_BYTES);
      const { bytesRead } = await file.read(buffer, 0, end - start, start);
      const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (newline !== -1) return start + newline + 1;
      end = start;
    }
    return 0;
  } catch (error) {
    throw diskError(error, { operation: 'read', path });
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw diskError(error, { operation: 'read', path });
  }
}
