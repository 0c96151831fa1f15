import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bench,
  isInstalled,
  measureCommand,
  measureScript,
  type Sample,
  type Subject,
} from './measure.ts';
import { awsEnv, rcloneEnv, startServer } from './server.ts';
import { DEFLATE_ENTRIES, MANY_ENTRIES, STREAM_CHUNK_BYTES, STREAM_CHUNKS } from './zip-cases.ts';

export interface Options {
  /** What the server waits before each answer. */
  latencyMs: number;
}
export interface RunningBench extends Bench {
  stop: () => void;
}

/** What can be measured, by name. A name with a colon is a part of the one before it. */
export const benches: Record<string, (options: Options) => Promise<RunningBench>> = {
  count: async ({ latencyMs }) => {
    const server = await startServer({ keys: 100_000, latencyMs });
    const { endpoint } = server;
    return {
      name: 'count',
      n: '100,000 objects',
      server: serverName(latencyMs),
      subjects: [
        { name: 'cooper', run: () => measureScript('subjects/engine.ts', ['count', endpoint]) },
        { name: 'baseline', run: () => measureScript('subjects/sdk.ts', ['count', endpoint]) },
        ...(await peers({
          rclone: () => measureCommand('rclone', ['size', '--fast-list', ':s3:bench'], rcloneEnv(endpoint)),
          aws: () =>
            measureCommand(
              'aws',
              ['--endpoint-url', endpoint, 's3', 'ls', '--recursive', '--summarize', 's3://bench'],
              awsEnv(),
            ),
        })),
      ],
      missing: await missing(),
      stop: () => void server.stop(),
    };
  },

  zip: async ({ latencyMs }) => {
    const server = await startServer({ keys: 2000, bytes: 16 * 1024, latencyMs });
    const { endpoint } = server;
    const download =
      (command: string, args: (folder: string) => string[], env: Record<string, string>) => () =>
        inScratch((folder) => measureCommand(command, args(folder), env));
    return {
      name: 'zip',
      n: '2,000 objects of 16 KiB text',
      server: serverName(latencyMs),
      subjects: [
        { name: 'cooper', run: () => measureScript('subjects/engine.ts', ['zip', endpoint]) },
        { name: 'baseline', run: () => measureScript('subjects/sdk.ts', ['zip', endpoint]) },
        // They have no ZIP: what they are measured by is the download into a folder.
        ...(await peers({
          rclone: download(
            'rclone',
            (folder) => ['copy', '--fast-list', '--transfers', '32', ':s3:bench', folder],
            rcloneEnv(endpoint),
          ),
          aws: download(
            'aws',
            (folder) => ['--endpoint-url', endpoint, 's3', 'sync', 's3://bench', folder],
            awsEnv(),
          ),
        })),
      ],
      missing: await missing(),
      stop: () => void server.stop(),
    };
  },

  'zip-container:deflate': async () =>
    container('deflate', `${DEFLATE_ENTRIES} entries of 16 KiB text, deflated`),
  'zip-container:stream': async () =>
    container('stream', `one entry of ${(STREAM_CHUNK_BYTES * STREAM_CHUNKS) / 2 ** 30} GiB, stored`),
  'zip-container:failure': async () =>
    container('failure', 'one entry of three breaks off; how many of four readers complain of the ZIP then'),
  'zip-container:many': async () => container('many', `${MANY_ENTRIES} entries of 1 byte, stored`),
};

function container(part: string, n: string): RunningBench {
  const subject = (name: string): Subject => ({
    name,
    run: () => measureScript(`subjects/container-${name}.ts`, [part]),
  });
  const name = `zip-container:${part}`;
  return {
    name,
    n,
    server: 'none',
    subjects: [subject('cooper'), subject('archiver')],
    missing: [],
    stop: () => {},
  };
}

function serverName(latencyMs: number): string {
  return `from memory, in another process, ${latencyMs} ms latency`;
}

async function peers(all: Record<string, () => Promise<Sample>>): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const [name, run] of Object.entries(all)) if (await isInstalled(name)) subjects.push({ name, run });
  return subjects;
}

async function missing(): Promise<string[]> {
  const hints = {
    rclone: 'apt-get install rclone, or brew install rclone',
    aws: 'apt-get install awscli, or brew install awscli',
  };
  const lines: string[] = [];
  for (const [name, hint] of Object.entries(hints)) {
    if (!(await isInstalled(name))) lines.push(`${name} is not installed (${hint}): not measured`);
  }
  return lines;
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
