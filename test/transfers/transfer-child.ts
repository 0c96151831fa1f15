// Moves something in a process of its own, which can be killed at any moment: takes up what was left in its folder, or
// begins, prints a line as it sets to work, and, at the end, how the job ended:
//   transfer-child.ts {"endpoint","accessKeyId","secretAccessKey","store","settings","request"}
import { z } from 'zod';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { jobInputSchema } from '#shared/job.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { openStorage } from '#storage/open.ts';
import { ended } from '#test/jobs/support.ts';
import { localSettings } from '#test/support/endpoints.ts';

const taskSchema = z.object({
  endpoint: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  region: z.string().default('us-east-1'),
  /** Where the transfer is kept. */
  store: z.string(),
  settings: transferSettingsSchema,
  request: z.unknown(),
});
export type ChildTask = z.input<typeof taskSchema>;

/** What the child prints, a line of JSON each. */
export type ChildNews =
  | { news: 'at work'; resumed: number; damaged: string[] }
  | { news: 'ended'; state: string; job: unknown; peakMemoryMib: number };

const task = taskSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const storage = openStorage({
  settings: localSettings(task.endpoint, { accessKeyId: task.accessKeyId, region: task.region }),
  secretAccessKey: task.secretAccessKey,
});
const runner = new JobRunner(
  async () => storage,
  (error) => console.error(error),
  basicServices({
    transfers: {
      store: new TransferStore(task.store),
      settings: () => task.settings,
      storage: async () => storage,
    },
  }),
);
const tell = (news: ChildNews) => console.log(JSON.stringify(news));

const damaged = await runner.restore();
const leave = new AbortController();
const left: string[] = [];
for await (const event of runner.watch(leave.signal)) {
  if (event.type === 'all') left.push(...event.jobs.map(({ id }) => id));
  break;
}
const [kept] = left;
if (kept !== undefined && runner.get(kept).state === 'paused') runner.resume(kept);
const id = kept ?? (await runner.start(jobInputSchema.parse(task.request)));
tell({ news: 'at work', resumed: left.length, damaged });
const job = await ended(runner, id);
// The runner keeps what has ended until somebody dismisses it; here the parent removes the folder.
await runner.close();
storage.close();
tell({ news: 'ended', state: job.state, job, peakMemoryMib: process.resourceUsage().maxRSS / 1024 });
