import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { listObjects } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import type { CountingProxy } from './counting-proxy.ts';
import type { ChildNews, ChildTask } from './transfer-child.ts';

const CHILD = fileURLToPath(new URL('transfer-child.ts', import.meta.url));
/** One kill of so many comes at a moment of the start, while a transfer is taken up; the others while bytes pass. */
const AT_START = 6;
const START_MS = 1500;

export interface KillRun {
  task: ChildTask;
  proxy: CountingProxy;
  way: 'up' | 'down';
  kills: number;
  /** Of all that is to be moved. */
  totalBytes: number;
  /** Bytes that are safe at the other end by now. */
  arrived: () => Promise<number>;
  random: () => number;
  say?: (line: string) => void;
}

export interface KillResult {
  kills: number;
  /** Of the kills, those that came before the child had set to work. */
  early: number;
  /** That passed on the way. */
  bytes: number;
  ended: Extract<ChildNews, { news: 'ended' }>;
  /** Transfers that a child has set aside as damaged. */
  damaged: string[];
}

/** Starts a transfer, kills it (SIGKILL) so many times, at random moments over all of its bytes, and lets it come to its end. */
export async function killRun(run: KillRun): Promise<KillResult> {
  const { proxy, way, random, say = () => {} } = run;
  const before = proxy.bytes[way];
  const damaged: string[] = [];
  let kills = 0;
  let early = 0;
  for (;;) {
    const left = run.totalBytes - (await run.arrived());
    const share = (2 * random() * left) / (run.kills - kills + 1);
    const at = kills >= run.kills ? undefined : random() * AT_START < 1 ? random() * START_MS : { share };
    const life = await oneLife(run, at);
    damaged.push(...life.news.flatMap((news) => (news.news === 'at work' ? news.damaged : [])));
    const end = life.news.find((news) => news.news === 'ended');
    if (end !== undefined) return { kills, early, bytes: proxy.bytes[way] - before, ended: end, damaged };
    if (at === undefined) throw new Error(`The child ended by itself with ${life.code}, and said nothing.`);
    kills++;
    if (life.news.length === 0) early++;
    say(
      `${way}: kill ${kills}, ${Math.round((100 * (proxy.bytes[way] - before)) / run.totalBytes)} % passed`,
    );
  }
}

/** @param at after so many ms, or after so many bytes have passed; undefined: never */
async function oneLife(
  { task, proxy, way }: KillRun,
  at: number | { share: number } | undefined,
): Promise<{ news: ChildNews[]; code: number | null }> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const news: ChildNews[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => news.push(JSON.parse(line) as ChildNews));
  const timer = typeof at === 'number' ? setTimeout(() => kill(child), at) : undefined;
  const begun = proxy.bytes[way];
  proxy.onBytes = () => {
    if (typeof at === 'object' && proxy.bytes[way] - begun > at.share) kill(child);
  };
  const [[code]] = (await Promise.all([once(child, 'exit'), once(lines, 'close')])) as [
    [number | null],
    unknown,
  ];
  clearTimeout(timer);
  proxy.onBytes = () => {};
  return { news, code };
}

function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
}

/** Bytes of objects and of parts in a bucket. */
export async function bytesInBucket(storage: Storage, bucket: string): Promise<number> {
  let bytes = 0;
  for await (const { size } of listObjects(storage, { bucket })) bytes += size;
  for (const { key, uploadId } of (await storage.listUploadsPage({ bucket })).uploads) {
    const { parts } = await storage.listPartsPage({ bucket, key, uploadId });
    for (const { size } of parts) bytes += size;
  }
  return bytes;
}

/** Bytes of files in a folder, also of those that are half there. */
export async function bytesInFolder(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const { blocks, size } = await lstat(join(entry.parentPath, entry.name));
    bytes += Math.min(size, blocks * 512); // ranges are written with holes between them
  }
  return bytes;
}
