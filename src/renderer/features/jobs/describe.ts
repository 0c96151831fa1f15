import type { CopyInput, Job, JobSubject, Progress } from '#shared/job.ts';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDate,
  formatDuration,
  formatRate,
  plural,
  shareOf,
} from '#renderer/ui/format.ts';
import { revealText } from '#renderer/ui/reveal.ts';

/** How a job stands, as one word for its looks. */
export type Mood = Job['state'] | 'warn';

/** Whether a job ended with a question that only the user can answer. */
export function needsAnswer(job: Job): boolean {
  if (job.kind !== 'delete-bucket' || job.state === 'running') return false;
  const state = job.result?.outcome.state;
  return state === 'needs-reconfiguring' || state === 'cleaning-up';
}

/** Done with failures, or with a question, is a warning, not a success. */
export function moodOf(job: Job): Mood {
  if (job.state === 'done') return job.progress.failures.count > 0 || needsAnswer(job) ? 'warn' : 'done';
  return job.state;
}

const fileName = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** The last part of a folder's prefix, of a key, or of the start of keys, as it is shown. */
function shortName(path: string): string {
  const folder = path.endsWith('/');
  const parts = (folder ? path.slice(0, -1) : path).split('/');
  return revealText(parts.at(-1) ?? '') + (folder ? '/' : '');
}

/** The prefix that a job works on, if it is one of those that do. */
export const prefixOf = (input: Job['input']): string | undefined =>
  'prefix' in input ? input.prefix : undefined;

/** What a job is about: `scans/`, the bucket's name, or "3 items in scans/". */
export function subjectOf(input: Job['input']): string {
  const { bucket, chosen } = input;
  if (input.kind === 'download') return shortName(input.key);
  if (input.kind === 'restore' && input.version !== undefined) return shortName(input.version.key);
  if (input.kind === 'delete-bucket') return bucket;
  if (input.kind === 'upload')
    return chosen?.count === 1 ? fileName(chosen.first) : plural(chosen?.count ?? 0, 'item');
  const prefix = prefixOf(input);
  // uploads that were chosen come with the prefix that they were listed under
  if (prefix !== undefined && !(input.kind === 'abort-uploads' && chosen !== undefined)) {
    if (prefix === '') return bucket;
    return prefix.endsWith('/') ? shortName(prefix) : `${shortName(prefix)}…`;
  }
  if (chosen === undefined) return bucket;
  return chosen.count > 1 ? `${plural(chosen.count, 'item')} in ${bucket}` : shortName(chosen.first);
}

/** What the user does: the verb of each kind of job, as the title begins. */
function verbOf({ kind, input }: Job): string {
  switch (kind) {
    case 'count':
      return 'Count';
    case 'zip':
      return 'ZIP';
    case 'delete':
      return input.scope === 'all-versions' ? 'Delete for good' : 'Delete';
    case 'delete-bucket':
      return 'Delete bucket';
    case 'abort-uploads':
      return 'Abort uploads of';
    case 'copy':
      return isRename(input) ? 'Rename' : input.move ? 'Move' : 'Copy';
    case 'restore':
      return input.version === undefined ? 'Bring back' : 'Restore';
    case 'update':
      return 'Edit';
    case 'download':
    case 'fetch':
      return 'Download';
    case 'upload':
      return 'Upload';
    case 'transfer':
      return 'Transfer';
    case 'sync':
      return input.direction === 'up' ? 'Sync to' : 'Sync from';
  }
}

/** A move within one bucket that gives one thing another name. */
function isRename({ move, bucket, to, base, prefix, chosen }: JobSubject<CopyInput>): boolean {
  if (!move || to.bucket !== bucket) return false;
  return base !== '' && base === (prefix ?? (chosen?.count === 1 ? chosen.first : undefined));
}

