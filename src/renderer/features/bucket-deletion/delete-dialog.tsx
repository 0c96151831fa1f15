import { useEffect, useState } from 'react';
import type { Failure } from '#shared/failure.ts';
import type { BucketSurvey } from '#shared/objects.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { Revealed } from '#renderer/ui/name.tsx';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import { closeDeletion, removeEmpty, stopSurvey, survey, useDeletion, type BucketPlace } from './store.ts';
import { atLeast, deedOf, isEmpty } from './words.ts';

interface DeleteDialogProps {
  place: BucketPlace;
  /** Starts the job that empties and deletes the bucket. */
  onForce: (place: BucketPlace) => void;
  onRemoved: (place: BucketPlace) => void;
}

/**
 * Asks before a bucket is deleted, while it looks what is in it: an empty one goes with one question, one that is not
 * goes by force, once its name was typed.
 */
export function DeleteDialog({ place, onForce, onRemoved }: DeleteDialogProps) {
  const { connectionId, bucket } = place;
  const state = useDeletion(({ survey: known }) => known);
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    survey({ connectionId, bucket });
    return stopSurvey;
  }, [connectionId, bucket]);

  const found = state.survey;
  // what hides from a listing (deletion records, what somebody puts there meanwhile) is found out by the attempt
  const isRefused = failure?.kind === 'not-empty';
  const seemsEmpty = isEmpty(found) && state.state === 'known' && !isRefused;
  const byForce = !isEmpty(found) || isRefused || state.state === 'failed';
  const isConfirmed = seemsEmpty || (byForce && typed === bucket);

  const go = async () => {
    if (!isConfirmed || busy) return;
    if (!seemsEmpty) {
      closeDeletion();
      onForce(place);
      return;
    }
    setBusy(true);
    const problem = await removeEmpty(place);
    setBusy(false);
    setFailure(problem);
    if (problem !== undefined) return;
    closeDeletion();
    onRemoved(place);
  };

  return (
    <Dialog
      title={byForce ? `Delete ${bucket} with everything in it?` : `Delete ${bucket}?`}
      wide
      onClose={closeDeletion}
    >
      <form
        className="deletion-form"
        aria-label="Delete bucket"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <div className="dialog-body">
          {seemsEmpty ? (
            <p>
              The bucket is empty: no object, no old version, no delete marker and no unfinished upload is in
              it. Deleting it cannot be undone.
            </p>
          ) : (
            <SurveyFacts survey={found} />
          )}
          {state.state === 'looking' && (
            <p className="muted" role="status">
              Looking what is in the bucket…
            </p>
          )}
          {state.state === 'failed' && (
            <FailureCallout failure={state.failure} onRetry={() => survey({ connectionId, bucket })} />
          )}
          <Locked survey={found} />
          {failure !== undefined && <FailureCallout failure={failure} />}
          {isRefused && (
            <p>
              The server says that something is still in it. Deleting by force empties whatever can be found,
              and says what keeps the bucket if that is not enough.
            </p>
          )}
          {byForce && (
            <Field
              label={`Type ${bucket} to confirm`}
              value={typed}
              onChange={setTyped}
              help="All of it is deleted for good: no version stays from which it could be brought back."
            />
          )}
        </div>
        <div className="dialog-actions">
          <Button look="outline" data-first-focus onClick={closeDeletion}>
            Cancel
          </Button>
          <Button look="danger" type="submit" disabled={!isConfirmed || busy}>
            {busy ? 'Deleting…' : deedOf(found)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What would be destroyed, in numbers; they grow while it is looked. */
function SurveyFacts({ survey: found }: { survey: BucketSurvey }) {
  const rows: [string, number][] = [
    ['Objects', found.objects],
    ['Versions', found.versions],
    ['Delete markers', found.deleteMarkers],
    ['Unfinished uploads', found.uploads],
  ];
  return (
    <dl className="survey" aria-label="What is in the bucket">
      {rows.map(([name, n]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{atLeast(n, found)}</dd>
        </div>
      ))}
      <div>
        <dt>Size of all versions</dt>
        <dd title={formatExactBytes(found.bytes)}>
          {found.isFinal ? '' : 'at least '}
          {formatBytes(found.bytes)}
        </dd>
      </div>
    </dl>
  );
}

function Locked({ survey: { locked } }: { survey: BucketSurvey }) {
  const { count, first } = locked;
  if (count === 0) return null;
  return (
    <Callout
      tone="warn"
      title={`${plural(count, 'object')} cannot be deleted now`}
      text="The rest is deleted; these stay, and the bucket with them, until nothing keeps them any more."
    >
      <ul className="survey-locked">
        {first.map(({ key, reason }) => (
          <li key={key}>
            <Revealed text={key} />: {reason}
          </li>
        ))}
        {count > first.length && <li>and {formatCount(count - first.length)} more</li>}
      </ul>
    </Callout>
  );
}
