import { useState } from 'react';
import { api } from '#renderer/api.ts';
import { Select } from '#renderer/ui/choices.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { plural } from '#renderer/ui/format.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import type { ObjectsSurvey } from '#shared/objects.ts';
import type { IfExists } from '#shared/transfer.ts';
import { closeDone, subjectOf, type Place, type Source, type StartJob } from './store.ts';
import { TransferForm } from './transfer-form.tsx';
import { usePreview } from './use-preview.ts';
import { asFolder, existsChoices, prefixProblem, type Deed } from './words.ts';

interface AcrossDialogProps {
  source: Source;
  what: string;
  to: Place;
  nameOf: (connectionId: string) => string;
  onStart: StartJob;
}

/** Each chosen object costs a request: beyond this many they are not asked for. */
const KEYS_ASKED = 1000;

/** Before objects go to another bucket or another connection: where to, and what becomes of what is there. */
export function AcrossDialog({ source, what, to, nameOf, onStart }: AcrossDialogProps) {
  const [folder, setFolder] = useState(to.prefix);
  const [ifExists, setIfExists] = useState<IfExists>('skip');
  const { connectionId, bucket, base, prefix, keys = [], prefixes = [] } = source;
  const notAsked = keys.length > KEYS_ASKED ? keys.length : 0;
  const { seen, failure, again } = usePreview<ObjectsSurvey>(
    '',
    (handlers) =>
      api.objects.survey.subscribe(
        {
          connectionId,
          bucket,
          prefixes: prefix === undefined ? prefixes : [prefix],
          keys: notAsked > 0 ? [] : keys,
        },
        handlers,
      ),
    (_, latest) => latest,
  );
  const problem = prefixProblem(folder);
  const isOther = to.connectionId !== connectionId;
  const start = async () => {
    closeDone();
    await onStart(
      {
        kind: 'transfer',
        connectionId,
        bucket,
        ...subjectOf(source),
        base,
        to: { ...to, prefix: asFolder(folder) },
        ifExists,
      },
      'Transfer',
    );
  };
  return (
    <TransferForm
      title={`Copy ${what} to ${to.bucket}`}
      look="small"
      deed={deedOf(seen, notAsked)}
      problem={problem}
      onSubmit={() => void start()}
    >
      <dl className="transfer-ways">
        <div>
          <dt>From</dt>
          <dd>
            {nameOf(connectionId)}, {bucket}
          </dd>
        </div>
        <div>
          <dt>To</dt>
          <dd>
            {nameOf(to.connectionId)}, {to.bucket}
          </dd>
        </div>
      </dl>
      {failure !== undefined && <FailureCallout failure={failure} onRetry={again} />}
      <Field
        label="Folder"
        value={folder}
        placeholder="Top of the bucket"
        onChange={setFolder}
        help="A path such as scans/2024/. It need not be there yet."
      />
      <Select
        label="When something has that key already"
        value={ifExists}
        options={existsChoices('object')}
        onChange={setIfExists}
      />
      <p className="note">
        {isOther
          ? 'By the server where both are on one and it can, else through this computer, without touching its disk. '
          : 'By the server where it can. '}
        Metadata goes along. Nothing is deleted at the old place.
      </p>
    </TransferForm>
  );
}

function deedOf(seen: ObjectsSurvey | undefined, notAsked: number): Deed {
  if (seen?.isFinal !== true) return { label: 'Start without waiting', isNothing: false };
  const count = seen.objects + notAsked;
  return count === 0
    ? { label: 'Nothing to copy', isNothing: true }
    : { label: `Copy ${plural(count, 'object')}`, isNothing: false };
}
