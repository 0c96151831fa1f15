import { useState } from 'react';
import { api } from '#renderer/api.ts';
import { Select } from '#renderer/ui/choices.tsx';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import type { FetchPreview, IfExists } from '#shared/transfer.ts';
import { closeDone, subjectOf, type Source, type StartJob } from './store.ts';
import { Figures, NamedList, TransferForm } from './transfer-form.tsx';
import { usePreview } from './use-preview.ts';
import { existsChoices, fetchDeed, fileName } from './words.ts';

interface FetchDialogProps {
  source: Source;
  /** The source in words. */
  what: string;
  folder: string;
  onStart: StartJob;
}

/** What a download to a folder would do: numbers, names that have to change, what is there already. */
export function FetchDialog({ source, what, folder, onStart }: FetchDialogProps) {
  const [ifExists, setIfExists] = useState<IfExists>('skip');
  const { connectionId, bucket, base, asOf } = source;
  const input = { kind: 'fetch', connectionId, bucket, ...subjectOf(source), base, folder, asOf } as const;
  const { seen, failure, again } = usePreview<FetchPreview>(
    folder,
    (handlers) => api.transfers.previewFetch.subscribe(input, handlers),
    (_, latest) => latest,
  );
  const start = async () => {
    closeDone();
    await onStart({ ...input, ifExists }, 'Download');
  };
  const { objects = 0, bytes = 0 } = seen ?? {};
  const there = seen?.exists.count ?? 0;
  const renamed = seen?.renamed.count ?? 0;
  return (
    <TransferForm
      title={`Download ${what} to ${fileName(folder)}`}
      deed={failure === undefined ? fetchDeed(seen, ifExists) : { label: 'Download', isNothing: true }}
      onSubmit={() => void start()}
    >
      <p className="transfer-folder mono selectable">{folder}</p>
      <Figures
        counting={failure === undefined && seen?.isFinal !== true}
        figures={[
          { label: 'Objects', value: formatCount(objects) },
          { label: 'Size', value: formatBytes(bytes), exact: formatExactBytes(bytes) },
          { label: 'There already', value: formatCount(there), tone: there > 0 ? 'warn' : undefined },
          { label: 'Other names', value: formatCount(renamed), tone: renamed > 0 ? 'warn' : undefined },
        ]}
      />
      {failure !== undefined && <FailureCallout failure={failure} onRetry={again} />}
      {seen !== undefined && renamed > 0 && (
        <NamedList
          open
          summary={`${plural(renamed, 'object gets', 'objects get')} another name, since a file cannot be called like its key`}
          count={renamed}
          rows={seen.renamed.first.map(({ key, path }) => ({ name: key, to: path }))}
        />
      )}
      {seen !== undefined && there > 0 && (
        <NamedList
          summary={`${plural(there, 'file exists', 'files exist')} there already`}
          count={there}
          rows={seen.exists.first.map((name) => ({ name }))}
        />
      )}
      <Select
        label="When a file has that name already"
        value={ifExists}
        options={existsChoices('object')}
        onChange={setIfExists}
      />
      <p className="note">
        Each file is checked before it gets its name, and keeps the date of its object. What is half done goes
        on where it was, also after Cooper was closed.
      </p>
    </TransferForm>
  );
}
