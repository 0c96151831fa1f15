import { FileKey, KeyRound, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { secretNameOf, showDialog, useConnections } from './features/connections/store.ts';

/** Failures that a change of the connection may mend. */
const aboutConnection: readonly Failure['kind'][] = [
  'bad-credentials',
  'expired-credentials',
  'unreachable',
  'wrong-region',
  'timeout',
];

/** What can be done about a failure besides trying again: give the secret, look at the certificate, mend the connection. */
export function remedyFor(connectionId: string, failure: Failure, retry: () => void): ReactNode {
  const connection = useConnections.getState().connections.find(({ id }) => id === connectionId);
  if (connection === undefined) return null;
  if (failure.kind === 'missing-secret')
    return (
      <Button
        look="primary"
        icon={KeyRound}
        onClick={() => showDialog({ is: 'secret', connection, onSupplied: retry })}
      >
        Enter {secretNameOf(connection)}
      </Button>
    );
  if (failure.kind === 'untrusted-certificate')
    return (
      <Button
        look="primary"
        icon={FileKey}
        onClick={() => showDialog({ is: 'certificate', connection, onTrusted: retry })}
      >
        Look at the certificate…
      </Button>
    );
  if (!aboutConnection.includes(failure.kind)) return null;
  const needsKeys = failure.kind === 'expired-credentials' || failure.kind === 'bad-credentials';
  return (
    <Button
      look="outline"
      icon={needsKeys ? KeyRound : Pencil}
      onClick={() => showDialog({ is: 'edit', connection })}
    >
      {failure.kind === 'expired-credentials' ? 'Put in new keys…' : 'Edit connection…'}
    </Button>
  );
}
