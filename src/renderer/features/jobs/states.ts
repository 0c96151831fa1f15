import type { Job } from '#shared/job.ts';
import { isTransfer } from '#shared/transfer.ts';

/** Jobs that outlive the process: they are paused, put in order, and go on. */
export type TransferJob = Extract<Job, { kind: 'upload' | 'fetch' | 'transfer' | 'sync' }>;
export const isTransferJob = (job: Job): job is TransferJob => isTransfer(job);

/** Whether nothing more comes of it by itself. */
export const isEnded = ({ state }: Pick<Job, 'state'>): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled';

/** Whether it can be paused: it moves, or would. */
export const isPausable = (job: Job): boolean =>
  isTransferJob(job) && (job.state === 'running' || job.state === 'queued' || job.state === 'waiting');

/** Whether Cooper was closed under it. */
export const isInterrupted = (job: Job): boolean => job.state === 'paused' && job.interrupted === true;

/** Jobs as the dock shows them: what is at work, then what waits for its turn in that order, then what has ended. */
export function arranged(jobs: readonly Job[]): Job[] {
  const place = (job: Job) => (job.state === 'queued' ? (job.place ?? Infinity) : 0);
  const queued = jobs
    .filter(({ state }) => state === 'queued')
    .toSorted((a, b) => {
      const [first, second] = [place(a), place(b)];
      return first === second ? a.startedAt.getTime() - b.startedAt.getTime() : first - second;
    });
  const active = jobs.filter((job) => !isEnded(job) && job.state !== 'queued');
  return [...active, ...queued, ...jobs.filter(isEnded)];
}

/**
 * What one that waits for its turn stands before once it has gone a step up or down: another's id, null for the end;
 * undefined when there is no step.
 */
export function stepped(queue: readonly string[], id: string, by: -1 | 1): string | null | undefined {
  const at = queue.indexOf(id);
  if (at === -1) return undefined;
  if (by === -1) return at === 0 ? undefined : queue[at - 1];
  return at === queue.length - 1 ? undefined : (queue[at + 2] ?? null);
}
