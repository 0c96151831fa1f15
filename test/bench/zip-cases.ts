import { join } from 'node:path';
import { inScratch } from './peers.ts';

/** Entries of 16 KiB. */
export const DEFLATE_ENTRIES = 10_000;
export const STREAM_CHUNK_BYTES = 64 * 1024;
/** 1 GiB in all. */
export const STREAM_CHUNKS = 16 * 1024;
export const MANY_ENTRIES = 300_000;

/** Gives a path in a new folder, which is removed at the end. */
export async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  await inScratch((folder) => work(join(folder, 'out.zip')));
}

/** What is alive on the heap and outside of it (buffers). Needs `--expose-gc`. */
export function heapMB(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}
