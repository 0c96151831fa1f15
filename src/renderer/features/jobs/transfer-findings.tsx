import { formatBytes, formatCount, plural, shareOf } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import type { TransferResult } from '#shared/transfer.ts';
import { isEnded, type TransferJob } from './states.ts';
import { checkedText } from './transfer-text.ts';

/** What a transfer moves now, by name, and what has become of the rest. */
export function TransferFindings({ job }: { job: TransferJob }) {
  const { result } = job;
  if (result === undefined) return null;
  const notes = notesOf(result);
  return (
    <>
      {job.state === 'running' && result.inFlight.length > 0 && <InFlight files={result.inFlight} />}
      {(isEnded(job) || job.state === 'paused') && 'folder' in job.input && (
        <p className="job-file mono selectable">{job.input.folder}</p>
      )}
      {notes.length > 0 && (
        <dl className="transfer-facts">
          {notes.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {result.leftOut.count > 0 && <LeftOutList leftOut={result.leftOut} />}
    </>
  );
}

function notesOf(result: TransferResult): [string, string][] {
  const checked = checkedText(result.verified);
  return [
    ...(checked === '' ? [] : [['Checked', checked] as [string, string]]),
    ...(result.skipped > 0
      ? [['Left as they were', `${formatCount(result.skipped)}, there already`] as [string, string]]
      : []),
    ...(result.renamed > 0 ? [['Other names', formatCount(result.renamed)] as [string, string]] : []),
    ...(result.deleted > 0 ? [['Deleted', formatCount(result.deleted)] as [string, string]] : []),
    ...(result.retried > 0
      ? [['Sent once more', plural(result.retried, 'request')] as [string, string]]
      : []),
  ];
}

function InFlight({ files }: { files: TransferResult['inFlight'] }) {
  return (
    <ul className="in-flight" aria-label="Under way now">
      {files.map(({ name, done, total }, i) => {
        const text = `${formatBytes(done)} of ${formatBytes(total)}`;
        return (
          <li key={`${name}\n${i}`}>
            <span className="in-flight-name">
              <Name name={name} />
            </span>
            <ProgressBar
              label={revealText(name)}
              share={shareOf({ done, total }) ?? 0}
              estimate={false}
              text={text}
            />
            <span className="in-flight-amount">{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

function LeftOutList({ leftOut: { count, first } }: Pick<TransferResult, 'leftOut'>) {
  return (
    <section className="failures" aria-label="Left out">
      <h3 className="failures-title">{formatCount(count)} left out</h3>
      <ul className="failures-list">
        {first.map(({ path, reason }, i) => (
          <li key={i}>
            <span className="failure-key">
              <Name name={path} />
            </span>
            <span className="failure-reason selectable">{reason}</span>
          </li>
        ))}
      </ul>
      {count > first.length && <p className="muted">The first {formatCount(first.length)} are shown.</p>}
    </section>
  );
}
