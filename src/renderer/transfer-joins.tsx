import type { ReactNode } from 'react';
import { KeyRound } from 'lucide-react';
import type { Failure } from '#shared/failure.ts';
import type { Job } from '#shared/job.ts';
import { Button } from '#renderer/ui/button.tsx';
import { pickCommands, type Command } from '#renderer/ui/commands.ts';
import { folderOf, inBucket } from './features/browser/location.ts';
import { useBrowser } from './features/browser/store.ts';
import { currentTarget, targetHint } from './features/browser/target.ts';
import { showDialog, useConnections } from './features/connections/store.ts';
import { resumeJob, setDockOpen, startJob } from './features/jobs/store.ts';
import { notify } from './features/notices/store.ts';
import { transferCommands } from './features/transfers/commands.ts';
import { TransferDialogs } from './features/transfers/dialogs.tsx';
import { followDrags, followPastes } from './features/transfers/drop.ts';
import { loadDamaged } from './features/transfers/store.ts';
import { offerOf } from './profiles.ts';
import { remedyFor } from './remedy.tsx';

const whyNoChange = (connectionId: string) => offerOf(connectionId, { changes: true }).reason;

const nameOf = (connectionId: string) =>
  useConnections.getState().connections.find(({ id }) => id === connectionId)?.name ?? 'this connection';

/** The folder that is looked at. */
const place = () => {
  const { location } = useBrowser.getState();
  if (!inBucket(location)) return undefined;
  const { connectionId, bucket, prefix, asOf } = location;
  return { connectionId, bucket, prefix: folderOf(prefix), isPast: asOf !== undefined };
};

const tell = (text: string) => notify({ tone: 'warn', text });
const tellFailure = ({ message, nextStep }: Failure) =>
  notify({ tone: 'danger', text: `${message} ${nextStep}` });

/** Uploads, downloads to a folder, and syncs, of what the browser shows. */
export const commandsForTransfers: readonly Command[] = transferCommands({
  place,
  source: currentTarget,
  hint: targetHint,
  whyNoChange,
  onFailure: tellFailure,
  showActivity: () => setDockOpen(true),
});

/** The dialogs about transfers, joined to the jobs. */
export function DialogsForTransfers() {
  return <TransferDialogs onStart={startJob} nameOf={nameOf} whyNoChange={whyNoChange} />;
}

/** Follows files that are dragged or pasted from the desktop. Gives the function that ends it. */
export function followDesktop(): () => void {
  void loadDamaged();
  const here = () => {
    const { location } = useBrowser.getState();
    if (location === undefined) return undefined;
    const { connectionId, bucket, prefix, asOf } = location;
    return { connectionId, bucket, prefix: folderOf(prefix), isPast: asOf !== undefined };
  };
  const stopDrags = followDrags({ here, nameOf, whyNoChange }, tell);
  const stopPastes = followPastes(() => {
    const at = place();
    if (at === undefined) return undefined;
    const { isPast, ...to } = at;
    const reason = isPast
      ? 'This is the past: go back to now to upload something.'
      : whyNoChange(to.connectionId);
    return reason === undefined ? to : { reason };
  }, tell);
  return () => {
    stopDrags();
    stopPastes();
  };
}

/** What can be done where nothing is yet. */
export function UploadButtons() {
  return pickCommands(commandsForTransfers, ['upload-files', 'upload-folder']).map((command) => (
    <Button
      key={command.id}
      look="outline"
      icon={command.icon}
      reason={command.unavailable?.()}
      onClick={command.run}
    >
      {command.label}
    </Button>
  ));
}

const aboutSecret: readonly Failure['kind'][] = ['missing-secret', 'bad-credentials', 'expired-credentials'];

/** What can be done about a transfer that waits: give the secret again, mend the connection. */
export function remedyForJob(job: Job, failure: Failure): ReactNode {
  const { connectionId } = job.input;
  const goOn = () => void resumeJob(job.id);
  const connection = useConnections.getState().connections.find(({ id }) => id === connectionId);
  if (connection === undefined) return null;
  if (aboutSecret.includes(failure.kind))
    return (
      <Button
        small
        look="outline"
        icon={KeyRound}
        onClick={() => {
          // keys that have expired come with a new access key
          if (failure.kind === 'expired-credentials') showDialog({ is: 'edit', connection });
          else showDialog({ is: 'secret', connection, onSupplied: goOn });
        }}
      >
        Enter the secret again
      </Button>
    );
  return remedyFor(connectionId, failure, goOn);
}
