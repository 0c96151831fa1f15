import type { Job } from '#shared/job.ts';
import { isTransfer } from '#shared/transfer.ts';
import type { JobRunner } from '../runner.ts';

export interface TransfersNews {
  moving: number;
  share: number | undefined;
  ended: { title: string; body: string }[];
}

const NAMES = { upload: 'Upload', fetch: 'Download', transfer: 'Transfer', sync: 'Sync' } as const;

/** What the desktop shows of the transfers: told by each change of one, and never what was so from the start. */
export async function* transferNews(
  jobs: Pick<JobRunner, 'watch'>,
  signal: AbortSignal,
): AsyncGenerator<TransfersNews, void, undefined> {
  const known = new Map<string, Job>();
  for await (const event of jobs.watch(signal)) {
    const ended: TransfersNews['ended'] = [];
    switch (event.type) {
      case 'all':
        for (const job of event.jobs) if (isTransfer(job)) known.set(job.id, job);
        break;
      case 'changed': {
        const { job } = event;
        if (!isTransfer(job)) continue;
        const before = known.get(job.id)?.state;
        known.set(job.id, job);
        if (before !== undefined && before !== job.state) ended.push(...endOf(job));
        break;
      }
      case 'removed':
        if (!known.delete(event.id)) continue;
    }
    yield { ...howFar([...known.values()]), ended };
  }
}

function howFar(jobs: readonly Job[]): Pick<TransfersNews, 'moving' | 'share'> {
  const moving = jobs.filter(({ state }) => state === 'running');
  let done = 0;
  let total = 0;
  for (const { bytes } of moving.map(({ progress }) => progress)) {
    done += bytes.done;
    total += bytes.total ?? 0;
  }
  const isKnown = total > 0 && moving.every(({ progress }) => progress.bytes.totalIsFinal === true);
  return { moving: moving.length, share: isKnown ? Math.min(1, done / total) : undefined };
}

function endOf(job: Extract<Job, { kind: keyof typeof NAMES }>): TransfersNews['ended'] {
  const title = `${NAMES[job.kind]}: ${job.input.bucket}`;
  if (job.state === 'failed') return [{ title, body: job.failure.message }];
  if (job.state !== 'done') return [];
  const { objects, failures } = job.progress;
  const count = `${objects.done} of ${objects.total ?? objects.done}`;
  return [
    { title, body: failures.count === 0 ? `Done: ${count}.` : `Done: ${count}, ${failures.count} failed.` },
  ];
}
