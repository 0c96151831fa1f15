import { FolderOpen, GripVertical, Pause, Play, RotateCw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import type { Job } from '#shared/job.ts';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { focusDock } from './focus-dock.ts';
import { isEnded, isInterrupted, isPausable, stepped, type TransferJob } from './states.ts';
import { cancelJob, dismissJob, moveJob, pauseJob, queueOf, resumeJob, revealJob } from './store.ts';

interface TransferActionsProps {
  job: TransferJob;
  title: string;
  /** What can be done about why it waits. */
  remedy: (job: Job, failure: Failure) => ReactNode;
}

/** What can be done with a transfer, as it stands. */
export function TransferActions({ job, title, remedy }: TransferActionsProps) {
  const { id } = job;
  const andLeave = (run: () => Promise<void>) => () => {
    focusDock();
    void run();
  };
  if (isEnded(job)) {
    const failures = job.progress.failures.count;
    const madeFiles = job.kind === 'fetch' || (job.kind === 'sync' && job.input.direction === 'down');
    return (
      <span className="job-actions">
        {job.state === 'done' && failures > 0 && (
          <Button small icon={RotateCw} onClick={() => void resumeJob(id, { retry: true })}>
            Retry failed
          </Button>
        )}
        {job.state === 'failed' && (
          <Button small icon={RotateCw} onClick={() => void resumeJob(id, { retry: true })}>
            Try again
          </Button>
        )}
        {job.state === 'done' && madeFiles && (
          <Button small icon={FolderOpen} onClick={() => void revealJob(id)}>
            Show in folder
          </Button>
        )}
        <IconButton label={`Dismiss ${title}`} icon={X} small onClick={andLeave(() => dismissJob(id))} />
      </span>
    );
  }
  return (
    <span className="job-actions">
      {job.state === 'queued' && <QueueHandle id={id} title={title} />}
      {job.state === 'waiting' && job.until === undefined && remedy(job, job.failure)}
      {job.state === 'waiting' && (
        <Button small icon={RotateCw} onClick={() => void resumeJob(id)}>
          Try now
        </Button>
      )}
      {isPausable(job) && (
        <IconButton label={`Pause ${title}`} icon={Pause} small onClick={() => void pauseJob(id)} />
      )}
      {job.state === 'paused' &&
        (isInterrupted(job) ? (
          <Button small look="outline" icon={Play} onClick={() => void resumeJob(id)}>
            Resume
          </Button>
        ) : (
          <IconButton label={`Resume ${title}`} icon={Play} small onClick={() => void resumeJob(id)} />
        ))}
      <Button small aria-label={`Cancel ${title}`} onClick={andLeave(() => cancelJob(id))}>
        Cancel
      </Button>
    </span>
  );
}

/** Where a transfer that waits is grabbed; with the focus on it the arrow keys move it. */
function QueueHandle({ id, title }: { id: string; title: string }) {
  return (
    <button
      type="button"
      className="button button-icon button-small queue-handle"
      aria-label={`Order of ${title}`}
      title="Drag it, or press an arrow key, to change its turn"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        event.stopPropagation();
        const before = stepped(queueOf(), id, event.key === 'ArrowUp' ? -1 : 1);
        if (before !== undefined) void moveJob(id, before);
      }}
    >
      <Icon of={GripVertical} />
    </button>
  );
}
