import type { ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { closeDialog } from './store.ts';

interface FormDialogProps {
  title: string;
  wide?: boolean;
  /** What the button says: the deed. */
  deed: string;
  destroys?: boolean;
  /** The deed cannot be done as things stand. */
  disabled?: boolean;
  failure?: Failure | undefined;
  onSubmit: () => void;
  children: ReactNode;
}

/** A question with its fields and two buttons; where it destroys something, the safe one has the focus. */
export function FormDialog({
  title,
  wide = false,
  deed,
  destroys = false,
  disabled = false,
  failure,
  onSubmit,
  children,
}: FormDialogProps) {
  return (
    <Dialog title={title} wide={wide} onClose={closeDialog}>
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled) onSubmit();
        }}
      >
        <div className="dialog-body">
          {children}
          {failure !== undefined && <FailureCallout failure={failure} />}
        </div>
        <div className="dialog-actions">
          <Button
            look={destroys ? 'outline' : 'plain'}
            data-first-focus={destroys || undefined}
            onClick={closeDialog}
          >
            Cancel
          </Button>
          <Button look={destroys ? 'danger' : 'primary'} type="submit" disabled={disabled}>
            {deed}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
