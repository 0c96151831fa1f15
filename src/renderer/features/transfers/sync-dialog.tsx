import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Check, Select } from '#renderer/ui/choices.tsx';
import { Field, Segments } from '#renderer/ui/field.tsx';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import type { Failure } from '#shared/failure.ts';
import type { SyncPreview } from '#shared/transfer.ts';
import { placeText } from './places.ts';
import { closeDone, type Place, type StartJob } from './store.ts';
import { withMore, type Diff } from './sync-model.ts';
import { SyncTable } from './sync-table.tsx';
import { Figures, TransferForm } from './transfer-form.tsx';
import { usePreview } from './use-preview.ts';
import { asFolder, prefixProblem, syncDeed, syncText } from './words.ts';

const directions = [
  { id: 'up', label: 'Folder → bucket' },
  { id: 'down', label: 'Bucket → folder' },
] as const;
const comparisons = [
  { id: 'size-and-date', label: 'By size and date' },
  { id: 'content', label: 'By content (reads every file of equal size)' },
] as const;

interface SyncDialogProps {
  place: Place;
  /** Why nothing can be changed on the connection: then it can only be synced from. */
  whyNoChange: string | undefined;
  onStart: StartJob;
}

/** Makes a folder and a prefix alike. First a dry run, shown as a diff; deleting is off unless it is asked for. */
export function SyncDialog({ place, whyNoChange, onStart }: SyncDialogProps) {
  const { connectionId, bucket } = place;
  const [folder, setFolder] = useState('');
  const [prefix, setPrefix] = useState(place.prefix);
  const [direction, setDirection] = useState<'up' | 'down'>(whyNoChange === undefined ? 'up' : 'down');
  const [deletes, setDeletes] = useState(false);
  const [compare, setCompare] = useState<'size-and-date' | 'content'>('size-and-date');
  /** What the dry run that is shown was asked for. */
  const [asked, setAsked] = useState<string>();
  const [refusal, setRefusal] = useState<Failure>();
  const choose = async () => {
    try {
      const chosen = await api.transfers.chooseFolder.mutate();
      if (chosen !== null) setFolder(chosen);
    } catch (error) {
      setRefusal(failureOf(error));
    }
  };
  const input = {
    kind: 'sync',
    connectionId,
    bucket,
    prefix: asFolder(prefix),
    folder,
    direction,
    deletes,
    compare,
  } as const;
  const name = JSON.stringify(input);
  const isCurrent = asked === name;
  const { seen, failure, again } = usePreview<SyncPreview, Diff>(
    isCurrent ? name : '',
    isCurrent ? (handlers) => api.transfers.diff.subscribe(input, handlers) : undefined,
    withMore,
  );
  const problem =
    prefixProblem(prefix) ?? (direction === 'up' && whyNoChange !== undefined ? whyNoChange : undefined);
  const start = async () => {
    if (!isCurrent) return setAsked(name);
    closeDone();
    await onStart(input, 'Sync');
  };
  const deed = isCurrent
    ? syncDeed(seen?.totals, seen?.isFinal === true, deletes)
    : { label: 'Compare', isNothing: folder === '' };
  return (
    <TransferForm
      title={`Sync ${placeText({ bucket, prefix: asFolder(prefix) })} with a folder`}
      look="large"
      deed={failure === undefined || !isCurrent ? deed : { label: 'Sync', isNothing: true }}
      destroys={isCurrent && deletes && (seen?.totals.delete ?? 1) > 0}
      problem={problem}
      onSubmit={() => void start()}
    >
      <div className="transfer-choices">
        <Field
          label="Folder of this computer"
          data-first-focus
          value={folder}
          onChange={setFolder}
          placeholder="Choose a folder"
          button={
            <Button look="outline" icon={FolderOpen} onClick={() => void choose()}>
              Choose…
            </Button>
          }
        />
        <Field
          label={`Folder of ${bucket}`}
          value={prefix}
          onChange={setPrefix}
          placeholder="Top of the bucket"
        />
        <div className="field">
          <span className="field-label">Direction</span>
          <Segments label="Direction" value={direction} options={directions} onChange={setDirection} />
        </div>
        <Select label="Compare" value={compare} options={comparisons} onChange={setCompare} />
      </div>
      <Check
        label={
          direction === 'up'
            ? 'Delete objects that the folder does not have'
            : 'Delete files that the bucket does not have'
        }
        checked={deletes}
        onChange={setDeletes}
        help={syncText({ direction, deletes })}
      />
      {isCurrent && deletes && seen !== undefined && seen.totals.delete > 0 && (
        <Callout
          tone="danger"
          title={`${plural(seen.totals.delete, direction === 'up' ? 'object' : 'file')} will be deleted in ${
            direction === 'up' ? placeText({ bucket, prefix: input.prefix }) : folder
          }`}
        />
      )}
      {refusal !== undefined && <FailureCallout failure={refusal} />}
      {isCurrent && failure !== undefined && <FailureCallout failure={failure} onRetry={again} />}
      {isCurrent && failure === undefined && (
        <Figures
          counting={seen?.isFinal !== true}
          figures={[
            { label: 'Send', value: formatCount(seen?.totals.send ?? 0) },
            { label: 'Replace', value: formatCount(seen?.totals.replace ?? 0) },
            {
              label: 'Delete',
              value: formatCount(seen?.totals.delete ?? 0),
              tone: (seen?.totals.delete ?? 0) > 0 ? 'danger' : undefined,
            },
            { label: 'The same', value: formatCount(seen?.totals.same ?? 0) },
            {
              label: 'To move',
              value: formatBytes(seen?.totals.bytes ?? 0),
              exact: formatExactBytes(seen?.totals.bytes ?? 0),
            },
          ]}
        />
      )}
      {isCurrent && seen !== undefined && seen.rows.length > 0 && <SyncTable diff={seen} />}
    </TransferForm>
  );
}
