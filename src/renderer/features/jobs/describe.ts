import type { Job, Progress } from '#shared/job.ts';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  plural,
} from '#renderer/ui/format.ts';
import { revealText } from '#renderer/ui/reveal.ts';

/** How a job stands, as one word for its looks. */
export type Mood = 'running' | 'done' | 'warn' | 'failed' | 'cancelled';

/** Done with failures is a warning, not a success. */
export function moodOf(job: Job): Mood {
  if (job.state === 'done') return job.progress.failures.count > 0 ? 'warn' : 'done';
  return job.state;
}

const fileName = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** What a job is about: `scans/`, the bucket's name, or "3 items in scans/". */
export function subjectOf({ bucket, prefix, chosen }: Job['input']): string {
  if (prefix !== undefined) {
    if (prefix === '') return bucket;
    const folder = prefix.endsWith('/');
    const parts = (folder ? prefix.slice(0, -1) : prefix).split('/');
    return folder ? `${revealText(parts.at(-1) ?? '')}/` : `${revealText(parts.at(-1) ?? '')}…`;
  }
  if (chosen === undefined) return bucket;
  const { count, first } = chosen;
  if (count > 1) return `${plural(count, 'item')} in ${bucket}`;
  const parts = first.replace(/\/$/, '').split('/');
  return revealText(parts.at(-1) ?? '') + (first.endsWith('/') ? '/' : '');
}

/** "Count scans/", "ZIP scans/ → scans.zip". */
export function titleOf(job: Job): string {
  return job.kind === 'count'
    ? `Count ${subjectOf(job.input)}`
    : `ZIP ${subjectOf(job.input)} → ${fileName(job.input.path)}`;
}

/** The whole place that a job works on, for a tooltip. */
export function placeOf({ input }: Job): string {
  return input.prefix === undefined ? input.bucket : `${input.bucket}/${revealText(input.prefix)}`;
}

/** How far a running job is: "612,400 of at least 800,000 objects · 12 GB". */
export function progressText(kind: Job['kind'], { objects, bytes }: Progress): string {
  if (kind === 'count') return `${plural(objects.done, 'object')} · ${formatBytes(bytes.done)}`;
  return `${formatAmount(objects, formatCount)} objects · ${formatAmount(bytes, formatBytes)}`;
}

/** How quick a running job is and how long it will take; "counting…" while its end is not known. */
export function paceText(job: Job): string {
  if (job.state !== 'running') return '';
  const { rate, secondsLeft, progress } = job;
  const parts: string[] = [];
  if (rate !== undefined)
    parts.push(
      job.kind === 'count'
        ? `${formatCount(Math.round(rate.objectsPerSecond))}/s`
        : formatRate(rate.bytesPerSecond),
    );
  if (secondsLeft !== undefined) parts.push(`${formatDuration(secondsLeft)} left`);
  else if (job.kind === 'zip' && progress.bytes.totalIsFinal !== true) parts.push('counting…');
  return parts.join(' · ');
}

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
    case 'failed':
      return job.failure.message;
    case 'cancelled':
      return job.kind === 'zip'
        ? 'Cancelled; no file was left'
        : `Cancelled at ${progressText(job.kind, job.progress)}`;
    case 'done': {
      const prefix = failures === '' ? '' : `Done${failures}: `;
      return `${prefix}${resultText(job)}${took(job)}`;
    }
  }
}

function resultText(job: Job): string {
  if (job.kind === 'count') {
    if (job.result === undefined) return progressText('count', job.progress);
    const { files, folders, bytes } = job.result;
    return `${plural(files, 'file')}, ${plural(folders, 'folder')}, ${formatBytes(bytes)}`;
  }
  if (job.result === undefined) return plural(job.progress.objects.done, 'object');
  const { entries, zipBytes, renamed } = job.result;
  const names = renamed === 0 ? '' : `, ${plural(renamed, 'name')} changed`;
  return `${plural(entries, 'object')}, ${formatBytes(zipBytes)}${names}`;
}

/** One line for the closed dock: what runs, or how the last one ended. */
export function dockLine(jobs: readonly Job[]): { title: string; text: string } {
  const running = jobs.filter(({ state }) => state === 'running');
  const [first] = running;
  if (first !== undefined) {
    const others = running.length > 1 ? ` and ${running.length - 1} more` : '';
    const parts = [progressText(first.kind, first.progress), paceText(first)].filter((part) => part !== '');
    return { title: titleOf(first) + others, text: parts.join(' · ') };
  }
  const [last] = jobs;
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
