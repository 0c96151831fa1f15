import { ArchiveRestore, Download, FileClock, FileX2, Trash2 } from 'lucide-react';
import { useEffect } from 'react';
import { api } from '#renderer/api.ts';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { formatBytes, formatDate, formatExactBytes, formatIso } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import type { ObjectVersion } from '#shared/objects.ts';
import { showDialog, type ObjectRef, type StartJob } from './store.ts';
import { useAsked } from './use-asked.ts';

interface VersionsTabProps {
  object: ObjectRef;
  /** Why the server shows none. */
  refused: string | undefined;
  /** Why none can be deleted. */
  unchangeable: string | undefined;
  /** Why none can be restored: also where the past is looked at, they can. */
  unrestorable: string | undefined;
  onStart: StartJob;
  onDownload: (object: ObjectRef) => void;
}

const askVersions = ({ connectionId, bucket, key }: ObjectRef, signal: AbortSignal) =>
  api.objects.versions.query({ connectionId, bucket, key }, { signal });

/** Every version of a key and its delete markers, newest first, and what can be done with each. */
export function VersionsTab(props: VersionsTabProps) {
  return props.refused === undefined ? <Timeline {...props} /> : <p className="note">{props.refused}</p>;
}

function Timeline(props: VersionsTabProps) {
  const { asked, again } = useAsked(props.object, askVersions);
  // the button that was pressed may have gone with its version
  useEffect(() => {
    if (asked.state === 'ready' && document.activeElement === document.body) focusRows();
  }, [asked]);
  if (asked.state === 'asking') return <p className="note">Asking for the versions…</p>;
  if (asked.state === 'failed') return <FailureCallout failure={asked.failure} onRetry={again} />;
  const versions = asked.value;
  const [first] = versions;
  return (
    <>
      {versions.length <= 1 && first?.versionId === 'null' && (
        <p className="note">Only this one: the bucket kept no versions when it was written.</p>
      )}
      <ol className="timeline" aria-label="Versions">
        {versions.map((version) => (
          <VersionItem key={version.versionId + version.kind} version={version} {...props} />
        ))}
      </ol>
    </>
  );
}

function VersionItem({
  version,
  object,
  unchangeable,
  unrestorable,
  onStart,
  onDownload,
}: VersionsTabProps & { version: ObjectVersion }) {
  const { key, versionId, kind, isLatest, size, modifiedAt } = version;
  const { connectionId, bucket } = object;
  const marker = kind === 'delete-marker';
  const when = formatDate(modifiedAt);
  const restore = () =>
    void onStart({ kind: 'restore', connectionId, bucket, version: { key, versionId } }, 'Restore');
  const bringBack = () => void onStart({ kind: 'restore', connectionId, bucket, keys: [key] }, 'Bring back');
  return (
    <li
      className="version"
      data-shown={object.versionId === versionId || undefined}
      aria-label={`${marker ? 'Delete marker' : 'Version'} of ${when}${isLatest ? ', current' : ''}`}
    >
      <Icon of={marker ? FileX2 : FileClock} />
      <div className="version-facts">
        <span title={formatIso(modifiedAt)}>
          {when}
          {isLatest && <span className="badge">{marker ? 'deleted' : 'current'}</span>}
        </span>
        <span className="muted" title={marker ? undefined : formatExactBytes(size)}>
          {marker ? 'Delete marker' : formatBytes(size)}
          {version.storageClass !== undefined &&
            version.storageClass !== 'STANDARD' &&
            ` · ${version.storageClass}`}
        </span>
        <span className="version-id mono selectable" title={versionId}>
          {versionId}
        </span>
      </div>
      <div className="version-actions">
        {!marker && (
          <IconButton
            small
            label={`Download the version of ${when}`}
            icon={Download}
            onClick={() => onDownload({ connectionId, bucket, key, versionId })}
          />
        )}
        {!marker && !isLatest && (
          <IconButton
            small
            label={`Restore the version of ${when}`}
            icon={ArchiveRestore}
            reason={unrestorable}
            onClick={restore}
          />
        )}
        <IconButton
          small
          label={`Delete the ${marker ? 'delete marker' : 'version'} of ${when}`}
          icon={Trash2}
          reason={unchangeable}
          onClick={() => showDialog({ is: 'delete-version', place: { connectionId, bucket }, version })}
        />
      </div>
      {marker && isLatest && (
        <Button small look="outline" icon={ArchiveRestore} reason={unrestorable} onClick={bringBack}>
          Bring back
        </Button>
      )}
    </li>
  );
}
