import { hash, createHash } from 'node:crypto';
import { text } from '../content.ts';
import type { ServerOptions } from './options.ts';

const POOL_BYTES = 2 ** 20;
/** What is larger was uploaded in parts, as programs do. */
const PART_BYTES = 8 * 2 ** 20;
const BEGIN = Date.UTC(2024, 0, 1);

/**
 * What is in the objects: each is a part of one piece of a megabyte, repeated, from a place of its own. Where sizes are
 * given, ETags are the true digests.
 */
export class Bodies {
  readonly #bytes: number | undefined;
  readonly #pool: Buffer;
  /** Of objects smaller than the pool, 16 bytes each. */
  readonly #digests: Buffer;
  readonly #largeEtag: string | undefined;

  constructor({ bytes, body, keys }: Pick<ServerOptions, 'bytes' | 'body' | 'keys'>) {
    this.#bytes = bytes;
    const pool = body === 'text' ? text(POOL_BYTES) : noise(POOL_BYTES);
    // Twice, so that no part of it has to be joined.
    this.#pool = Buffer.concat([pool, pool]);
    const isSmall = bytes !== undefined && bytes < POOL_BYTES;
    this.#digests = Buffer.alloc(isSmall ? keys * 16 : 0);
    if (isSmall)
      for (let index = 0; index < keys; index++)
        this.#digests.write(hash('md5', this.#small(index, bytes), 'hex'), index * 16, 'hex');
    else if (bytes !== undefined) this.#largeEtag = this.#digestOfLarge(bytes);
  }

  size(index: number): number {
    return this.#bytes ?? 2000 + (mixed(index) % 4_000_000);
  }

  /** Without quotes. */
  etag(index: number): string {
    if (this.#largeEtag !== undefined) return this.#largeEtag;
    if (this.#bytes !== undefined) return this.#digests.toString('hex', index * 16, index * 16 + 16);
    return [1, 2, 3, 4].map((seed) => hex(mixed(index * 4 + seed))).join('');
  }

  modifiedAt(index: number): Date {
    return new Date(BEGIN + (index % 20_000_000) * 1000);
  }

  /** Of what was uploaded in parts: how many they are, and how long each but the last. */
  parts(index: number): { count: number; bytes: number } | undefined {
    if (!this.etag(index).includes('-')) return undefined;
    return { count: Math.ceil(this.size(index) / PART_BYTES), bytes: PART_BYTES };
  }

  /** The next bytes of an object from `start` on and before `end`: at most a megabyte, and never nothing. */
  piece(index: number, start: number, end: number): Buffer {
    const at = (this.#offset(index) + start) % POOL_BYTES;
    return this.#pool.subarray(at, at + Math.min(end - start, POOL_BYTES));
  }

  #offset(index: number): number {
    return this.#bytes !== undefined && this.#bytes < POOL_BYTES ? (index * 4099) % POOL_BYTES : 0;
  }

  #small(index: number, bytes: number): Buffer {
    const at = this.#offset(index);
    return this.#pool.subarray(at, at + bytes);
  }

  #digestOfLarge(bytes: number): string {
    const digest = (length: number) => {
      const md5 = createHash('md5');
      for (let done = 0; done < length; done += POOL_BYTES)
        md5.update(this.#pool.subarray(0, Math.min(POOL_BYTES, length - done)));
      return md5.digest();
    };
    if (bytes <= 2 * PART_BYTES) return digest(bytes).toString('hex');
    const whole = digest(PART_BYTES);
    const count = Math.ceil(bytes / PART_BYTES);
    const last = digest(bytes - (count - 1) * PART_BYTES);
    const all = [...Array.from({ length: count - 1 }, () => whole), last];
    return `${hash('md5', Buffer.concat(all), 'hex')}-${count}`;
  }
}

/** 32 bits that look like chance, the same for the same number. */
export function mixed(value: number): number {
  let bits = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

export function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(mixed(at), at);
  return bytes;
}