/** Where something goes, behind an arrow. */
function goalOf({ input }: Job): string {
  switch (input.kind) {
    case 'zip':
    case 'download':
      return ` → ${fileName(input.path)}`;
    case 'copy':
      return isRename(input)
        ? ` → ${shortName(input.to.prefix)}`
        : ` → ${input.to.bucket === input.bucket ? '' : `${input.to.bucket}/`}${revealText(input.to.prefix)}`;
    case 'upload':
      return ` → ${input.bucket}/${revealText(input.prefix)}`;
    case 'fetch':
      return ` → ${fileName(input.folder)}`;
    case 'transfer':
      return ` → ${input.to.bucket}/${revealText(input.to.prefix)}`;
    case 'sync':
      return ` ${input.direction === 'up' ? '←' : '→'} ${fileName(input.folder)}`;
    case 'count':
    case 'delete':
    case 'delete-bucket':
    case 'abort-uploads':
    case 'restore':
    case 'update':
      return '';
  }
}

/** "Count scans/", "ZIP scans/ → scans.zip", "Rename a.tif → b.tif". */
export function titleOf(job: Job): string {
  const when =
    'asOf' in job.input && job.input.asOf !== undefined ? ` as of ${formatDate(job.input.asOf)}` : '';
  return `${verbOf(job)} ${subjectOf(job.input)}${when}${goalOf(job)}`;
}

/** The whole place that a job works on, for a tooltip. */
export function placeOf({ input }: Job): string {
  const key = input.kind === 'download' ? input.key : (prefixOf(input) ?? input.chosen?.first);
  return key === undefined ? input.bucket : `${input.bucket}/${revealText(key)}`;
}

/** What a kind of job counts, and whether bytes say how far it is. */
const units: Record<Job['kind'], { one: string; many: string; bytes: boolean }> = {
  count: { one: 'object', many: 'objects', bytes: true },
  zip: { one: 'object', many: 'objects', bytes: true },
  delete: { one: 'object', many: 'objects', bytes: false },
  'delete-bucket': { one: 'object or version', many: 'objects and versions', bytes: false },
  'abort-uploads': { one: 'upload', many: 'uploads', bytes: false },
  copy: { one: 'object', many: 'objects', bytes: true },
  restore: { one: 'object', many: 'objects', bytes: false },
  update: { one: 'object', many: 'objects', bytes: false },
  download: { one: 'object', many: 'objects', bytes: true },
  upload: { one: 'file', many: 'files', bytes: true },
  fetch: { one: 'object', many: 'objects', bytes: true },
  transfer: { one: 'object', many: 'objects', bytes: true },
  sync: { one: 'file', many: 'files', bytes: true },
};

/** The amount that says how far a job is: bytes where it moves them, else objects; absent while there is no end. */
export function shareDone({ kind, progress }: Job): number | undefined {
  if (kind === 'count') return undefined;
  const { bytes, objects } = progress;
  return units[kind].bytes && (bytes.total ?? 0) > 0 ? shareOf(bytes) : shareOf(objects);
}

/** Whether the total may still grow. */
export const isEstimate = ({ kind, progress: { bytes, objects } }: Job): boolean =>
  (units[kind].bytes && (bytes.total ?? 0) > 0 ? bytes : objects).totalIsFinal !== true;

/** How far a running job is: "612,400 of at least 800,000 objects · 12 GB". */
export function progressText(kind: Job['kind'], { objects, bytes }: Progress): string {
  if (kind === 'count') return `${plural(objects.done, 'object')} · ${formatBytes(bytes.done)}`;
  if (kind === 'download') return formatAmount(bytes, formatBytes);
  const { one, many } = units[kind];
  const count = `${formatAmount(objects, formatCount)} ${objects.total === undefined && objects.done === 1 ? one : many}`;
  return units[kind].bytes ? `${count} · ${formatAmount(bytes, formatBytes)}` : count;
}

/** How quick a running job is and how long it will take; "counting…" while its end is not known. */
export function paceText(job: Job): string {
  if (job.state !== 'running') return '';
  const { kind, rate, secondsLeft } = job;
  const parts: string[] = [];
  if (rate !== undefined)
    parts.push(
      kind !== 'count' && units[kind].bytes && rate.bytesPerSecond > 0
        ? formatRate(rate.bytesPerSecond)
        : `${formatCount(Math.round(rate.objectsPerSecond))}/s`,
    );
  if (secondsLeft !== undefined) parts.push(`${formatDuration(secondsLeft)} left`);
  else if (kind !== 'count' && isEstimate(job)) parts.push('counting…');
  return parts.join(' · ');
}
