import type { Job } from '#shared/job.ts';
import { formatAmount, formatBytes, formatDuration, formatRate, plural } from '#renderer/ui/format.ts';
import { isPausable, isTransferJob, type TransferJob } from './states.ts';

/** All transfers that move or would, taken together. */
export interface TransfersTotal {
  count: number;
  bytes: { done: number; total?: number; totalIsFinal?: boolean };
  bytesPerSecond: number;
  /** Only when every total is final. */
  secondsLeft?: number;
}

/** The sum of all transfers that move or wait; undefined when none moves. */
export function transfersTotal(jobs: readonly Job[]): TransfersTotal | undefined {
  const active = jobs.filter((job): job is TransferJob => isTransferJob(job) && isPausable(job));
  if (!active.some(({ state }) => state === 'running')) return undefined;
  const sum = (of: (job: TransferJob) => number) => active.reduce((total, job) => total + of(job), 0);
  const done = sum(({ progress }) => progress.bytes.done);
  const total = sum(({ progress: { bytes } }) => Math.max(bytes.total ?? 0, bytes.done));
  const totalIsFinal = active.every(
    ({ progress: { bytes } }) => bytes.totalIsFinal === true && bytes.total !== undefined,
  );
  const bytesPerSecond = sum(({ rate }) => rate?.bytesPerSecond ?? 0);
  return {
    count: active.length,
    bytes: { done, total, totalIsFinal },
    bytesPerSecond,
    ...(totalIsFinal && bytesPerSecond > 0 && { secondsLeft: (total - done) / bytesPerSecond }),
  };
}

/** "84.0 MB/s · 2 min left". */
export function totalPaceText({ bytes, bytesPerSecond, secondsLeft }: TransfersTotal): string {
  const parts = bytesPerSecond > 0 ? [formatRate(bytesPerSecond)] : [];
  if (secondsLeft !== undefined) parts.push(`${formatDuration(secondsLeft)} left`);
  else if (bytes.totalIsFinal !== true) parts.push('counting…');
  return parts.join(' · ');
}

/** "3 transfers", and "1.2 GB of 3.4 GB · 84.0 MB/s · 2 min left". */
export function totalText(total: TransfersTotal): { title: string; text: string } {
  const text = [formatAmount(total.bytes, formatBytes), totalPaceText(total)];
  return {
    title: plural(total.count, 'transfer'),
    text: text.filter((part) => part !== '').join(' · '),
  };
}
