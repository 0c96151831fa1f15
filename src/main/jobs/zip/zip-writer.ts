import { crc32 } from 'node:zlib';
import { StorageError } from '#storage/errors.ts';
import type { OutputFile } from './output-file.ts';
import { Spool } from './spool.ts';
import { centralHeader, endRecords, LIMIT_16, LIMIT_32, localHeader } from './zip-records.ts';
import type { EntryRecord, Method } from './zip-records.ts';

export interface EntryInfo {
  /** A relative path with `/` between segments. */
  name: string;
  modifiedAt: Date;
}

/** An entry's bytes, compressed already. */
export interface ReadyBody {
  method: Method;
  /** As they go into the file: for `deflate`, a raw deflate stream (RFC 1951). */
  data: Uint8Array;
  /** Of the bytes before compression. */
  crc32: number;
  bytes: number;
}

/** Deflate can make bytes longer, by less than one in a thousand: what is closer than this to 4 GiB takes ZIP64. */
const ZIP64_FROM = LIMIT_32 - 16 * 1024 * 1024;

/**
 * Writes a ZIP file (APPNOTE.TXT 6.3.10) to a file that it can go back in: the sizes and the checksum of a streamed
 * entry are written into its local header afterwards, so that readers that only move forwards understand the file
 * (no data descriptors), and an entry whose body fails half-way is taken back. ZIP64 is used where it is needed
 * only. Of an entry nothing stays in memory: its record in the central directory waits in a file beside this one.
 *
 * One call at a time; `dispose` at last. Every method throws a StorageError of a `disk-*` kind when the file cannot be written.
 */
export class ZipWriter {
  readonly #file: OutputFile;
  readonly #directory: Spool;
  #entries = 0;
  #open = false;

  constructor(file: OutputFile) {
    this.#file = file;
    this.#directory = new Spool(`${file.path}-directory`);
  }

  get entries(): number {
    return this.#entries;
  }

  /** Adds a folder; its name ends with `/`. */
  async addFolder(info: EntryInfo): Promise<void> {
    await this.#append(info, { method: 'store', data: new Uint8Array(0), crc32: 0, bytes: 0 }, true);
  }

  async addEntry(info: EntryInfo, body: ReadyBody): Promise<void> {
    await this.#append(info, body, false);
  }

  /**
   * Begins an entry of `bytes` bytes that are given piece by piece. It must be ended by its `close` or `discard` before
   * anything else is written.
   */
  async openEntry(info: EntryInfo, body: { method: Method; bytes: number }): Promise<OpenEntry> {
    this.#requireIdle();
    const start = this.#file.position;
    const record = this.#record(info, { ...body, data: { length: 0 }, crc32: 0 }, false);
    await this.#file.write(localHeader(record));
    this.#open = true;
    return new OpenEntry(this.#file, record, async (isComplete) => {
      this.#open = false;
      if (isComplete) await this.#remember(record);
      else await this.#file.rewind(start);
    });
  }

  /**
   * Writes the central directory, brings everything to the disk, and reads back what a reader looks for first.
   * @returns the file's length in bytes.
   * @throws StorageError `disk-error` when the file is not what was written.
   */
  async finish(): Promise<number> {
    this.#requireIdle();
    const offset = this.#file.position;
    for await (const chunk of this.#directory.read()) await this.#file.write(chunk);
    const end = endRecords({ entries: this.#entries, bytes: this.#file.position - offset, offset });
    await this.#file.write(end);
    const expected = this.#file.position;
    const length = await this.#file.sync();
    const [written, start] = [
      await this.#file.read(expected - end.length, end.length),
      await this.#file.read(offset, 4),
    ];
    const signature = this.#entries > 0 ? 0x02014b50 : end.readUInt32LE(0);
    if (
      length !== expected ||
      !written.equals(end) ||
      start.length < 4 ||
      start.readUInt32LE(0) !== signature
    ) {
      const message = `The file ${this.#file.path} does not hold what was written to it.`;
      throw new StorageError({ kind: 'disk-error', operation: 'verify', path: this.#file.path, message });
    }
    return length;
  }

  /** Removes what is beside the file. */
  async dispose(): Promise<void> {
    await this.#directory.dispose();
  }

  async #append(info: EntryInfo, body: ReadyBody, isFolder: boolean): Promise<void> {
    this.#requireIdle();
    const start = this.#file.position;
    const record = this.#record(info, body, isFolder);
    try {
      await this.#file.write(localHeader(record));
      await this.#file.write(body.data);
    } catch (error) {
      await this.#file.rewind(start);
      throw error;
    }
    await this.#remember(record);
  }

  #record(
    info: EntryInfo,
    body: Omit<ReadyBody, 'data'> & { data: { length: number } },
    isFolder: boolean,
  ): EntryRecord {
    const name = Buffer.from(info.name);
    if (name.length === 0 || name.length > LIMIT_16)
      throw new RangeError('An entry needs a name of 1 to 65,535 bytes.');
    const { method, crc32: crc, bytes, data } = body;
    const { modifiedAt } = info;
    const zip64 = Math.max(bytes, data.length) >= ZIP64_FROM;
    const offset = this.#file.position;
    return {
      name,
      isFolder,
      modifiedAt,
      method,
      crc32: crc,
      compressedBytes: data.length,
      bytes,
      offset,
      zip64,
    };
  }

  async #remember(record: EntryRecord): Promise<void> {
    await this.#directory.append(centralHeader(record));
    this.#entries++;
  }

  #requireIdle(): void {
    if (this.#open) throw new Error('An entry is open: close or discard it first.');
  }
}

/** An entry that is being written; see `ZipWriter.openEntry`. */
export class OpenEntry {
  readonly #file: OutputFile;
  readonly #record: EntryRecord;
  readonly #end: (isComplete: boolean) => Promise<void>;
  #bytes = 0;
  #crc = 0;

  constructor(file: OutputFile, record: EntryRecord, end: (isComplete: boolean) => Promise<void>) {
    this.#file = file;
    this.#record = record;
    this.#end = end;
  }

  /**
   * Adds bytes, which must not change before this is done.
   * @param data what they are in the file: for `deflate`, the next part of the raw deflate stream.
   */
  async write(bytes: Uint8Array, data = bytes): Promise<void> {
    this.#bytes += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
    await this.#file.write(data);
    this.#record.compressedBytes += data.length;
  }

  /**
   * Ends the entry. Call `discard` should this fail.
   * @throws RangeError when the body was not as long as announced.
   */
  async close(): Promise<void> {
    const record = this.#record;
    if (this.#bytes !== record.bytes) {
      throw new RangeError(
        `An entry of ${record.bytes} bytes was announced, and ${this.#bytes} were written.`,
      );
    }
    record.crc32 = this.#crc;
    await this.#file.replace(localHeader(record), record.offset);
    await this.#end(true);
  }

  /** Takes the entry back: the file is as it was before. */
  async discard(): Promise<void> {
    await this.#end(false);
  }
}
