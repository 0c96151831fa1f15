import { useEffect } from 'react';
import { FailureState } from '#renderer/ui/states.tsx';
import { Toasts } from '#renderer/ui/toasts.tsx';
import { TipProvider } from '#renderer/ui/tooltip.tsx';
import { goTo, onConnectionSaved, onConnectionRemoved, startWindow } from './app-actions.ts';
import { DialogsForObjects } from './object-joins.tsx';
import {
  onBucketGone,
  onBucketMade,
  onGoneMeanwhile,
  onPutBack,
  startDeletion,
  whyNoChange,
  whyNotOffered,
} from './bucket-actions.ts';
import { DeletionDialogs } from './features/bucket-deletion/deletion-dialogs.tsx';
import { SettingsDialog } from './features/bucket-settings/settings-dialog.tsx';
import { MakeBucketDialog } from './features/buckets/make-dialog.tsx';
import { Workspace } from './workspace.tsx';
import { ConnectScreen } from './features/connections/connect-screen.tsx';
import { DamagedNotice } from './features/connections/damaged-notice.tsx';
import { ConnectionsDialogs } from './features/connections/dialogs.tsx';
import { loadConnections, useConnections } from './features/connections/store.ts';
import { DamagedTransfers } from './features/transfers/damaged-notice.tsx';
import { DropHint } from './features/transfers/drop-hint.tsx';
import { DialogsForTransfers } from './transfer-joins.tsx';
import { dismissNotice, useNotices } from './features/notices/store.ts';

/** The window: the connect screen while there is no connection, else the workspace. */
export function App() {
  useEffect(startWindow, []);
  const toasts = useNotices((state) => state.toasts);
  return (
    <TipProvider>
      <div className="window">
        <DamagedNotice />
        <DamagedTransfers />
        <Screen />
      </div>
      <ConnectionsDialogs onSaved={onConnectionSaved} onRemoved={onConnectionRemoved} />
      <DialogsForObjects />
      <DialogsForTransfers />
      <DropHint />
      <MakeBucketDialog whyNot={(id) => (feature) => whyNotOffered(id, feature)} onMade={onBucketMade} />
      <DeletionDialogs
        onStart={startDeletion}
        onRemoved={onBucketGone}
        onPutBack={onPutBack}
        onGone={onGoneMeanwhile}
      />
      <SettingsDialog whyNoChange={whyNoChange} whyNotOffered={whyNotOffered} />
      <Toasts toasts={toasts} onClose={dismissNotice} />
    </TipProvider>
  );
}

function Screen() {
  const status = useConnections((state) => state.status);
  const hasConnections = useConnections((state) => state.connections.length > 0);
  switch (status.state) {
    case 'loading':
      return null;
    case 'failed':
      return <FailureState failure={status.failure} onRetry={() => void loadConnections()} />;
    case 'ready':
      return hasConnections ? (
        <Workspace />
      ) : (
        <ConnectScreen onSaved={({ id }) => goTo({ connectionId: id, prefix: '' })} />
      );
  }
}
