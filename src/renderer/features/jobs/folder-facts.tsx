import { Sigma } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { formatBytes, formatCount, formatDate, formatExactBytes } from '#renderer/ui/format.ts';
import { prefixOf } from './describe.ts';
import { startCount, useJobs } from './store.ts';
import './jobs.css';

interface FolderFactsProps {
  connectionId: string;
  bucket: string;
  prefix: string;
  /** The time that is looked at, when it is not now. */
  asOf?: Date | undefined;
}

/** What the last count of a prefix found, and the offer to count it. */
export function FolderFacts({ connectionId, bucket, prefix, asOf }: FolderFactsProps) {
  const job = useJobs((state) =>
    state.jobs.find(
      ({ kind, input }) =>
        kind === 'count' &&
        input.connectionId === connectionId &&
        input.bucket === bucket &&
        prefixOf(input) === prefix &&
        ('asOf' in input ? input.asOf : undefined)?.getTime() === asOf?.getTime(),
    ),
  );
  const result = job?.kind === 'count' ? job.result : undefined;
  const running = job?.state === 'running';
  const known = result !== undefined && (running || job?.state === 'done');
  return (
    <section className="facts" aria-label="Everything below">
      <h3 className="heading">Everything below</h3>
      {known ? (
        <dl className="facts-figures">
          <dt>Files</dt>
          <dd>{formatCount(result.files)}</dd>
          <dt>Folders</dt>
          <dd>{formatCount(result.folders)}</dd>
          <dt>Size</dt>
          <dd title={formatExactBytes(result.bytes)}>{formatBytes(result.bytes)}</dd>
        </dl>
      ) : (
        !running && <p className="note">Not counted yet.</p>
      )}
      {job?.finishedAt !== undefined && known && <p className="note">Counted {formatDate(job.finishedAt)}</p>}
      {running ? (
        <p className="note">Counting…</p>
      ) : (
        <div className="actions">
          <Button
            look="outline"
            icon={Sigma}
            onClick={() => void startCount({ connectionId, bucket, prefix, base: prefix, name: '', asOf })}
          >
            {known ? 'Count again' : 'Count everything below'}
          </Button>
        </div>
      )}
    </section>
  );
}
