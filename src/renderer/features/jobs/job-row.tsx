import { ChevronRight, CircleQuestionMark, FolderOpen, X } from 'lucide-react';
import { useId } from 'react';
import type { Job } from '#shared/job.ts';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { formatCount, formatDate, formatIso } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import {
  isEstimate,
  moodOf,
  needsAnswer,
  paceText,
  placeOf,
  progressText,
  shareDone,
  titleOf,
} from './describe.ts';
import { FailureList } from './failure-list.tsx';
import { focusDock } from './focus-dock.ts';
import { JobFindings } from './job-findings.tsx';
import { MoodIcon } from './mood-icon.tsx';
import { outcomeText } from './outcome.ts';
import { cancelJob, dismissJob, expandJob, revealJob, useJobs } from './store.ts';

export interface JobPlace {
  connectionId: string;
  bucket: string;
  prefix: string;
}

export interface JobRowProps {
  job: Job;
  /** Opens a folder that a count found. */
  onGo: (place: JobPlace) => void;
  /** Answers what a job ended with: a bucket that HCP still cleans up. */
  onAnswer: (job: Job) => void;
}

/** One job: how it stands on one line, and below it what it found and what failed. */
export function JobRow({ job, onGo, onAnswer }: JobRowProps) {
  const expanded = useJobs((state) => state.expanded === job.id);
  const bodyId = useId();
  const hasBody = bodyOf(job);
  const title = titleOf(job);
  return (
    <li className="job" aria-label={title} data-mood={moodOf(job)}>
      <div className="job-line">
        <button
          type="button"
          className="job-expand"
          aria-label={`Details of ${title}`}
          aria-expanded={expanded && hasBody}
          aria-controls={bodyId}
          disabled={!hasBody}
          onClick={() => expandJob(expanded ? undefined : job.id)}
        >
          <Icon of={ChevronRight} />
        </button>
        <MoodIcon mood={moodOf(job)} />
        <span className="job-title truncate" title={placeOf(job)}>
          {title}
        </span>
        <JobProgress job={job} title={title} />
        <JobActions job={job} title={title} onAnswer={onAnswer} />
      </div>
      {expanded && hasBody && (
        <div id={bodyId} className="job-body">
          <JobBody job={job} onGo={onGo} />
        </div>
      )}
    </li>
  );
}

/** Kinds whose result says more than their line does. */
const saysMore = ({ kind, result }: Job): boolean => {
  if (result === undefined) return false;
  if (kind === 'delete') return 'oneByOne' in result && result.oneByOne !== undefined;
  return kind === 'count' || kind === 'zip' || kind === 'download' || kind === 'delete-bucket';
};

const bodyOf = (job: Job) =>
  job.state === 'failed' ||
  job.progress.failures.count > 0 ||
  saysMore(job) ||
  (job.state === 'running' && job.progress.current !== undefined);

function JobProgress({ job, title }: { job: Job; title: string }) {
  if (job.state !== 'running')
    return (
      <span
        className="job-outcome truncate"
        title={
          job.finishedAt === undefined
            ? undefined
            : `${formatDate(job.finishedAt)} (${formatIso(job.finishedAt)})`
        }
      >
        {outcomeText(job)}
      </span>
    );
  const share = shareDone(job);
  const text = progressText(job.kind, job.progress);
  const pace = paceText(job);
  const failures = job.progress.failures.count;
  return (
    <span className="job-progress">
      {share !== undefined && (
        <ProgressBar label={title} share={share} estimate={isEstimate(job)} text={text} />
      )}
      <span className="job-amount" title={pace === '' ? text : `${text} · ${pace}`}>
        <span className="truncate">{text}</span>
        {failures > 0 && <span className="job-failures"> · {formatCount(failures)} failed</span>}
      </span>
      <span className="job-pace">{pace}</span>
    </span>
  );
}

function JobActions({ job, title, onAnswer }: Omit<JobRowProps, 'onGo'> & { title: string }) {
  const andLeave = (run: (id: string) => Promise<void>) => () => {
    focusDock();
    void run(job.id);
  };
  if (job.state === 'running')
    return (
      <span className="job-actions">
        <Button small aria-label={`Cancel ${title}`} onClick={andLeave(cancelJob)}>
          Cancel
        </Button>
      </span>
    );
  return (
    <span className="job-actions">
      {needsAnswer(job) && (
        <Button small look="outline" icon={CircleQuestionMark} onClick={() => onAnswer(job)}>
          What next…
        </Button>
      )}
      {(job.kind === 'zip' || job.kind === 'download') && job.state === 'done' && (
        <Button small icon={FolderOpen} onClick={() => void revealJob(job.id)}>
          Show in folder
        </Button>
      )}
      <IconButton label={`Dismiss ${title}`} icon={X} small onClick={andLeave(dismissJob)} />
    </span>
  );
}

function JobBody({ job, onGo }: Pick<JobRowProps, 'job' | 'onGo'>) {
  const { failures, current } = job.progress;
  const { connectionId, bucket } = job.input;
  return (
    <>
      {job.state === 'failed' && <FailureCallout failure={job.failure} />}
      {job.state === 'running' && current !== undefined && (
        <p className="job-current truncate" title={revealText(current)}>
          <span className="muted">Now </span>
          <bdi>{revealText(current)}</bdi>
        </p>
      )}
      {failures.count > 0 && <FailureList job={job} />}
      <JobFindings job={job} onGo={(prefix) => onGo({ connectionId, bucket, prefix })} />
    </>
  );
}
