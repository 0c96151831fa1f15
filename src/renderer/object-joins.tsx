import type { ReactNode } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Job } from '#shared/job.ts';
import { copyText } from '#renderer/ui/clipboard.ts';
import type { Command } from '#renderer/ui/commands.ts';
import { reloadDetails } from './features/browser/details-store.ts';
import type { DetailsTab } from './features/browser/object-details.tsx';
import { folderOf, inBucket } from './features/browser/location.ts';
import { lookAsOf, refresh, useBrowser } from './features/browser/store.ts';
import { chosenCount, chosenTarget, targetHint } from './features/browser/target.ts';
import { prefixOf } from './features/jobs/describe.ts';
import { startDownload, startJob } from './features/jobs/store.ts';
import { notify } from './features/notices/store.ts';
import { AccessTab } from './features/objects/access-tab.tsx';
import { objectCommands } from './features/objects/commands.ts';
import type { Goal } from './features/objects/copy-dialog.tsx';
import { ObjectsDialogs } from './features/objects/dialogs.tsx';
import { LinksTab } from './features/objects/links-tab.tsx';
import { objectsChanged, showDialog, type ObjectRef } from './features/objects/store.ts';
import { TagsTab } from './features/objects/tags-tab.tsx';
import { VersionsTab } from './features/objects/versions-tab.tsx';
import { targetText } from './features/objects/target-text.ts';
import { showDialog as showTransfer } from './features/transfers/store.ts';
import { useConnections } from './features/connections/store.ts';
import { isSystemLevel } from './features/connections/tenants.ts';
import { offerOf, useOffer, type OfferQuestion } from './profiles.ts';

const place = () => {
  const { location } = useBrowser.getState();
  if (!inBucket(location)) return undefined;
  const { connectionId, bucket, prefix, asOf } = location;
  return { connectionId, bucket, prefix, inside: folderOf(prefix), asOf };
};

const refusalOf = (connectionId: string, question: OfferQuestion): string | undefined =>
  offerOf(connectionId, question).reason;

/** Connections that objects can be copied to, and why not. */
const goalsOf = (connections: readonly Connection[]): Goal[] =>
  connections
    .filter((connection) => !isSystemLevel(connection))
    .map(({ id, name }) => ({ id, name, refused: refusalOf(id, { changes: true }) }));

/** What can be done with the objects that the browser shows. */
export const commandsForObjects: readonly Command[] = objectCommands({
  place,
  chosen: chosenTarget,
  count: chosenCount,
  hint: targetHint,
  refusal: (question) => {
    const here = place();
    return here === undefined ? undefined : refusalOf(here.connectionId, question);
  },
  hasOtherGoal: () =>
    goalsOf(useConnections.getState().connections).some(
      ({ id, refused }) => id !== place()?.connectionId && refused === undefined,
    ),
  startJob,
  download: startDownload,
  transfer: (target, to) => showTransfer({ is: 'across', source: target, what: targetText(target), to }),
  copyText: (texts) => copyText(texts.join('\n')),
  notify: (text) => notify({ tone: 'ok', text }),
  leaveAsOf: () => lookAsOf(undefined),
});

/** The dialogs about objects, joined to the browser and the jobs. */
export function DialogsForObjects() {
  const connections = useConnections((state) => state.connections);
  return (
    <ObjectsDialogs
      onStart={startJob}
      onFolderMade={({ connectionId, bucket }, key) => showChange(connectionId, [bucket], key)}
      onLookAsOf={lookAsOf}
      connections={goalsOf(connections)}
      putRefused={(id) => refusalOf(id, { changes: true }) ?? refusalOf(id, { needs: 'presign' })}
      editOffers={(id) => ({
        tags: refusalOf(id, { needs: 'objectTags' }),
        access: refusalOf(id, { needs: 'objectAcl' }),
      })}
    />
  );
}

/** The tabs of an object's details besides the first. */
export function renderObjectTab(tab: DetailsTab, object: ObjectRef): ReactNode {
  return tab === 'info' ? null : <ObjectTab tab={tab} object={object} />;
}

const features = {
  versions: 'versioning',
  access: 'objectAcl',
  tags: 'objectTags',
  links: 'presign',
} as const;

function ObjectTab({ tab, object }: { tab: Exclude<DetailsTab, 'info'>; object: ObjectRef }) {
  const { connectionId, bucket, key, versionId } = object;
  const refused = useOffer(connectionId, { needs: features[tab] }).reason;
  const isPast = useBrowser((state) => state.location?.asOf !== undefined);
  const readOnly = useOffer(connectionId, { changes: true }).reason;
  const unchangeable = isPast ? 'This is the past: go back to now to change something.' : readOnly;
  const inside = folderOf(key);
  const target = { connectionId, bucket, base: inside, keys: [key], prefixes: [], bytes: 0 };
  const onEdit = () => showDialog({ is: 'edit', target });
  switch (tab) {
    case 'versions':
      return (
        <VersionsTab
          object={object}
          refused={refused}
          unchangeable={unchangeable}
          unrestorable={readOnly}
          onStart={startJob}
          onDownload={(ref) => void startDownload(ref)}
        />
      );
    case 'access':
      return <AccessTab object={object} refused={refused} unchangeable={unchangeable} onEdit={onEdit} />;
    case 'tags':
      return <TagsTab object={object} refused={refused} unchangeable={unchangeable} onEdit={onEdit} />;
    case 'links': {
      const objects = [versionId === undefined ? { key } : { key, versionId }];
      return (
        <LinksTab
          key={`${bucket}\n${key}\n${versionId ?? ''}`}
          object={object}
          refused={refused}
          onMore={() =>
            showDialog({ is: 'links', place: { connectionId, bucket }, inside, objects, folders: 0 })
          }
        />
      );
    }
  }
}

/** Lists again what a job may have changed, where the window looks at it. */
export function showChangesOf(job: Job): void {
  const { input } = job;
  switch (job.kind) {
    case 'count':
    case 'zip':
    case 'download':
    case 'abort-uploads':
    case 'delete-bucket':
    case 'fetch':
      return;
    case 'delete':
    case 'restore':
    case 'update':
    case 'upload':
    case 'sync':
      return showChange(input.connectionId, [input.bucket]);
    case 'transfer': {
      const { to } = job.input;
      return showChange(to.connectionId, [to.bucket]);
    }
    case 'copy': {
      const { to, base, chosen, bucket } = job.input;
      const isRename = base !== '' && base === (prefixOf(job.input) ?? chosen?.first);
      showChange(input.connectionId, [bucket, to.bucket], isRename ? to.prefix : undefined);
    }
  }
}

function showChange(connectionId: string, buckets: string[], key?: string): void {
  const { location } = useBrowser.getState();
  if (!inBucket(location) || location.connectionId !== connectionId || !buckets.includes(location.bucket))
    return;
  refresh(key);
  reloadDetails();
  objectsChanged();
}
