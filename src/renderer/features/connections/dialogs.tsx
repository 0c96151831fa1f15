import { useState } from 'react';
import type { Colour, Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { CertificateQuestion, type Trust } from './certificate-question.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { CredentialsDialog } from './credentials-dialog.tsx';
import { draftOf } from './form-model.ts';
import type { FormValues } from './form-values.ts';
import { setLook } from './look.ts';
import { ColourChoice } from './look-fields.tsx';
import { ProfileDialog } from './profile-dialog.tsx';
import { RemoveQuestion } from './remove-question.tsx';
import { SandboxForm, SandboxStart } from './sandbox-form.tsx';
import { SecretQuestion } from './secret-question.tsx';
import { closeDialog, saveConnection, useConnections } from './store.ts';

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
        <NewConnection start={dialog.start} onSaved={saved(true)} />
      ) : (
        <Dialog title={`Edit ${dialog.connection.name}`} wide onClose={closeDialog}>
          {dialog.connection.kind === 'sandbox' ? (
            <SandboxForm connection={dialog.connection} onSaved={saved(false)} />
          ) : (
            <ConnectionForm connection={dialog.connection} onSaved={saved(false)} />
          )}
        </Dialog>
      );
    case 'remove':
      return <RemoveQuestion connection={dialog.connection} onRemoved={onRemoved} />;
    case 'colour':
      return <ColourDialog connection={dialog.connection} />;
    case 'credentials':
      return <CredentialsDialog connection={dialog.connection} />;
    case 'profile':
      return <ProfileDialog connection={dialog.connection} />;
    case 'certificate':
      return (
        <StoredCertificate
          connection={dialog.connection}
          onTrusted={(connection) => {
            saved(false)(connection);
            dialog.onTrusted();
          }}
        />
      );
    case 'secret':
      return <SecretQuestion connection={dialog.connection} onSupplied={dialog.onSupplied} />;
  }
}

function NewConnection({
  start,
  onSaved,
}: {
  start: FormValues | undefined;
  onSaved: (connection: Connection) => void;
}) {
  const hasSandbox = useConnections((state) => state.connections.some(({ kind }) => kind === 'sandbox'));
  return (
    <Dialog
      title={start === undefined ? 'New connection' : `Sign in to tenant ${start.tenant}`}
      wide
      onClose={closeDialog}
    >
      {!hasSandbox && start === undefined && (
        <div className="dialog-sandbox">
          <SandboxStart onSaved={onSaved} />
        </div>
      )}
      <ConnectionForm start={start} onSaved={onSaved} />
    </Dialog>
  );
}

/** The certificate of a connection that is kept already: what is decided is kept with it. */
function StoredCertificate({
  connection,
  onTrusted,
}: {
  connection: Connection;
  onTrusted: (connection: Connection) => void;
}) {
  const [draft] = useState(() => draftOf(connection));
  const [failure, setFailure] = useState<Failure>();
  const onTrust = async (trust: Trust) => {
    const result = await saveConnection(draftOf(connection, trust));
    if ('failure' in result) setFailure(result.failure);
    else onTrusted(result.connection);
  };
  return (
    <CertificateQuestion
      draft={draft}
      failure={failure}
      onTrust={(trust) => void onTrust(trust)}
      onCancel={closeDialog}
    />
  );
}

/** A colour is seen at once: there is nothing to confirm. */
function ColourDialog({ connection: { id, name } }: { connection: Connection }) {
  const colour = useConnections(
    ({ connections }) => connections.find((connection) => connection.id === id)?.colour ?? '',
  );
  const [failure, setFailure] = useState<Failure>();
  const choose = async (chosen: Colour | '') =>
    setFailure(await setLook(id, { colour: chosen === '' ? null : chosen }));
  return (
    <Dialog title={`Colour of ${name}`} onClose={closeDialog}>
      <div className="dialog-body">
        <ColourChoice value={colour} onChange={(chosen) => void choose(chosen)} takesFocus />
        {failure !== undefined && <FailureCallout failure={failure} />}
      </div>
      <div className="dialog-actions">
        <Button look="primary" onClick={closeDialog}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
