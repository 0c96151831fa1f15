import { open, rename, truncate } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { SandboxFolderError } from '../errors.ts';
import { AppendFile } from './append-file.ts';
import type { BucketSettings, NewVersion, Part, Upload } from './version.ts';

/** A change to a bucket. Applied in order, the records of a journal make the bucket. */
export type JournalRecord =
  | { op: 'settings'; settings: BucketSettings }
  /** Becomes the current version; in place of the null version if it is one. Consumes the upload it was made of. */
  | { op: 'put'; version: NewVersion; upload?: string }
  | { op: 'remove'; key: string; versionId: string }
  | { op: 'details'; key: string; versionId: string; details?: string | undefined }
  | { op: 'upload'; upload: Omit<Upload, 'parts'> }
  | { op: 'part'; upload: string; part: Part }
  | { op: 'abort'; upload: string };

const OPERATIONS: ReadonlySet<unknown> = new Set<JournalRecord['op']>([
  'settings',
  'put',
  'remove',
  'details',
  'upload',
  'part',
  'abort',
]);

/** Each line is its own checksum (CRC-32, eight hex digits), a space, and a record as JSON. */
function lineOf(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

function recordOf(line: Buffer): JournalRecord | undefined {
  const json = line.subarray(9);
  if (line[8] !== 0x20 || parseInt(line.toString('latin1', 0, 8), 16) !== crc32(json)) return undefined;
  const value: unknown = JSON.parse(json.toString('utf8'));
  return isRecord(value) ? value : undefined;
}

/** The checksum says that the sandbox wrote the line, so what kind of record it is tells the rest. */
function isRecord(value: unknown): value is JournalRecord {
  return typeof value === 'object' && value !== null && 'op' in value && OPERATIONS.has(value.op);
}

async function* readChunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(1024 * 1024);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * The append-only file that says what a bucket holds. A record is made when its line, with its line end, is in the
 * file; a line without its end was torn by a kill before anybody was told, and is cut off when the file is opened.
 */
export class Journal {
  readonly #file: AppendFile;
  /** Records in the file, with those that later ones made meaningless. */
  records: number;

  private constructor(file: AppendFile, records: number) {
    this.#file = file;
    this.records = records;
  }

  /**
   * Reads the journal, gives each record to `apply`, and stands ready for more.
   *
   * @throws SandboxFolderError when a whole line is damaged, which a kill cannot do.
   */
  static async open(path: string, apply: (record: JournalRecord) => void): Promise<Journal> {
    let records = 0;
    let size = 0;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of readChunks(path)) {
      const bytes = Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
        const record = recordOf(bytes.subarray(start, end));
        if (record === undefined) {
          throw new SandboxFolderError(
            `The sandbox's file ${path} is damaged in line ${String(records + 1)}. ` +
              'Put the folder back from a backup, or choose another one.',
          );
        }
        apply(record);
        records++;
        size += end + 1 - start;
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length > 0) await truncate(path, size);
    return new Journal(await AppendFile.open(path, { size, onFailure: 'retry' }), records);
  }

  /** Writes a journal anew, whole or not at all. */
  static async write(path: string, records: Iterable<JournalRecord>): Promise<void> {
    const temporary = `${path}.new`;
    const file = await open(temporary, 'w');
    try {
      let lines = '';
      for (const record of records) {
        lines += lineOf(record);
        if (lines.length < 1024 * 1024) continue;
        await file.writeFile(lines);
        lines = '';
      }
      await file.writeFile(lines);
      // The old file is about to go, so here even a loss of power is provided for.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }

  /** Resolves when the record is kept. If it fails the record is tried again before the next one. */
  append(record: JournalRecord): Promise<void> {
    this.records++;
    return this.#file.append(Buffer.from(lineOf(record))).written;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
