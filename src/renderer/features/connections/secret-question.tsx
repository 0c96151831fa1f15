import { useState } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { closeDialog, supplySecret } from './store.ts';

interface SecretQuestionProps {
  connection: Connection;
  onSupplied: () => void;
}

/** Asks for a secret that was kept for one session, or that the vault lost. */
export function SecretQuestion({ connection, onSupplied }: SecretQuestionProps) {
  const [secret, setSecret] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const isHcp = connection.kind === 'hcp';
  const what = isHcp ? 'Password' : 'Secret key';
  // spaces belong to a password, while a pasted key has none
  const typed = isHcp ? secret : secret.trim();
  const supply = async () => {
    const problem = await supplySecret(connection.id, typed);
    setFailure(problem);
    if (problem !== undefined) return;
    closeDialog();
    onSupplied();
  };
  return (
    <Dialog title={`${what} of ${connection.name}`} onClose={closeDialog}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void supply();
        }}
      >
        <div className="dialog-body">
          <Field
            label={what}
            type="password"
            value={secret}
            onChange={setSecret}
            help={ownerOf(connection)}
          />
          {failure !== undefined && <FailureCallout failure={failure} />}
        </div>
        <div className="dialog-actions">
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" disabled={typed === ''}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function ownerOf(connection: Connection): string | undefined {
  switch (connection.kind) {
    case 'sandbox':
      return undefined;
    case 's3':
      return `Of the access key ${connection.s3.accessKeyId}. It is kept until Cooper quits.`;
    case 'hcp':
      return `Of the user ${connection.hcp.username}, ${
        connection.hcp.tenant === undefined ? 'at system level' : `tenant ${connection.hcp.tenant}`
      }. It is kept until Cooper quits.`;
  }
}
