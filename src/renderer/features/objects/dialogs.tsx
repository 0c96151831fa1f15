import { AsOfDialog } from './as-of-dialog.tsx';
import { BringBackDialog } from './bring-back-dialog.tsx';
import { CopyDialog, type Goal } from './copy-dialog.tsx';
import { DeleteDialog, DeleteVersionDialog } from './delete-dialogs.tsx';
import { EditDialog, type EditOffers } from './edit-dialog.tsx';
import { LinksDialog } from './links-dialog.tsx';
import { NewFolderDialog, RenameDialog } from './name-dialogs.tsx';
import { useObjects, type Place, type StartJob } from './store.ts';
import './objects.css';

interface ObjectsDialogsProps {
  onStart: StartJob;
  onFolderMade: (place: Place, key: string) => void;
  onLookAsOf: (asOf: Date) => void;
  /** Why a link to put an object cannot be made on a connection. */
  putRefused: (connectionId: string) => string | undefined;
  editOffers: (connectionId: string) => EditOffers;
  /** Where objects can be copied to, and why not. */
  connections: readonly Goal[];
}

/** The one dialog about objects that is open, if any. */
export function ObjectsDialogs(props: ObjectsDialogsProps) {
  const { onStart, onFolderMade, onLookAsOf, putRefused, editOffers } = props;
  const dialog = useObjects((state) => state.dialog);
  switch (dialog.is) {
    case 'none':
      return null;
    case 'new-folder':
      return <NewFolderDialog place={dialog.place} inside={dialog.inside} onMade={onFolderMade} />;
    case 'rename':
      return <RenameDialog place={dialog.place} named={dialog.named} onStart={onStart} />;
    case 'copy':
      return (
        <CopyDialog
          target={dialog.target}
          move={dialog.move}
          connections={props.connections}
          onStart={onStart}
        />
      );
    case 'delete':
      return <DeleteDialog target={dialog.target} onStart={onStart} />;
    case 'delete-version':
      return <DeleteVersionDialog place={dialog.place} version={dialog.version} onStart={onStart} />;
    case 'bring-back':
      return <BringBackDialog target={dialog.target} onStart={onStart} />;
    case 'edit':
      return (
        <EditDialog
          target={dialog.target}
          offers={editOffers(dialog.target.connectionId)}
          onStart={onStart}
        />
      );
    case 'links':
      return (
        <LinksDialog
          place={dialog.place}
          inside={dialog.inside}
          objects={dialog.objects}
          folders={dialog.folders}
          putRefused={putRefused(dialog.place.connectionId)}
        />
      );
    case 'as-of':
      return <AsOfDialog asOf={dialog.asOf} onLook={onLookAsOf} />;
  }
}
