import { createHash, type Hash } from 'node:crypto';
import type { ObjectStat } from '#shared/objects.ts';
import type { Verification } from '#shared/transfer-journal.ts';
import { StorageError } from '#storage/errors.ts';
import { isMd5 } from '../existing.ts';
import type { PartDigests } from './part-digests.ts';

const MIB = 2 ** 20;
/** Part sizes that programs use, in MiB: those of S3's tools, and powers of two. */
const COMMON_MIB = [5, 6, 7, 8, 10, 12, 15, 16, 20, 24, 25, 32, 40, 48, 50, 60, 64, 96, 100, 128, 200, 250, 256, 500, 512,
  1000, 1024, 2048, 4096, 5120]; // prettier-ignore
/** More sizes than these are not tried for one object: each costs a hash of it. */
const TRIED = 8;

/**
 * Whether an ETag is the MD5 of the bytes: 32 hex digits, but not where the server encrypts by keys of its own ("Amazon S3
 * API Reference", Object).
 */
export function isTrustedMd5({ etag, encryption }: Pick<ObjectStat, 'etag' | 'encryption'>): boolean {
  return isMd5(etag.toLowerCase()) && (encryption === undefined || encryption === 'AES256');
}

/** A file's bytes are not those that the object's ETag speaks of. Not to be tried again by who knows nothing of it. */
export class OtherBytesError extends StorageError {
  readonly md5: string;

  constructor(object: { bucket: string; key: string; etag: string }, md5: string) {
    const { bucket, key, etag } = object;
    const message = `Object “${key}” in bucket “${bucket}” came with other bytes than its ETag “${etag}” says: nothing of it was kept.`;
    super({ kind: 'incomplete', operation: 'read', bucket, key, message, retryable: false });
    this.md5 = md5;
  }
}

/** Where bytes that came can be read again. */
export interface ReadableAgain {
  /** From the start to `end`. */
  read(end: number, signal: AbortSignal): AsyncIterable<Buffer>;
}

export interface Verifying {
  bucket: string;
  /** Of the whole file, where it was made while the bytes came. */
  md5?: string | undefined;
  /** Those of its parts, likewise. */
  parts?: Pick<PartDigests, 'etag' | 'partBytes'> | undefined;
  /**
   * The MD5 of what came before, when that was not what the ETag says. When the same comes again, fetched from its start,
   * then that is what the server has, and the ETag is something else: as where it encrypts and does not say so.
   */
  before?: string | undefined;
  signal: AbortSignal;
}

/**
 * How it is known that a file's bytes are the object's.
 * @throws StorageError `incomplete` when they are others than the server has; OtherBytesError when its ETag says so
 */
export async function verify(
  file: ReadableAgain,
  object: ObjectStat,
  { bucket, md5, parts, before, signal }: Verifying,
): Promise<Verification> {
  const { key, size } = object;
  const etag = object.etag.toLowerCase();
  if (isTrustedMd5(object)) {
    const has = md5 ?? (await md5Of(file, size, signal));
    if (has === etag) return 'md5';
    if (has === before) return 'length';
    throw new OtherBytesError({ bucket, key, etag }, has);
  }
  if (md5 === etag) return 'md5';
  if (parts !== undefined && (await parts.etag()) === etag) return 'parts';
  const untried = partSizesOf(object).filter((partBytes) => partBytes !== parts?.partBytes);
  const etags = await etagsOfParts(file, size, untried, signal);
  return etags.includes(etag) ? 'parts' : 'length';
}

async function md5Of(file: ReadableAgain, size: number, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of file.read(size, signal)) hash.update(piece);
  return hash.digest('hex');
}

/** Sizes of the parts that an object's ETag may be made of, in bytes, likely ones first; none where it is not made so. */
export function partSizesOf({
  size,
  etag,
  encryption,
}: Pick<ObjectStat, 'size' | 'etag' | 'encryption'>): number[] {
  const parts = /^[0-9a-f]{32}-(\d{1,5})$/u.exec(etag.toLowerCase());
  if (parts === null || (encryption !== undefined && encryption !== 'AES256')) return [];
  return partSizes(size, Number(parts[1]));
}

/** Sizes of parts, in bytes, by which an object of `size` bytes may have come in `count` parts; likely ones first. */
export function partSizes(size: number, count: number): number[] {
  if (count < 1 || size < 1) return [];
  if (count === 1) return [size];
  const least = Math.ceil(size / count);
  const most = Math.ceil(size / (count - 1)) - 1;
  const even = Math.ceil(least / MIB) * MIB;
  const common = COMMON_MIB.map((each) => each * MIB);
  const sizes = [even, ...common.filter((bytes) => bytes !== even)];
  return sizes.filter((bytes) => bytes >= least && bytes <= most).slice(0, TRIED);
}

/** The ETag that S3 makes of parts of each of these sizes, in one reading. */
async function etagsOfParts(
  file: ReadableAgain,
  size: number,
  sizes: readonly number[],
  signal: AbortSignal,
): Promise<string[]> {
  if (sizes.length === 0) return [];
  const hashes = sizes.map((partBytes) => new PartsHash(partBytes));
  for await (const piece of file.read(size, signal)) for (const hash of hashes) hash.update(piece);
  return hashes.map((hash) => hash.digest());
}

class PartsHash {
  readonly #partBytes: number;
  readonly #parts = createHash('md5');
  #part: Hash = createHash('md5');
  #room: number;
  #count = 0;

  constructor(partBytes: number) {
    this.#partBytes = partBytes;
    this.#room = partBytes;
  }

  update(piece: Buffer): void {
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(this.#room, piece.length - at);
      this.#part.update(piece.subarray(at, at + taken));
      at += taken;
      this.#room -= taken;
      if (this.#room === 0) this.#endPart();
    }
  }

  digest(): string {
    if (this.#room < this.#partBytes) this.#endPart();
    return `${this.#parts.digest('hex')}-${this.#count}`;
  }

  #endPart(): void {
    this.#parts.update(this.#part.digest());
    this.#part = createHash('md5');
    this.#room = this.#partBytes;
    this.#count++;
  }
}

/** @throws StorageError `incomplete` when a file that was written has another length than its object */
export function requireLength(written: number, { key, size }: ObjectStat, bucket: string): void {
  if (written === size) return;
  const message = `Object “${key}” in bucket “${bucket}” has ${size} bytes, and ${written} are in the file that was made of it: nothing of it was kept.`;
  throw new StorageError({ kind: 'incomplete', operation: 'read', bucket, key, message, retryable: false });
}

/** It is another object by now, or not what came: what is here of it is of no use. */
export function isOtherObject(error: unknown): boolean {
  if (!(error instanceof StorageError)) return false;
  return error.kind === 'changed' || (error.kind === 'incomplete' && !error.retryable);
}
