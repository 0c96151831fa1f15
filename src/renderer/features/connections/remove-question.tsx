import { useState } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { plural } from '#renderer/ui/format.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { focusConnection } from './look.ts';
import { closeDialog, removeConnection, useConnections } from './store.ts';

interface RemoveQuestionProps {
  connection: Connection;
  onRemoved: (connection: Connection) => void;
}

/** Says what is lost, and what is not. */
export function RemoveQuestion({ connection, onRemoved }: RemoveQuestionProps) {
  const [failure, setFailure] = useState<Failure>();
  const remove = async () => {
    const { connections } = useConnections.getState();
    const at = connections.findIndex(({ id }) => id === connection.id);
    const next = connections[at + 1] ?? connections[at - 1];
    const problem = await removeConnection(connection.id);
    setFailure(problem);
    if (problem !== undefined) return;
    closeDialog();
    onRemoved(connection);
    if (next !== undefined) focusConnection(next.id);
  };
  return (
    <Dialog title={`Remove ${connection.name}?`} onClose={closeDialog}>
      <div className="dialog-body">
        <p>{lossOf(connection)}</p>
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

function lossOf(connection: Connection): string {
  const { buckets = [] } = connection;
  const names = buckets.length === 0 ? '' : `, with ${plural(buckets.length, 'bucket')} named by hand`;
  switch (connection.kind) {
    case 'sandbox':
      return 'The sandbox stops. Its data stays in its folder, and a new sandbox there finds it again:';
    case 's3':
      return `Its address and its secret key are forgotten on this computer${names}. Nothing on the server changes.`;
    case 'hcp':
      return `Its address and its password are forgotten on this computer${names}. Nothing on the server changes.`;
  }
}
