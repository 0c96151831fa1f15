import { useState } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { agoPresets, fromField, toField } from './as-of.ts';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone } from './store.ts';

interface AsOfDialogProps {
  asOf: Date | undefined;
  onLook: (asOf: Date) => void;
}

/** Asks for the time to look back to. */
export function AsOfDialog({ asOf, onLook }: AsOfDialogProps) {
  const [text, setText] = useState(() => toField(asOf ?? new Date(Date.now() - 24 * 3_600_000)));
  const [problem, setProblem] = useState<string>();
  const look = () => {
    const read = fromField(text, new Date());
    if ('problem' in read) return setProblem(read.problem);
    closeDone();
    onLook(read.time);
  };
  return (
    <FormDialog title="As it was at…" deed="Show" onSubmit={look}>
      <Field
        label="Date and time"
        type="datetime-local"
        step={1}
        value={text}
        onChange={(value) => {
          setText(value);
          setProblem(undefined);
        }}
        error={problem}
        help="In the time zone of this computer. Nothing is changed: objects are shown as they were then."
      />
      <div className="actions">
        {agoPresets.map(({ label, ms }) => (
          <Button
            key={label}
            small
            look="outline"
            onClick={() => setText(toField(new Date(Date.now() - ms)))}
          >
            {label}
          </Button>
        ))}
      </div>
      <p className="note">
        It shows what the bucket’s versions tell: what was written before versioning was on, and what was
        deleted for good, cannot be seen.
      </p>
    </FormDialog>
  );
}
