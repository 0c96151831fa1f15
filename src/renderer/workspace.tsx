import { Lock, SquareChevronRight } from 'lucide-react';
import { useEffect } from 'react';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { formatShortcut, pickCommands, type Command } from '#renderer/ui/commands.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { itemsOf } from '#renderer/ui/menu.tsx';
import { Palette } from '#renderer/ui/palette.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { Sheet } from '#renderer/ui/sheet.tsx';
import { Splitter, usePaneSize } from '#renderer/ui/splitter.tsx';
import { useMedia } from '#renderer/ui/use-media.ts';
import { allCommands, onShortcut } from './app-commands.ts';
import { goTo } from './app-actions.ts';
import { answerJob, bucketTools, startAborting, startDeletion, whyNoChange } from './bucket-actions.ts';
import { BrowserPane } from './features/browser/browser-pane.tsx';
import { DetailsPane } from './features/browser/details-pane.tsx';
import { FilterField } from './features/browser/filter-field.tsx';
import { inBucket, toPath, type BucketLocation, type Location } from './features/browser/location.ts';
import { PathBar } from './features/browser/path-bar.tsx';
import { useBrowser } from './features/browser/store.ts';
import { chosenCount } from './features/browser/target.ts';
import { Toolbar } from './features/browser/toolbar.tsx';
import { PendingNotice } from './features/bucket-deletion/pending-notice.tsx';
import { bucketMenu } from './features/buckets/commands.ts';
import { BucketOverview } from './features/buckets/bucket-overview.tsx';
import { useConnections } from './features/connections/store.ts';
import { TenantOverview } from './features/connections/tenant-overview.tsx';
import { isSystemLevel } from './features/connections/tenants.ts';
import { ActivityDock } from './features/jobs/dock.tsx';
import { FolderFacts } from './features/jobs/folder-facts.tsx';
import { LimitsButton } from './features/transfers/limits-button.tsx';
import { useUploads } from './features/uploads/store.ts';
import { UploadsPane } from './features/uploads/uploads-pane.tsx';
import { closeSheet, ROOMY, setPaletteOpen, useLayout, WIDE } from './layout-store.ts';
import { remedyFor } from './remedy.tsx';
import { renderObjectTab } from './object-joins.tsx';
import { remedyForJob, UploadButtons } from './transfer-joins.tsx';
import { useOffer, useProfile } from './profiles.ts';
import { Sidebar } from './sidebar.tsx';

/** Title bar, sidebar, browser, details and dock. */
export function Workspace() {
  const location = useBrowser((state) => state.location);
  const paletteOpen = useLayout((state) => state.paletteOpen);
  const roomy = useMedia(ROOMY);
  const sidebar = usePaneSize('sidebar', 220, 160, 420);

  useEffect(() => {
    window.addEventListener('keydown', onShortcut);
    return () => window.removeEventListener('keydown', onShortcut);
  }, []);

  useEffect(() => {
    const place = location === undefined ? '' : toPath(location);
    document.title = place === '' ? 'Cooper' : `${revealText(place)} – Cooper`;
  }, [location]);

  return (
    <div className="workspace">
      <TitleBar location={location} />
      <main className="panes">
        <aside className="sidebar" aria-label="Sidebar" style={{ width: roomy ? sidebar.size : 48 }}>
          <Sidebar narrow={!roomy} location={location} />
        </aside>
        {roomy && <Splitter label="Width of the sidebar" pane={sidebar} grows="right" />}
        {location !== undefined && <Place location={location} />}
      </main>
      <ActivityDock onGo={goTo} onAnswer={answerJob} remedy={remedyForJob} tools={<LimitsButton />} />
      {paletteOpen && <Palette commands={allCommands()} onClose={() => setPaletteOpen(false)} />}
    </div>
  );
}

function TitleBar({ location }: { location: Location | undefined }) {
  const { name = '', readOnly = false } =
    useConnections((state) => state.connections.find(({ id }) => id === location?.connectionId)) ?? {};
  useBrowser((state) => state.back);
  useBrowser((state) => state.forward);
  const showsUploads = useUploads((state) => state.place !== undefined);
  return (
    <header className="title-bar">
      {pickCommands(allCommands(), ['back', 'forward', 'up']).map((command) => (
        <IconButton
          key={command.id}
          label={command.label}
          icon={command.icon}
          shortcut={command.shortcuts?.[0]}
          disabled={!command.when()}
          onClick={command.run}
          data-gives-focus
        />
      ))}
      {location !== undefined && (
        <PathBar
          key={`${location.connectionId}/${location.bucket ?? ''}`}
          location={location}
          connectionName={name}
        />
      )}
      {readOnly && (
        <span className="read-only-place" title="Cooper changes nothing through this connection">
          <Icon of={Lock} />
          <span>Read-only</span>
        </span>
      )}
      {inBucket(location) && !showsUploads && <FilterField />}
      <button
        type="button"
        className="palette-button"
        aria-label="Commands"
        title="Find a command"
        onClick={() => setPaletteOpen(true)}
      >
        <Icon of={SquareChevronRight} />
        <span className="kbd">{formatShortcut('Mod+K')}</span>
      </button>
    </header>
  );
}

