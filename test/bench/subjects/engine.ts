// Cooper's engine, run as the app runs it; a `fetch` and a ZIP go to a folder that is removed at the end:
//   engine.ts {"access": {"endpoint": …}, "request": {"kind": "count", "prefix": ""}}
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { jobInputSchema, type Job } from '#shared/job.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { openStorage } from '#storage/open.ts';
import { accessSchema, settingsFor } from '../access.ts';
import { measureHere } from '../measure.ts';
import { inScratch } from '../peers.ts';

const taskSchema = z.object({
  access: accessSchema,
  request: z.looseObject({ kind: z.string() }),
  /** What must be done, or it was no run. */
  expects: z.object({ objects: z.number() }).partial().default({}),
});
export type EngineTask = z.input<typeof taskSchema>;

const { access, request, expects } = taskSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const storage = openStorage({
  settings: settingsFor(access),
  secretAccessKey: access.secretAccessKey,
});

async function run(runner: JobRunner, folder: string): Promise<Job> {
  const places: Record<string, object> = {
    zip: { path: join(folder, 'out.zip') },
    fetch: { folder: join(folder, 'out') },
  };
  const { bucket } = access;
  const id = await runner.start(
    jobInputSchema.parse({ connectionId: 'bench', bucket, ...places[request.kind], ...request }),
  );
  for await (const event of runner.watch(undefined)) {
    const jobs = event.type === 'changed' ? [event.job] : event.type === 'all' ? event.jobs : [];
    const job = jobs.find((one) => one.id === id);
    if (job === undefined || job.state === 'running' || job.state === 'queued') continue;
    return job;
  }
  throw new Error('The job was lost.');
}

await inScratch(async (folder) => {
  await mkdir(join(folder, 'out'));
  const runner = new JobRunner(
    async () => storage,
    undefined,
    basicServices({
      transfers: {
        store: new TransferStore(join(folder, 'transfers')),
        settings: () => transferSettingsSchema.parse({}),
        storage: async () => storage,
      },
    }),
  );
  await measureHere(
    async () => {
      const job = await run(runner, folder);
      const objects = job.progress.objects.done;
      const isWhole = expects.objects === undefined || expects.objects === objects;
      if (job.state !== 'done' || job.progress.failures.count > 0 || !isWhole)
        throw new Error(JSON.stringify(job));
      return { objects };
    },
    { watchesLoop: true },
  );
  await runner.close();
});
storage.close();
