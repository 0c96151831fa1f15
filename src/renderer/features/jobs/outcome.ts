import type { Job } from '#shared/job.ts';
import type { DeleteBucketResult } from '#shared/job-results.ts';
import { formatBytes, formatCount, formatDuration, plural } from '#renderer/ui/format.ts';
import { paceText, progressText, titleOf } from './describe.ts';
import { isEnded, isTransferJob } from './states.ts';
import { totalText, transfersTotal } from './totals.ts';
import { triedAgainText } from './transfer-text.ts';

function took({ startedAt, finishedAt }: Job): string {
  if (finishedAt === undefined) return '';
  const seconds = (finishedAt.getTime() - startedAt.getTime()) / 1000;
  return seconds < 1 ? ' in under 1 s' : ` in ${formatDuration(seconds)}`;
}

const failuresText = (count: number) => (count === 0 ? '' : ` with ${plural(count, 'failure')}`);

/** How a job ended: "1,204 files, 12 folders, 37 MB in 3 s", "done with 3 failures: …". */
export function outcomeText(job: Job): string {
  const failures = failuresText(job.progress.failures.count);
  switch (job.state) {
    case 'running':
      return '';
    case 'queued':
      return job.progress.objects.done === 0
        ? 'Waits for its turn'
        : `Waits for its turn at ${progressText(job.kind, job.progress)}`;
    case 'paused': {
      const at =
        job.progress.objects.total === undefined ? '' : ` at ${progressText(job.kind, job.progress)}`;
      return `${job.interrupted === true ? 'Cooper was closed' : 'Paused'}${at}`;
    }
    case 'waiting':
      return `Waits: ${job.failure.message} ${triedAgainText(job.until)}`;
    case 'failed':
      return job.failure.message;
    case 'cancelled':
      return job.kind === 'zip' || job.kind === 'download'
        ? 'Cancelled; no file was left'
        : `Cancelled at ${progressText(job.kind, job.progress)}`;
    case 'done': {
      const prefix = failures === '' ? '' : `Done${failures}: `;
      return `${prefix}${resultText(job)}${took(job)}`;
    }
  }
}

const fallback = (job: Job) => plural(job.progress.objects.done, 'object');
const also = (parts: (string | false)[]) => parts.filter((part) => part !== false).join(', ');

function resultText(job: Job): string {
  switch (job.kind) {
    case 'count': {
      if (job.result === undefined) return progressText('count', job.progress);
      const { files, folders, bytes } = job.result;
      return `${plural(files, 'file')}, ${plural(folders, 'folder')}, ${formatBytes(bytes)}`;
    }
    case 'zip': {
      if (job.result === undefined) return fallback(job);
      const { entries, zipBytes, renamed } = job.result;
      return also([
        plural(entries, 'object'),
        formatBytes(zipBytes),
        renamed > 0 && `${plural(renamed, 'name')} changed`,
      ]);
    }
    case 'delete': {
      if (job.result === undefined) return fallback(job);
      const what = job.input.scope === 'all-versions' ? 'version' : 'object';
      const { deleted, oneByOne } = job.result;
      return also([
        `${plural(deleted, job.input.chosen === undefined || what === 'version' ? what : 'item')} deleted`,
        oneByOne !== undefined && `${plural(oneByOne.count, 'of them', 'of them')} one by one`,
      ]);
    }
    case 'delete-bucket':
      return job.result === undefined ? fallback(job) : bucketText(job.result);
    case 'abort-uploads': {
      if (job.result === undefined) return plural(job.progress.objects.done, 'upload');
      const { aborted, younger } = job.result;
      return also([
        `${plural(aborted, 'upload')} aborted`,
        younger > 0 && `${plural(younger, 'younger one')} left`,
      ]);
    }
    case 'copy': {
      if (job.result === undefined) return fallback(job);
      const { copied, skipped } = job.result;
      return also([
        `${plural(copied, 'object')} ${job.input.move ? 'moved' : 'copied'}`,
        skipped > 0 &&
          `${plural(skipped, 'object')} skipped that ${skipped === 1 ? 'is' : 'are'} there already`,
      ]);
    }
    case 'restore': {
      if (job.result === undefined) return fallback(job);
      const { restored, current } = job.result;
      return also([
        `${plural(restored, 'object')} ${job.input.version === undefined ? 'brought back' : 'restored'}`,
        current > 0 && `${plural(current, 'object')} ${current === 1 ? 'was' : 'were'} not deleted`,
      ]);
    }
    case 'upload':
    case 'fetch':
    case 'transfer':
    case 'sync': {
      if (job.result === undefined) return fallback(job);
      const { sent, skipped, deleted, renamed, leftOut } = job.result;
      return also([
        `${plural(sent, job.kind === 'upload' ? 'file' : 'object')}, ${formatBytes(job.progress.bytes.done)}`,
        skipped > 0 && `${formatCount(skipped)} there already`,
        deleted > 0 && `${formatCount(deleted)} deleted`,
        renamed > 0 && `${plural(renamed, 'name')} changed`,
        leftOut.count > 0 && `${formatCount(leftOut.count)} left out`,
      ]);
    }
    case 'update':
      return `${plural(job.result?.changed ?? job.progress.objects.done, 'object')} changed`;
    case 'download': {
      if (job.result === undefined) return formatBytes(job.progress.bytes.done);
      const { bytes, verified } = job.result;
      return `${formatBytes(bytes)}, checked by its ${verified === 'md5' ? 'MD5' : 'length'}`;
    }
  }
}

