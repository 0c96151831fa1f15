import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import type { Fault, FaultRequest } from '#sandbox/faults.ts';
import { type Job, jobInputSchema } from '#shared/job.ts';
import type { TransferResult } from '#shared/transfer.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { openStorage } from '#storage/open.ts';
import { freshBucketName, sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { differences, hashesBelow, hashesOfObjects, makeFiles, type MadeFile } from './made-files.ts';

/** Each kind of fault comes with so many of a hundred requests. */
export const PER_CENT = 2;
const KINDS = ['reset', 'truncate', 'slowDown', 'delayMs', 'wrongEtag', 'expiredToken'] as const;
type Kind = (typeof KINDS)[number];

export interface FaultyResult {
  requests: number;
  faults: Record<Kind, number>;
  up: Way;
  down: Way;
  /** Names that are missing, too much or other bytes, at either end. */
  wrong: string[];
  unfinishedUploads: number;
}

/** How one direction went. */
export interface Way {
  job: Job;
  /** Requests that were sent once more, by what was wrong. */
  retried: Record<string, number>;
  /** How often the transfer had to wait, by what for. */
  waited: Record<string, number>;
  /** Failures that were tried again by themselves, with the reasons of the first. */
  failed: { count: number; first: string[] };
}

/** How often failed items are tried again. */
const ROUNDS = 5;

/** Moves files up and down through a server on which everything goes wrong at times. */
export async function faultyRun(
  files: readonly MadeFile[],
  random: () => number,
  say: (line: string) => void = () => {},
): Promise<FaultyResult> {
  let isOn = false;
  let requests = 0;
  const faults = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  const plan = ({ method, headers }: FaultRequest): Fault | undefined => {
    if (!isOn) return undefined;
    requests++;
    const kind = KINDS[Math.floor((random() * 100) / PER_CENT)];
    if (kind === undefined) return undefined;
    faults[kind]++;
    // Somewhere in the body, of the request or the answer.
    const at = Math.floor(random() * (method === 'GET' ? 8_000 : Number(headers['content-length'] ?? 0)));
    return faultOf(kind, at, Math.floor(random() * 50));
  };
  const endpoint = await sandboxEndpoint({ faults: plan });
  const root = await mkdtemp(join(tmpdir(), 'cooper-faulty-'));
  let way: Pick<Way, 'retried' | 'waited' | 'failed'> = newWay();
  const count = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const storage = openStorage(endpoint, {
    baseMs: 10,
    onRetry: ({ error }) => count(way.retried, error.kind),
  });
  const clear = storageOn(endpoint);
  const settings = transferSettingsSchema.parse({});
  const transfers = {
    store: new TransferStore(join(root, 'store')),
    settings: () => settings,
    storage: async () => storage,
  };
  const bugs: unknown[] = [];
  const runner = new JobRunner(
    async () => storage,
    (error) => bugs.push(error),
    basicServices({ transfers }),
  );

  const run = async (request: object): Promise<Way> => {
    way = newWay();
    const id = await runner.start(jobInputSchema.parse({ connectionId: 'test', ...request }));
    isOn = true;
    for (let round = 0; ; round++) {
      const job = await endOf(runner, id, (kind) => count(way.waited, kind));
      const { failures } = job.progress;
      if (job.state !== 'done' || failures.count === 0 || round === ROUNDS) {
        isOn = false;
        return { job, ...way };
      }
      way.failed.count += failures.count;
      way.failed.first.push(...failures.first.map(({ message }) => message).slice(0, 10));
      say(`${failures.count} failed and are tried again: ${failures.first[0]?.message}`);
      runner.resume(id, { retry: true });
    }
  };

  try {
    await makeFiles(
      root,
      files.map(({ path, size }) => ({ path: `in/${path}`, size })),
    );
    const bucket = freshBucketName();
    await clear.createBucket(bucket);
    const up = await run({ kind: 'upload', bucket, prefix: '', paths: [join(root, 'in')] });
    say(`up: ${requests} requests until now.`);
    const expected = await hashesBelow(join(root, 'in'));
    const objects = await hashesOfObjects(clear, bucket, 'in/');
    const out = join(root, 'out');
    await mkdir(out);
    const down = await run({ kind: 'fetch', bucket, prefix: 'in/', base: 'in/', folder: out });
    say(`down: ${requests} requests until now.`);
    if (bugs.length > 0) throw new AggregateError(bugs, 'There were mistakes in the code.');
    return {
      requests,
      faults,
      up,
      down,
      wrong: [...differences(expected, objects), ...differences(expected, await hashesBelow(out))],
      unfinishedUploads: (await clear.listUploadsPage({ bucket })).uploads.length,
    };
  } finally {
    await runner.close();
    storage.close();
    clear.close();
    await endpoint.stop();
    await rm(root, { recursive: true, force: true });
  }
}

const newWay = (): Pick<Way, 'retried' | 'waited' | 'failed'> => ({
  retried: {},
  waited: {},
  failed: { count: 0, first: [] },
});

function faultOf(kind: Kind, at: number, ms: number): Fault {
  switch (kind) {
    case 'reset':
      return { reset: at };
    case 'truncate':
      return { truncate: at };
    case 'delayMs':
      return { delayMs: ms };
    case 'slowDown':
      return { slowDown: true };
    case 'wrongEtag':
      return { wrongEtag: true };
    case 'expiredToken':
      return { expiredToken: true };
  }
}

/** Plays the user: whatever a transfer waits for is there at once. */
async function endOf(runner: JobRunner, id: string, onWait: (kind: string) => void): Promise<Job> {
  const leave = new AbortController();
  runner.resume(id);
  for await (const event of runner.watch(leave.signal)) {
    if (event.type === 'removed') continue;
    const jobs = event.type === 'all' ? event.jobs : [event.job];
    const job = jobs.find((one) => one.id === id);
    if (job === undefined) continue;
    if (job.state === 'waiting') {
      onWait(job.failure.kind);
      runner.wake();
    } else if (!['running', 'queued'].includes(job.state)) return job;
  }
  throw new Error('The transfer never ended.');
}

/** What a transfer has done, by its kinds. */
export function resultOf({ job }: Way): TransferResult {
  if ('result' in job && job.result !== undefined && 'inFlight' in job.result) return job.result;
  throw new Error(`The transfer has no result: ${JSON.stringify(job)}`);
}
