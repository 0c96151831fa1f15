import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices, type JobServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import type { FaultPlan } from '#sandbox/faults.ts';
import { startSandbox } from '#sandbox/sandbox.ts';
import { type Job, type JobRequest, jobInputSchema } from '#shared/job.ts';
import { type TransferSettings, transferSettingsSchema } from '#shared/transfer-settings.ts';
import { withRetries } from '#storage/retry.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';
import { freshBucketName, localSettings } from '#test/support/endpoints.ts';
import { mapConcurrent } from '#storage/concurrency.ts';

export interface Objects {
  [key: string]: string | Uint8Array;
}

/** A sandbox, the engine connected to it, and a runner of jobs. */
export interface World {
  storage: Storage;
  runner: JobRunner;
  /** Ends the runner as Cooper does when it quits, and makes a new one that takes up what was left. */
  restart(): Promise<string[]>;
  /** The sandbox's endpoint, access key and secret. */
  access: [string, string, string];
  /** An empty folder for what jobs write. */
  folder: string;
  /** The user's settings for transfers. */
  settings: TransferSettings;
  /** What goes wrong from now on; undefined: nothing. */
  plan: FaultPlan | undefined;
  /** A new bucket with these objects. */
  bucket(objects: Objects): Promise<string>;
  /** Starts a job. `connectionId` is filled in. */
  start(request: DistributiveOmit<JobRequest, 'connectionId'>): Promise<string>;
  /** Starts a job and waits for its end. */
  run(request: DistributiveOmit<JobRequest, 'connectionId'>): Promise<Job>;
  stop(): Promise<void>;
}
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** @param services in place of the usual: pauses without waiting, records of deletions. */
export async function startWorld(services: Partial<JobServices> = {}): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'cooper-jobs-'));
  const bugs: unknown[] = [];
  const sandbox = await startSandbox({
    folder: join(root, 'sandbox'),
    faults: (request) => world.plan?.(request),
    onInternalError: (error) => bugs.push(error),
  });
  const storage = withRetries(
    createS3Storage({
      settings: localSettings(sandbox.endpoint, { accessKeyId: sandbox.accessKeyId }),
      secretAccessKey: sandbox.secretAccessKey,
    }),
    { attempts: 3, baseMs: 5 },
  );
  const makeRunner = () =>
    new JobRunner(
      async () => storage,
      (error) => bugs.push(error),
      basicServices({
        ...services,
        transfers: {
          store: new TransferStore(join(root, 'transfers')),
          settings: () => world.settings,
          storage: async () => storage,
        },
      }),
    );
  const start: World['start'] = (request) =>
    world.runner.start(jobInputSchema.parse({ ...request, connectionId: 'test' }));
  const world: World = {
    settings: transferSettingsSchema.parse({}),
    storage,
    runner: makeRunner(),
    async restart() {
      await world.runner.close();
      world.runner = makeRunner();
      return world.runner.restore();
    },
    access: [sandbox.endpoint, sandbox.accessKeyId, sandbox.secretAccessKey],
    folder: await mkdtemp(join(root, 'out-')),
    plan: undefined,
    start,
    async bucket(objects) {
      const bucket = freshBucketName();
      await storage.createBucket(bucket);
      const write = ([key, body]: [string, string | Uint8Array]) =>
        storage.write({ bucket, key, body: Buffer.from(body) });
      for await (const _ of mapConcurrent(Object.entries(objects), write, { limit: 16 }));
      return bucket;
    },
    async run(request) {
      return ended(world.runner, await start(request));
    },
    async stop() {
      await world.runner.close();
      storage.close();
      await sandbox.close();
      await rm(root, { recursive: true, force: true });
      if (bugs.length > 0) throw bugs[0];
    },
  };
  return world;
}

/** The job as it is when it has ended. */
export async function ended(runner: JobRunner, id: string): Promise<Job> {
  return when(runner, id, ({ state }) => ['done', 'failed', 'cancelled'].includes(state));
}

/** The job as it is when `test` holds for the first time. */
export async function when(runner: JobRunner, id: string, test: (job: Job) => boolean): Promise<Job> {
  const leave = new AbortController();
  for await (const event of runner.watch(leave.signal)) {
    const jobs = event.type === 'all' ? event.jobs : event.type === 'changed' ? [event.job] : [];
    const job = jobs.find((one) => one.id === id && test(one));
    if (job !== undefined) return job;
  }
  throw new Error(`Job ${id} never became what was waited for.`);
}
