import { FlaskConical, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { choosePath, saveConnection, useConnections } from './store.ts';

/** One click to something that works without an account: a server on this computer, over a folder, with samples. */
export function SandboxStart({ onSaved }: { onSaved: (connection: Connection) => void }) {
  const proposed = useConnections((state) => state.sandboxFolder);
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const folder = chosen ?? proposed;

  const start = async () => {
    if (folder === undefined) return;
    setBusy(true);
    setFailure(undefined);
    const result = await saveConnection({
      kind: 'sandbox',
      name: 'Sandbox',
      sandbox: { folder },
      withSamples: true,
    });
    setBusy(false);
    if ('failure' in result) setFailure(result.failure);
    else onSaved(result.connection);
  };

  return (
    <div className="sandbox-start">
      <Button
        look="outline"
        icon={FlaskConical}
        disabled={busy || folder === undefined}
        onClick={() => void start()}
      >
        {busy ? 'Starting…' : 'Try the sandbox'}
      </Button>
      <p className="sandbox-folder">
        <span className="muted">Keeps its data in</span>
        <span className="mono selectable sandbox-path" title={folder}>
          {folder ?? '…'}
        </span>
        <Button
          look="link"
          onClick={() => void choosePath('folder').then((path) => setChosen((before) => path ?? before))}
        >
          Choose another folder…
        </Button>
      </p>
      {failure !== undefined && <FailureCallout failure={failure} onRetry={() => void start()} />}
    </div>
  );
}

/** Name and folder of a sandbox that is there. */
export function SandboxForm({
  connection,
  onSaved,
}: {
  connection: Extract<Connection, { kind: 'sandbox' }>;
  onSaved: (connection: Connection) => void;
}) {
  const [name, setName] = useState(connection.name);
  const [folder, setFolder] = useState(connection.sandbox.folder);
  const [failure, setFailure] = useState<Failure>();
  const save = async () => {
    const { id, colour, readOnly, buckets } = connection;
    const result = await saveConnection({
      id,
      kind: 'sandbox',
      name,
      colour,
      readOnly,
      buckets,
      sandbox: { folder },
      withSamples: false,
    });
    if ('failure' in result) setFailure(result.failure);
    else onSaved(result.connection);
  };
  return (
    <form
      className="connection-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="form-body">
        <Field
          label="Name"
          value={name}
          onChange={setName}
          maxLength={80}
          error={name.trim() === '' ? 'Give the connection a name.' : undefined}
        />
        <Field
          label="Folder"
          value={folder}
          onChange={setFolder}
          help="The data stays in the old folder when you choose another one."
          button={
            <Button
              look="outline"
              icon={FolderOpen}
              className="choose"
              onClick={() => void choosePath('folder').then((path) => setFolder((before) => path ?? before))}
            >
              Choose…
            </Button>
          }
        />
        {failure !== undefined && <FailureCallout failure={failure} />}
      </div>
      <footer className="form-actions">
        <span className="gap" />
        <Button look="primary" type="submit" disabled={name.trim() === '' || folder === ''}>
          Save
        </Button>
      </footer>
    </form>
  );
}