function Place({ location }: { location: Location }) {
  const { connectionId } = location;
  const connection = useConnections((state) => state.connections.find(({ id }) => id === connectionId));
  const { reason } = useOffer(connectionId, { changes: true });
  const hasHistory = useBrowser((state) => state.back.length + state.forward.length > 0);
  if (inBucket(location)) return <BucketPlace location={location} />;
  const name = connection?.name ?? '';
  if (isSystemLevel(connection))
    return (
      <TenantOverview
        connection={connection}
        onGo={({ id }) => goTo({ connectionId: id, prefix: '' })}
        remedy={(failure, retry) => remedyFor(connectionId, failure, retry)}
      />
    );
  return (
    <BucketOverview
      connectionId={connectionId}
      connectionName={name}
      onOpen={(bucket) => goTo({ connectionId, bucket, prefix: '' })}
      takesFocus={hasHistory}
      waitText={
        connection?.kind === 'sandbox'
          ? 'Starting the sandbox. The first time, it is filled with sample data…'
          : `Waiting for ${name}…`
      }
      remedy={(failure, retry) => remedyFor(connectionId, failure, retry)}
      whyNoChange={reason}
      onNew={() => bucketTools.make(connectionId)}
      onDelete={(bucket) => {
        if (whyNoChange(connectionId) === undefined) bucketTools.remove({ connectionId, bucket });
      }}
      menu={(bucket) => bucketMenu(bucketTools, { connectionId, bucket })}
    >
      <PendingNotice
        connectionId={connectionId}
        whyNoChange={reason}
        onTryAgain={(place) => startDeletion(place, 'continue')}
      />
    </BucketOverview>
  );
}

const menuIds = [
  ['open', 'upload-files', 'upload-folder', 'download', 'download-to'],
  ['count', 'zip', 'zip-store', 'sync'],
  ['copy-objects', 'cut-objects', 'paste-objects', 'copy-to', 'move-to', 'rename'],
  ['edit-properties', 'links', 'copy-key', 'copy-uri'],
  ['delete'],
  ['new-folder', 'select-all', 'refresh'],
];

/** The toolbar's buttons. One object is saved under a name of its own, all else to a folder. */
function mainCommands(): Command[] {
  const { objects, folders, whole } = chosenCount();
  const download = !whole && objects === 1 && folders === 0 ? 'download' : 'download-to';
  return pickCommands(allCommands(), ['upload-files', download, 'new-folder', 'count', 'zip', 'delete']);
}

/** The toolbar's menu: what has no button of its own. */
const moreIds = [
  ['upload-folder', 'download-to', 'sync'],
  ['rename', 'copy-to', 'move-to'],
  ['copy-objects', 'cut-objects', 'paste-objects'],
  ['edit-properties', 'links', 'zip-store'],
  ['as-of', 'leave-as-of', 'bring-back'],
  ['bucket-settings', 'bucket-uploads', 'bucket-delete'],
];

const groupsOf = (ids: readonly string[][]) =>
  ids.map((group) => itemsOf(pickCommands(allCommands(), group)));

function BucketPlace({ location }: { location: BucketLocation }) {
  const { connectionId, bucket } = location;
  useProfile(connectionId);
  const wide = useMedia(WIDE);
  const detailsOpen = useLayout((state) => (wide ? state.detailsOpen : state.sheetOpen));
  const pane = usePaneSize('details', 300, 240, 520);
  const uploads = useUploads((state) => state.place);
  const { reason } = useOffer(connectionId, { changes: true });
  if (uploads?.connectionId === connectionId && uploads.bucket === bucket)
    return <UploadsPane place={uploads} whyNoChange={reason} onAbort={startAborting} />;
  const commands = allCommands();
  const details = (
    <DetailsPane
      location={location}
      renderFolderFacts={(prefix) => (
        <FolderFacts connectionId={connectionId} bucket={bucket} prefix={prefix} asOf={location.asOf} />
      )}
      renderTab={renderObjectTab}
      selectionActions={pickCommands(commands, [
        'download-to',
        'count',
        'zip',
        'edit-properties',
        'links',
        'delete',
      ]).map((command) => (
        <Button
          key={command.id}
          look="outline"
          icon={command.icon}
          reason={command.unavailable?.()}
          disabled={!command.when()}
          onClick={command.run}
        >
          {command.label}
        </Button>
      ))}
    />
  );
  return (
    <div className="place">
      <BrowserPane
        location={location}
        toolbar={
          <Toolbar
            main={mainCommands}
            more={() => groupsOf(moreIds)}
            side={pickCommands(commands, ['copy-key', 'copy-uri', 'refresh', 'details'])}
          />
        }
        menu={() => groupsOf(menuIds)}
        emptyActions={<UploadButtons />}
        onOtherTime={() => pickCommands(allCommands(), ['as-of'])[0]?.run()}
        remedy={(failure, retry) => remedyFor(connectionId, failure, retry)}
      />
      {detailsOpen && wide && <Splitter label="Width of the details" pane={pane} grows="left" />}
      {detailsOpen && wide && (
        <aside className="details" aria-label="Details" style={{ width: pane.size }}>
          {details}
        </aside>
      )}
      {detailsOpen && !wide && (
        <Sheet label="Details" width={pane.size} onClose={closeSheet}>
          {details}
        </Sheet>
      )}
    </div>
  );
}
