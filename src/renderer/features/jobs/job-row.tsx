import { ChevronRight, CircleQuestionMark, FolderOpen, X } from 'lucide-react';
import { memo, useId, type HTMLAttributes, type ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
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
import { isEnded, isInterrupted, isTransferJob } from './states.ts';
import { cancelJob, dismissJob, expandJob, resumeJob, revealJob, useJobs } from './store.ts';
import { TransferActions } from './transfer-actions.tsx';
import { triedAgainText } from './transfer-text.ts';

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
  /** What can be done about why a transfer waits. */
  remedy: (job: Job, failure: Failure) => ReactNode;
  /** What the row needs to be dragged. */
  drag: HTMLAttributes<HTMLLIElement>;
}

/** One job: how it stands on one line, and below it what it found and what failed. Drawn when it has changed only. */
export const JobRow = memo(function JobRow({ job, onGo, onAnswer, remedy, drag }: JobRowProps) {
  const expanded = useJobs((state) => state.expanded === job.id);
  const bodyId = useId();
  const hasBody = bodyOf(job);
  const title = titleOf(job);
  return (
    <li
      className="job"
      aria-label={title}
      data-mood={moodOf(job)}
      data-interrupted={isInterrupted(job)}
      {...drag}
    >
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
        {isTransferJob(job) ? (
          <TransferActions job={job} title={title} remedy={remedy} />
        ) : (
          <JobActions job={job} title={title} onAnswer={onAnswer} />
        )}
      </div>
      {expanded && hasBody && (
        <div id={bodyId} className="job-body">
          <JobBody job={job} onGo={onGo} remedy={remedy} />
        </div>
      )}
    </li>
  );
});

/** Kinds whose result says more than their line does. */
const saysMore = ({ kind, result }: Job): boolean => {
  if (result === undefined) return false;
  if (kind === 'delete') return 'oneByOne' in result && result.oneByOne !== undefined;
  return kind === 'count' || kind === 'zip' || kind === 'download' || kind === 'delete-bucket';
};

/** What is known of a transfer is worth a look as soon as there is something. */
const hasFacts = (job: Job): boolean =>
  isTransferJob(job) &&
  job.result !== undefined &&
  (job.state === 'running' || isEnded(job) || job.result.sent + job.result.leftOut.count > 0);

const bodyOf = (job: Job) =>
  job.state === 'failed' ||
  job.state === 'waiting' ||
  hasFacts(job) ||
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

function JobActions({ job, title, onAnswer }: Pick<JobRowProps, 'job' | 'onAnswer'> & { title: string }) {
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

function JobBody({ job, onGo, remedy }: Pick<JobRowProps, 'job' | 'onGo' | 'remedy'>) {
  const { failures, current } = job.progress;
  const { connectionId, bucket } = job.input;
  return (
    <>
      {job.state === 'failed' && <FailureCallout failure={job.failure} />}
      {job.state === 'waiting' && (
        <FailureCallout failure={job.failure}>
          {triedAgainText(job.until)} {remedy(job, job.failure)}
        </FailureCallout>
      )}
      {job.state === 'running' && !isTransferJob(job) && current !== undefined && (
        <p className="job-current truncate" title={revealText(current)}>
          <span className="muted">Now </span>
          <bdi>{revealText(current)}</bdi>
        </p>
      )}
      {failures.count > 0 && (
        <FailureList
          job={job}
          onRetry={
            isTransferJob(job) && isEnded(job) ? () => void resumeJob(job.id, { retry: true }) : undefined
          }
        />
      )}
      <JobFindings job={job} onGo={(prefix) => onGo({ connectionId, bucket, prefix })} />
    </>
  );
}
