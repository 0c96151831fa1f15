import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { fetchObject } from '#jobs/transfer/fetch/fetch-object.ts';
import { FreePlaces } from '#jobs/transfer/fetch/free-places.ts';
import { RateLimit } from '#jobs/transfer/rate-limit.ts';
import type { ItemTask, Moved } from '#jobs/transfer/transfer.ts';
import type { FaultRequest } from '#sandbox/faults.ts';
import type { Job } from '#shared/job.ts';
import type { fetchInputSchema, TransferResult } from '#shared/transfer.ts';
import type { FetchItem, Note } from '#shared/transfer-journal.ts';
import type { Storage } from '#storage/storage.ts';
import type { World } from '../support.ts';

export const MIB = 2 ** 20;
export type FetchRequest = Omit<z.input<typeof fetchInputSchema>, 'kind' | 'connectionId' | 'bucket'>;

export const resultOf = (job: Job) => job.result as TransferResult;
export const isBody = ({ method, key }: FaultRequest) => method === 'GET' && key !== '';

/** An empty folder to fetch into. */
export const freshFolder = (world: World) => mkdtemp(join(world.folder, 'fetch-'));

/** Every file below a folder with its content; a folder without anything ends in `/`. Nothing hidden is left out. */
export async function tree(folder: string, under = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const names = await readdir(join(folder, under));
  for (const name of names) {
    const path = under + name;
    const stats = await lstat(join(folder, path));
    if (stats.isDirectory()) Object.assign(found, await tree(folder, `${path}/`));
    else found[path] = stats.isFile() ? await readFile(join(folder, path), 'latin1') : 'no file';
  }
  if (names.length === 0 && under !== '') found[under] = '';
  return found;
}

/** Puts an object there in parts of one size. */
export async function putInParts(
  storage: Storage,
  { bucket, key, body, partBytes }: { bucket: string; key: string; body: Buffer; partBytes: number },
): Promise<string> {
  const { uploadId } = await storage.createUpload({ bucket, key });
  const parts: { partNumber: number; etag: string }[] = [];
  for (let start = 0; start < body.length; start += partBytes) {
    const partNumber = parts.length + 1;
    const part = body.subarray(start, start + partBytes);
    const { etag } = await storage.uploadPart({ bucket, key, uploadId, partNumber, body: part });
    parts.push({ partNumber, etag });
  }
  return (await storage.completeUpload({ bucket, key, uploadId, parts })).etag;
}

/** Fetches one object as a transfer does, from nothing. */
export async function fetchOne(
  { storage, folder, bucket = 'b' }: { storage: Storage; folder: string; bucket?: string },
  item: Partial<FetchItem>,
  rate = new RateLimit(() => undefined),
) {
  const notes: Note[] = [];
  let moved = 0;
  let retried = 0;
  const task: ItemTask = {
    notes: [],
    note: async (note) => {
      notes.push(note);
    },
    forget: async () => {
      notes.length = 0;
    },
    moved: (bytes) => {
      moved += bytes;
    },
    retried: () => {
      retried++;
    },
    signal: new AbortController().signal,
  };
  const limits = { objectsAtOnce: () => 1, partsAtOnce: () => 2, rate };
  const context = { storage, storageOf: async () => storage, limits };
  const target = { storage, bucket, folder, ifExists: 'skip', places: new FreePlaces(folder) } as const;
  const whole = { key: 'k', path: 'k', size: 0, etag: '', modifiedMs: 0, ...item };
  const told: Promise<Moved> = fetchObject(target, whole, task, context);
  const outcome = await told.catch((error: unknown) => error);
  return { outcome, notes, moved, retried };
}

/** Bytes that no two parts of are alike, quickly made. */
export function noise(bytes: number): Buffer {
  const body = randomBytes(Math.min(bytes, MIB));
  const all = Buffer.alloc(bytes, body);
  for (let at = 0; at + 4 <= bytes; at += MIB) all.writeUInt32LE(at / MIB, at);
  return all;
}

/** Counts the bytes that reads ask for, by their ranges. */
export function bytesAsked(request: FaultRequest, size: number): number {
  const match = /^bytes=(\d+)-(\d*)$/u.exec(request.headers['range'] ?? '');
  if (match === null) return size;
  const [, start, end] = match;
  return (end === '' ? size : Number(end) + 1) - Number(start);
}
