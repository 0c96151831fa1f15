/**
 * The records of a ZIP file as bytes. Section numbers are those of PKWARE's APPNOTE.TXT 6.3.10. All numbers are
 * little-endian; a ZIP64 extra field stands in for every size or offset that does not fit in 32 bits.
 */

export type Method = 'store' | 'deflate';

/** What is known of an entry once its bytes are written. */
export interface EntryRecord {
  /** With `/` between segments; a folder's ends with it. */
  name: Buffer;
  isFolder: boolean;
  modifiedAt: Date;
  method: Method;
  crc32: number;
  compressedBytes: number;
  bytes: number;
  /** Where its local header starts. */
  offset: number;
  /** The local header carries its sizes in a ZIP64 extra field. */
  zip64: boolean;
}

export const LIMIT_16 = 0xffff;
export const LIMIT_32 = 0xffffffff;

/** General purpose bit 11: names are UTF-8 (4.4.4, appendix D). */
const FLAG_UTF8 = 0x0800;
/** Upper byte 3: attributes are those of Unix; lower byte: version 6.3 of the specification (4.4.2). */
const MADE_BY = (3 << 8) | 63;
const UNIX_FILE = 0o100644;
const UNIX_FOLDER = 0o040755;
const DOS_FOLDER = 0x10;

const ZIP64_ID = 0x0001;
/** "UT", Info-ZIP's extended timestamp: seconds since 1970 in UTC (4.6.1; proginfo/extrafld.txt of Info-ZIP). */
const TIMESTAMP_ID = 0x5455;

/** 4.3.7. Its length depends only on the name, the date and `zip64`, so that it can be written again in place. */
export function localHeader(entry: EntryRecord): Buffer {
  const zip64 = entry.zip64 ? zip64Extra([entry.bytes, entry.compressedBytes]) : EMPTY;
  const extra = Buffer.concat([zip64, timestampExtra(entry.modifiedAt)]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeShared(header.subarray(4), entry);
  writeSizes(header.subarray(14), entry);
  header.writeUInt16LE(entry.name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, entry.name, extra]);
}

/** 4.3.12. */
export function centralHeader(entry: EntryRecord): Buffer {
  const farOffset = entry.offset >= LIMIT_32;
  const numbers = [
    ...(entry.zip64 ? [entry.bytes, entry.compressedBytes] : []),
    ...(farOffset ? [entry.offset] : []),
  ];
  const zip64 = numbers.length > 0 ? zip64Extra(numbers) : EMPTY;
  const extra = Buffer.concat([zip64, timestampExtra(entry.modifiedAt)]);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(MADE_BY, 4);
  writeShared(header.subarray(6), entry);
  if (farOffset) header.writeUInt16LE(45, 6);
  writeSizes(header.subarray(16), entry);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  const attributes = entry.isFolder ? UNIX_FOLDER * 0x1_0000 + DOS_FOLDER : UNIX_FILE * 0x1_0000;
  header.writeUInt32LE(attributes, 38);
  header.writeUInt32LE(farOffset ? LIMIT_32 : entry.offset, 42);
  return Buffer.concat([header, entry.name, extra]);
}

/** The records after the central directory: ZIP64's where needed (4.3.14, 4.3.15), then the end (4.3.16). */
export function endRecords(directory: { entries: number; bytes: number; offset: number }): Buffer {
  const { entries, bytes, offset } = directory;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, LIMIT_16), 8);
  end.writeUInt16LE(Math.min(entries, LIMIT_16), 10);
  end.writeUInt32LE(Math.min(bytes, LIMIT_32), 12);
  end.writeUInt32LE(Math.min(offset, LIMIT_32), 16);
  if (entries < LIMIT_16 && bytes < LIMIT_32 && offset < LIMIT_32) return end;

  const zip64 = Buffer.alloc(56);
  zip64.writeUInt32LE(0x06064b50, 0);
  zip64.writeBigUInt64LE(44n, 4); // its own length without these first 12 bytes
  zip64.writeUInt16LE(MADE_BY, 12);
  zip64.writeUInt16LE(45, 14);
  zip64.writeBigUInt64LE(BigInt(entries), 24);
  zip64.writeBigUInt64LE(BigInt(entries), 32);
  zip64.writeBigUInt64LE(BigInt(bytes), 40);
  zip64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16); // disks
  return Buffer.concat([zip64, locator, end]);
}

const EMPTY = Buffer.alloc(0);

/** From "version needed" to the date: the same in both headers. */
function writeShared(target: Buffer, entry: EntryRecord): void {
  const needed = entry.zip64 ? 45 : entry.method === 'deflate' || entry.isFolder ? 20 : 10; // 4.4.3
  const { time, date } = dosTime(entry.modifiedAt);
  target.writeUInt16LE(needed, 0);
  target.writeUInt16LE(FLAG_UTF8, 2);
  target.writeUInt16LE(entry.method === 'deflate' ? 8 : 0, 4);
  target.writeUInt16LE(time, 6);
  target.writeUInt16LE(date, 8);
}

function writeSizes(target: Buffer, entry: EntryRecord): void {
  target.writeUInt32LE(entry.crc32, 0);
  target.writeUInt32LE(entry.zip64 ? LIMIT_32 : entry.compressedBytes, 4);
  target.writeUInt32LE(entry.zip64 ? LIMIT_32 : entry.bytes, 8);
}

/** 4.5.3: uncompressed size, compressed size, offset, each only where its field holds 0xffffffff. */
function zip64Extra(numbers: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(ZIP64_ID, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  for (const [index, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  return extra;
}

/** Modification time only; nothing where it does not fit in 32 bits (before 1901, after 2038). */
function timestampExtra(modifiedAt: Date): Buffer {
  const seconds = Math.floor(modifiedAt.getTime() / 1000);
  if (!(seconds >= -0x8000_0000 && seconds <= 0x7fff_ffff)) return EMPTY;
  const extra = Buffer.alloc(9);
  extra.writeUInt16LE(TIMESTAMP_ID, 0);
  extra.writeUInt16LE(5, 2);
  extra.writeUInt8(1, 4);
  extra.writeInt32LE(seconds, 5);
  return extra;
}

/** Local time in steps of two seconds, from 1980 to 2107 (4.4.6). */
function dosTime(at: Date): { time: number; date: number } {
  const year = at.getFullYear();
  if (!(year >= 1980)) return { time: 0, date: (1 << 5) | 1 };
  if (year > 2107) return { time: (23 << 11) | (59 << 5) | 29, date: (127 << 9) | (12 << 5) | 31 };
  return {
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
  };
}
