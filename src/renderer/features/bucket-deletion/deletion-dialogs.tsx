import { DeleteDialog } from './delete-dialog.tsx';
import { PutBackDialog, StopDialog } from './stop-dialog.tsx';
import { useDeletion, type BucketPlace } from './store.ts';
import './bucket-deletion.css';

interface DeletionDialogsProps {
  /** Starts the job; the name was typed, or the user agreed to what is to be changed. */
  onStart: (place: BucketPlace, namespace: 'ask' | 'reconfigure' | 'continue') => void;
  onRemoved: (place: BucketPlace) => void;
  onPutBack: (place: BucketPlace) => void;
  onGone: (place: BucketPlace) => void;
}

/** The one dialog about deleting a bucket that is open, if any. */
export function DeletionDialogs({ onStart, onRemoved, onPutBack, onGone }: DeletionDialogsProps) {
  const dialog = useDeletion((state) => state.dialog);
  switch (dialog.is) {
    case 'none':
      return null;
    case 'delete':
      return <DeleteDialog place={dialog} onForce={(place) => onStart(place, 'ask')} onRemoved={onRemoved} />;
    case 'needs-reconfiguring':
    case 'cleaning-up':
      return <StopDialog stop={dialog} onGoOn={onStart} onPutBack={onPutBack} onGone={onGone} />;
    case 'put-back':
      return <PutBackDialog bucket={dialog.bucket} lost={dialog.lost} />;
  }
}