/** How the deletion of a bucket stands. */
function bucketText({ deleted, outcome }: DeleteBucketResult): string {
  const { objects, versions, deleteMarkers, uploads } = deleted;
  const what =
    also([
      versions > 0 ? plural(versions, 'version') : objects > 0 && plural(objects, 'object'),
      deleteMarkers > 0 && plural(deleteMarkers, 'delete marker'),
      uploads > 0 && plural(uploads, 'upload'),
    ]) || 'nothing';
  switch (outcome.state) {
    case 'working':
      return `${what} deleted so far`;
    case 'gone':
      return `The bucket is gone; ${what} deleted with it`;
    case 'needs-reconfiguring':
      return `Emptied (${what} deleted), but HCP keeps deletion records: its settings would have to change`;
    case 'cleaning-up':
      return `Emptied (${what} deleted); HCP is still cleaning up`;
  }
}

/** One line for the closed dock: what runs, or how the last one ended. */
export function dockLine(jobs: readonly Job[]): { title: string; text: string } {
  const running = jobs.filter(({ state }) => state === 'running');
  const [first] = running;
  const total = transfersTotal(jobs);
  if (total !== undefined && total.count > 1) {
    const { title, text } = totalText(total);
    const others = running.filter((job) => !isTransferJob(job)).length;
    return { title: others > 0 ? `${title} and ${others} more` : title, text };
  }
  if (first !== undefined) {
    const others = running.length > 1 ? ` and ${running.length - 1} more` : '';
    const parts = [progressText(first.kind, first.progress), paceText(first)].filter((part) => part !== '');
    return { title: titleOf(first) + others, text: parts.join(' · ') };
  }
  const [last = jobs[0]] = jobs.filter((job) => !isEnded(job));
  return last === undefined
    ? { title: '', text: 'Nothing runs' }
    : { title: titleOf(last), text: outcomeText(last) };
}

/** How the job that ended last did: read out when it changes, so that progress can stay quiet. */
export function lastEndText(jobs: readonly Job[]): string {
  const ended = jobs.filter(({ finishedAt }) => finishedAt !== undefined);
  const [last] = ended.toSorted((a, b) => Number(b.finishedAt) - Number(a.finishedAt));
  return last === undefined ? '' : `${titleOf(last)}: ${outcomeText(last)}`;
}
