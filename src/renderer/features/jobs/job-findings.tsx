import type { Job } from '#shared/job.ts';
import { formatIso } from '#renderer/ui/format.ts';
import { CountResults } from './count-results.tsx';
import { TransferFindings } from './transfer-findings.tsx';

/** What a job found or made, below its line. */
export function JobFindings({ job, onGo }: { job: Job; onGo: (prefix: string) => void }) {
  if (job.result === undefined) return null;
  switch (job.kind) {
    case 'count':
      return (
        <CountResults
          result={job.result}
          base={job.input.prefix ?? ''}
          running={job.state === 'running'}
          onGo={onGo}
        />
      );
    case 'zip':
      return (
        <p className="job-file">
          <span className="mono selectable">{job.result.path}</span>
          {job.result.manifest !== undefined && (
            <span className="muted">
              What failed and which names were changed is listed in {job.result.manifest} inside the ZIP.
            </span>
          )}
        </p>
      );
    case 'download':
      return (
        <p className="job-file">
          <span className="mono selectable">{job.result.path}</span>
        </p>
      );
    case 'delete-bucket':
      return (
        <ol className="job-log selectable" aria-label="What was done">
          {job.result.log.map(({ at, text }, i) => (
            <li key={i}>
              <time dateTime={formatIso(at)} title={formatIso(at)}>
                {timeOfDay.format(at)}
              </time>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      );
    case 'delete':
      return job.result.oneByOne === undefined ? null : (
        <p className="job-note">{job.result.oneByOne.reason}</p>
      );
    case 'upload':
    case 'fetch':
    case 'transfer':
    case 'sync':
      return <TransferFindings job={job} />;
    case 'copy':
    case 'restore':
    case 'update':
    case 'abort-uploads':
      return null;
  }
}

const timeOfDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
