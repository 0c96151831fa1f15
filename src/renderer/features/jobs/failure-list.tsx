import type { Job } from '#shared/job.ts';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { failureDetails, reasonBeside } from '#renderer/ui/failure-text.ts';
import { RotateCw } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { formatCount, plural } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';

/** What a job could not do, key by key, with the reason; `onRetry` does those again. */
export function FailureList({ job, onRetry }: { job: Job; onRetry?: (() => void) | undefined }) {
  const { count, first } = job.progress.failures;
  return (
    <section className="failures" aria-label="Failures">
      <header className="failures-head">
        <h3>{plural(count, 'failure')}</h3>
        <span className="failures-actions">
          {onRetry !== undefined && (
            <Button small icon={RotateCw} onClick={onRetry}>
              Retry these
            </Button>
          )}
          <CopyButton
            look="plain"
            small
            label="Copy all"
            text={() => first.map(failureDetails).join('\n\n')}
          />
        </span>
      </header>
      <ul className="failures-list">
        {first.map((failure, i) => (
          <li key={i}>
            <span className="failure-key">
              <Name name={failure.key ?? failure.path ?? failure.operation} />
            </span>
            <span className="failure-reason selectable" title={`${failure.message}\n${failure.nextStep}`}>
              {reasonBeside(failure)}
            </span>
          </li>
        ))}
      </ul>
      {count > first.length && (
        <p className="muted">
          The first {formatCount(first.length)} are shown
          {job.kind === 'zip' ? '; the rest is in the ZIP’s manifest.' : '.'}
        </p>
      )}
    </section>
  );
}
