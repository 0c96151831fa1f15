import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listObjects } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A file to be made: where, and how many bytes. */
export interface MadeFile {
  path: string;
  size: number;
}

/** Writes files of bytes that are others in each. */
export async function makeFiles(folder: string, files: readonly MadeFile[]): Promise<void> {
  for (const [index, { path, size }] of files.entries()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await pipeline(Readable.from(noise(index, size)), createWriteStream(join(folder, path)));
  }
}

function* noise(seed: number, size: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed % 251), Buffer.alloc(16, seed >> 8));
  const zeros = Buffer.alloc(2 ** 20);
  for (let done = 0; done < size; done += zeros.length)
    yield cipher.update(zeros.subarray(0, Math.min(zeros.length, size - done)));
}

/** Every file below a folder with the hash of its bytes, by its path from there. */
export async function hashesBelow(folder: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    hashes.set(path.slice(folder.length + 1), await hashOf(createReadStream(path)));
  }
  return hashes;
}

/** Every object under a prefix with the hash of its bytes, by its key without the prefix. */
export async function hashesOfObjects(
  storage: Storage,
  bucket: string,
  prefix: string,
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for await (const { key } of listObjects(storage, { bucket, prefix })) {
    const { body } = await storage.read({ bucket, key });
    hashes.set(key.slice(prefix.length), await hashOf(body));
  }
  return hashes;
}

async function hashOf(source: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of source) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** How one set of names and hashes differs from another; nothing when it does not. */
export function differences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): string[] {
  return [
    ...[...expected].flatMap(([name, hash]) =>
      found.get(name) === hash ? [] : [`${name} ${found.has(name) ? 'is another' : 'is missing'}`],
    ),
    ...[...found.keys()].flatMap((name) => (expected.has(name) ? [] : [`${name} is too much`])),
  ];
}
