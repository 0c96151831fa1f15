import { useState } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { Field } from './field.tsx';
import { SandboxForm, SandboxStart } from './sandbox-form.tsx';
import { closeDialog, removeConnection, supplySecret, useConnections } from './store.ts';

interface ConnectionsDialogsProps {
  /** `isNew`: there was none of its id before. */
  onSaved: (connection: Connection, isNew: boolean) => void;
  onRemoved: (connection: Connection) => void;
}

/** The one dialog about connections that is open, if any. */
export function ConnectionsDialogs({ onSaved, onRemoved }: ConnectionsDialogsProps) {
  const dialog = useConnections((state) => state.dialog);
  const saved = (isNew: boolean) => (connection: Connection) => {
    closeDialog();
    onSaved(connection, isNew);
  };
  switch (dialog.is) {
    case 'none':
      return null;
    case 'edit':
      return dialog.connection === undefined ? (
        <NewConnection onSaved={saved(true)} />
      ) : (
        <Dialog title={`Edit ${dialog.connection.name}`} wide onClose={closeDialog}>
          {dialog.connection.kind === 's3' ? (
            <ConnectionForm connection={dialog.connection} onSaved={saved(false)} />
          ) : (
            <SandboxForm connection={dialog.connection} onSaved={saved(false)} />
          )}
        </Dialog>
      );
    case 'remove':
      return <RemoveQuestion connection={dialog.connection} onRemoved={onRemoved} />;
    case 'secret':
      return <SecretQuestion connection={dialog.connection} onSupplied={dialog.onSupplied} />;
  }
}

function NewConnection({ onSaved }: { onSaved: (connection: Connection) => void }) {
  const hasSandbox = useConnections((state) => state.connections.some(({ kind }) => kind === 'sandbox'));
  return (
    <Dialog title="New connection" wide onClose={closeDialog}>
      {!hasSandbox && (
        <div className="dialog-sandbox">
          <SandboxStart onSaved={onSaved} />
        </div>
      )}
      <ConnectionForm onSaved={onSaved} />
    </Dialog>
  );
}

function RemoveQuestion({
  connection,
  onRemoved,
}: {
  connection: Connection;
  onRemoved: (connection: Connection) => void;
}) {
  const [failure, setFailure] = useState<Failure>();
  const remove = async () => {
    const problem = await removeConnection(connection.id);
    setFailure(problem);
    if (problem !== undefined) return;
    closeDialog();
    onRemoved(connection);
  };
  return (
    <Dialog title={`Remove ${connection.name}?`} onClose={closeDialog}>
      <div className="dialog-body">
        <p>
          {connection.kind === 's3'
            ? 'Its address and its secret are forgotten on this computer. Nothing on the server changes.'
            : 'The sandbox stops. Its data stays in its folder, and a new sandbox there finds it again:'}
        </p>
        {connection.kind === 'sandbox' && <p className="mono selectable">{connection.sandbox.folder}</p>}
        {failure !== undefined && <FailureCallout failure={failure} />}
      </div>
      <div className="dialog-actions">
        <Button look="outline" data-first-focus onClick={closeDialog}>
          Cancel
        </Button>
        <Button look="danger" onClick={() => void remove()}>
          Remove connection
        </Button>
      </div>
    </Dialog>
  );
}

function SecretQuestion({ connection, onSupplied }: { connection: Connection; onSupplied: () => void }) {
  const [secret, setSecret] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const supply = async () => {
    const problem = await supplySecret(connection.id, secret.trim());
    setFailure(problem);
    if (problem !== undefined) return;
    closeDialog();
    onSupplied();
  };
  return (
    <Dialog title={`Secret key of ${connection.name}`} onClose={closeDialog}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void supply();
        }}
      >
        <div className="dialog-body">
          <Field
            label="Secret key"
            type="password"
            value={secret}
            onChange={setSecret}
            help={
              connection.kind === 's3'
                ? `Of the access key ${connection.s3.accessKeyId}. It is kept until Cooper quits.`
                : undefined
            }
          />
          {failure !== undefined && <FailureCallout failure={failure} />}
        </div>
        <div className="dialog-actions">
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" disabled={secret.trim() === ''}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
