import { join } from 'node:path';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { type Job, type JobRequest, jobInputSchema } from '#shared/job.ts';
import { readOnly } from '#storage/read-only.ts';
import type { Storage } from '#storage/storage.ts';
import { ended, startWorld, type World } from '../support.ts';

/** Two sandboxes, and a runner of jobs that knows them as `here` and `there`; `locked` is the second, read-only. */
export interface Pair {
  here: World;
  there: World;
  runner: JobRunner;
  /** Ends the runner as Cooper does when it quits, and makes a new one that takes up what was left. */
  restart(): Promise<void>;
  start(request: JobRequest): Promise<string>;
  run(request: JobRequest): Promise<Job>;
  stop(): Promise<void>;
}

export async function startPair(): Promise<Pair> {
  const here = await startWorld();
  const there = await startWorld();
  const bugs: unknown[] = [];
  const storages: Record<string, Storage> = {
    here: here.storage,
    there: there.storage,
    locked: readOnly(there.storage),
  };
  const storage = async (id: string) => {
    const found = storages[id];
    if (found === undefined) throw new Error(`There is no connection ${id}.`);
    return found;
  };
  const make = () =>
    new JobRunner(
      storage,
      (error) => bugs.push(error),
      basicServices({
        transfers: {
          store: new TransferStore(join(here.folder, 'transfers')),
          settings: () => here.settings,
          storage,
        },
      }),
    );
  const pair: Pair = {
    here,
    there,
    runner: make(),
    async restart() {
      await pair.runner.close();
      pair.runner = make();
      await pair.runner.restore();
    },
    start: (request) => pair.runner.start(jobInputSchema.parse(request)),
    run: async (request) => ended(pair.runner, await pair.start(request)),
    async stop() {
      await pair.runner.close();
      await here.stop();
      await there.stop();
      if (bugs.length > 0) throw bugs[0];
    },
  };
  return pair;
}
