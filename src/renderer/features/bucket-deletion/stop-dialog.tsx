import { useState } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { failureDetails } from '#renderer/ui/failure-text.ts';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import { closeDeletion, putBack, sayLost, type BucketPlace, type DeletionStop } from './store.ts';
import { changeTexts, type ChangeText } from './words.ts';

interface StopDialogProps {
  stop: DeletionStop;
  /** Starts the job again. */
  onGoOn: (place: BucketPlace, namespace: 'reconfigure' | 'continue') => void;
  onPutBack: (place: BucketPlace) => void;
  /** HCP deleted the bucket meanwhile: there was nothing to put back. */
  onGone: (place: BucketPlace) => void;
}

/** A deletion on HCP that stopped: what it would change, or what it changed, and the choice that is to be made. */
export function StopDialog(props: StopDialogProps) {
  switch (props.stop.is) {
    case 'needs-reconfiguring':
      return <ReconfigureDialog {...props} />;
    case 'cleaning-up':
      return <CleaningUpDialog {...props} />;
  }
}

function ReconfigureDialog({ stop, onGoOn }: StopDialogProps) {
  const texts = changeTexts(stop.changes, stop.before);
  return (
    <Dialog title={`Change settings of ${stop.bucket} to delete it?`} wide onClose={closeDeletion}>
      <div className="dialog-body">
        <p>
          Everything in the bucket was deleted, but HCP keeps records of it, and with them the bucket. It lets
          go of them when these settings are changed:
        </p>
        <ChangeTable texts={texts} label="Settings that would be changed" />
        <Lost texts={texts} />
        <p className="muted">
          Each change is told in the activity before it is made. If the bucket still stays, you can put the
          settings back.
        </p>
      </div>
      <div className="dialog-actions">
        <Button look="outline" data-first-focus onClick={closeDeletion}>
          Leave the bucket as it is
        </Button>
        <Button
          look="danger"
          onClick={() => {
            closeDeletion();
            onGoOn(stop, 'reconfigure');
          }}
        >
          Change the settings and delete the bucket
        </Button>
      </div>
    </Dialog>
  );
}

function CleaningUpDialog({ stop, onGoOn, onPutBack, onGone }: StopDialogProps) {
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const texts = changeTexts(stop.changes, stop.before);
  const shown = stop.is === 'cleaning-up' ? stop.failure : undefined;
  const back = async () => {
    setBusy(true);
    const done = await putBack(stop);
    setBusy(false);
    if ('failure' in done) {
      setFailure(done.failure);
      return;
    }
    closeDeletion();
    if (done.isGone) onGone(stop);
    else if (done.lost.length > 0) sayLost(stop.bucket, done.lost);
    else onPutBack(stop);
  };
  return (
    <Dialog title={`HCP is still cleaning up ${stop.bucket}`} wide onClose={closeDeletion}>
      <div className="dialog-body">
        <p>
          The bucket is empty, and HCP has not yet let go of what it keeps of it. That can take from minutes
          to a day.
        </p>
        {shown !== undefined && (
          <Callout tone="warn" title={shown.message} text={afterwards(shown)}>
            <CopyButton look="link" label="Copy details" text={() => failureDetails(shown)} />
          </Callout>
        )}
        {texts.length > 0 && (
          <>
            <p>To make it let go, these settings were changed:</p>
            <ChangeTable texts={texts} label="Settings that were changed" />
          </>
        )}
        <p className="muted">
          Kept so, the clean-up can end: try again then, also after a restart; the list of buckets reminds
          you. Put back, the bucket stays, as empty as it is now; what was lost by the changes stays lost.
        </p>
        {failure !== undefined && <FailureCallout failure={failure} />}
      </div>
      <div className="dialog-actions">
        <Button look="outline" disabled={busy} onClick={() => void back()}>
          Put the old settings back
        </Button>
        <span className="gap" />
        <Button look="outline" data-first-focus onClick={closeDeletion}>
          Keep them, decide later
        </Button>
        <Button
          look="primary"
          disabled={busy}
          onClick={() => {
            closeDeletion();
            onGoOn(stop, 'continue');
          }}
        >
          Try again
        </Button>
      </div>
    </Dialog>
  );
}

/** The old settings are back, and what is lost all the same. */
export function PutBackDialog({ bucket, lost }: { bucket: string; lost: string[] }) {
  return (
    <Dialog title={`The old settings of ${bucket} are back`} onClose={closeDeletion}>
      <div className="dialog-body">
        <p>It is not deleted, and its deletion waits no longer. What the changes did meanwhile stays done:</p>
        <ul className="lost" aria-label="What is lost">
          {lost.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </div>
      <div className="dialog-actions">
        <Button look="primary" data-first-focus onClick={closeDeletion}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

/** That it is not empty is HCP's word for what it has not cleaned up: there is nothing for the user to empty. */
const afterwards = (failure: Failure): string =>
  failure.kind === 'not-empty'
    ? 'HCP said that last. It counts what it has not cleaned up yet.'
    : failure.nextStep;

function ChangeTable({ texts, label }: { texts: readonly ChangeText[]; label: string }) {
  return (
    <table className="changes" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
        </tr>
      </thead>
      <tbody>
        {texts.map(({ setting, from, to }) => (
          <tr key={setting}>
            <th scope="row">{setting}</th>
            <td>{from}</td>
            <td>{to}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lost({ texts }: { texts: readonly ChangeText[] }) {
  const lost = texts.flatMap((text) => text.lost ?? []);
  if (lost.length === 0) return null;
  return (
    <Callout tone="warn" title="What cannot be undone">
      <ul className="lost">
        {lost.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Callout>
  );
}
