import { Check, Copy, Eye, EyeOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { Connection, ConnectionCredentials, SnippetTool } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { formatDuration } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { FailureCallout, SkeletonRows } from '#renderer/ui/states.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';
import { closeDialog, secretNameOf, showDialog } from './store.ts';
import './facts.css';

type Read = { credentials: ConnectionCredentials } | { failure: Failure };

async function readCredentials(id: string, reveal: boolean): Promise<Read> {
  try {
    return { credentials: await api.connections.credentials.mutate({ id, reveal }) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

interface CredentialsDialogProps {
  connection: Connection;
}

/** What other tools need to reach the same server. The secret comes into the window only when it is asked for. */
export function CredentialsDialog({ connection }: CredentialsDialogProps) {
  const { id, name } = connection;
  const [credentials, setCredentials] = useState<ConnectionCredentials>();
  const [failure, setFailure] = useState<Failure>();
  const [note, setNote] = useState('');

  const show = (result: Read) => {
    if ('failure' in result) setFailure(result.failure);
    else {
      setFailure(undefined);
      setCredentials(result.credentials);
    }
  };
  const load = (reveal: boolean) => void readCredentials(id, reveal).then(show);
  useEffect(() => void readCredentials(id, false).then(show), [id]);

  const copySecret = async () => {
    try {
      const { clearsInSeconds } = await api.connections.copySecret.mutate({ id });
      setNote(
        `The secret key is on the clipboard. It is cleared in ${formatDuration(clearsInSeconds)}, unless something else is copied before.`,
      );
    } catch (error) {
      setFailure(failureOf(error));
    }
  };

  return (
    <Dialog title={`S3 credentials of ${name}`} wide onClose={closeDialog}>
      <div className="dialog-body credentials">
        {credentials === undefined && failure === undefined && (
          <SkeletonRows rows={4} widths={[60, 30, 45]} />
        )}
        {failure !== undefined && (
          <FailureCallout failure={failure} onRetry={() => load(false)}>
            {failure.kind === 'missing-secret' && (
              <Button
                look="link"
                onClick={() =>
                  showDialog({
                    is: 'secret',
                    connection,
                    onSupplied: () => showDialog({ is: 'credentials', connection }),
                  })
                }
              >
                Enter {secretNameOf(connection)}
              </Button>
            )}
          </FailureCallout>
        )}
        {credentials !== undefined && (
          <>
            {connection.kind === 'hcp' && (
              <p className="muted">
                HCP derives these from the account: the access key is the user name in Base64, the secret key
                the MD5 of the password. They change with the password.
              </p>
            )}
            <Facts
              credentials={credentials}
              onReveal={(reveal) => load(reveal)}
              onCopySecret={() => void copySecret()}
            />
            <p className="credentials-note" role="status">
              {note !== '' && (
                <>
                  <Icon of={Check} tone="ok" /> {note}
                </>
              )}
            </p>
            <Snippets credentials={credentials} />
          </>
        )}
      </div>
    </Dialog>
  );
}

interface FactsProps {
  credentials: ConnectionCredentials;
  onReveal: (reveal: boolean) => void;
  onCopySecret: () => void;
}

function Facts({ credentials, onReveal, onCopySecret }: FactsProps) {
  const { endpoint, region, accessKeyId, secretAccessKey } = credentials;
  const isShown = secretAccessKey !== undefined;
  const shown: [string, string][] = [
    ['Endpoint', endpoint],
    ['Region', region],
    ['Access key', accessKeyId],
  ];
  return (
    <dl className="fact-list credentials-facts">
      {shown.map(([label, value]) => (
        <div key={label} className="fact">
          <dt>{label}</dt>
          <dd className="mono selectable">{value}</dd>
          <CopyButton look="icon" label={`Copy ${label.toLowerCase()}`} text={() => value} />
        </div>
      ))}
      <div className="fact">
        <dt>Secret key</dt>
        <dd className={isShown ? 'mono selectable' : 'muted'}>{isShown ? secretAccessKey : 'Hidden'}</dd>
        <span className="fact-actions">
          <Button small icon={isShown ? EyeOff : Eye} onClick={() => onReveal(!isShown)}>
            {isShown ? 'Hide' : 'Reveal'}
          </Button>
          <Button small icon={Copy} onClick={onCopySecret}>
            Copy secret key
          </Button>
        </span>
      </div>
    </dl>
  );
}

function Snippets({ credentials }: { credentials: ConnectionCredentials }) {
  const { snippets, secretAccessKey } = credentials;
  const [chosen, setChosen] = useState<SnippetTool>('aws-cli');
  const shown = snippets.find(({ tool }) => tool === chosen) ?? snippets[0];
  if (shown === undefined) return null;
  return (
    <Tabs
      label="For other tools"
      tabs={snippets.map(({ tool, label }) => ({ id: tool, label }))}
      value={shown.tool}
      onChange={setChosen}
    >
      <div className="snippet">
        <pre className="mono selectable" aria-label={`Settings for ${shown.label}`}>
          {shown.text}
        </pre>
        <CopyButton look="plain" small label={`Copy for ${shown.label}`} text={() => shown.text} />
      </div>
      <p className="note">
        {secretAccessKey === undefined
          ? 'The secret key is left out of these until it is revealed.'
          : 'These hold the secret key now: what is copied from here is not cleared from the clipboard.'}
      </p>
    </Tabs>
  );
}
