import { AcrossDialog } from './across-dialog.tsx';
import { FetchDialog } from './fetch-dialog.tsx';
import { useTransfers, type StartJob } from './store.ts';
import { SyncDialog } from './sync-dialog.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import './transfers.css';

interface TransferDialogsProps {
  onStart: StartJob;
  nameOf: (connectionId: string) => string;
  whyNoChange: (connectionId: string) => string | undefined;
}

/** The one dialog about transfers that is open, if any. */
export function TransferDialogs({ onStart, nameOf, whyNoChange }: TransferDialogsProps) {
  const dialog = useTransfers((state) => state.dialog);
  switch (dialog.is) {
    case 'none':
      return null;
    case 'upload':
      return <UploadDialog to={dialog.to} paths={dialog.paths} onStart={onStart} />;
    case 'fetch':
      return (
        <FetchDialog source={dialog.source} what={dialog.what} folder={dialog.folder} onStart={onStart} />
      );
    case 'across':
      return (
        <AcrossDialog
          source={dialog.source}
          what={dialog.what}
          to={dialog.to}
          nameOf={nameOf}
          onStart={onStart}
        />
      );
    case 'sync':
      return (
        <SyncDialog
          place={dialog.place}
          whyNoChange={whyNoChange(dialog.place.connectionId)}
          onStart={onStart}
        />
      );
  }
}
