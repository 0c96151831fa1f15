import { Database, Folder, Layers } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import {
  formatBytes,
  formatCount,
  formatDate,
  formatExactBytes,
  formatIso,
  plural,
} from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { Revealed } from '#renderer/ui/name.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { clearDetails, loadDetails, useDetails } from './details-store.ts';
import { isFolder, type Row } from './level.ts';
import { lastName, toUri, type BucketLocation } from './location.ts';
import { ObjectIcon } from './object-icon.tsx';
import { useBrowser, useRows } from './store.ts';

interface DetailsPaneProps {
  location: BucketLocation;
  /** What is known of everything under a prefix, and the offer to count it. */
  renderFolderFacts: (prefix: string) => ReactNode;
  /** Offered for several things chosen. */
  selectionActions: ReactNode;
}

/** About what is selected: one object, one folder, several, or the place itself. */
export function DetailsPane({ location, renderFolderFacts, selectionActions }: DetailsPaneProps) {
  const { level, selection, wholePrefix } = useRows();
  const rows: Row[] = [];
  if (!wholePrefix && selection.size === 1) rows.push(...selection.rows());
  const [only] = rows;
  if (only !== undefined && !isFolder(only))
    return (
      <ObjectDetails
        bucket={location.bucket}
        connectionId={location.connectionId}
        objectKey={level.keyOf(only)}
      />
    );
  if (only !== undefined) {
    const prefix = level.keyOf(only);
    return (
      <PlaceDetails icon={<Icon of={Folder} />} title={lastName(prefix)} word="Folder">
        <CopyField label="Path" value={prefix} />
        <CopyField label="URI" value={toUri(location.bucket, prefix)} />
        {renderFolderFacts(prefix)}
      </PlaceDetails>
    );
  }
  if (!wholePrefix && selection.size > 1)
    return (
      <PlaceDetails
        icon={<Icon of={Layers} />}
        title={`${formatCount(selection.size)} selected`}
        word="Selection"
      >
        <Field label="Objects">{formatCount(selection.objects)}</Field>
        <Field label="Folders">{formatCount(selection.folders)}</Field>
        <Field label="Size of the objects" title={formatExactBytes(selection.bytes)}>
          {formatBytes(selection.bytes)}
        </Field>
        {selection.folders > 0 && <p className="note">What the folders hold is not in these figures.</p>}
        <div className="actions">{selectionActions}</div>
      </PlaceDetails>
    );
  return <HereDetails location={location} renderFolderFacts={renderFolderFacts} />;
}

function HereDetails({
  location,
  renderFolderFacts,
}: Pick<DetailsPaneProps, 'location' | 'renderFolderFacts'>) {
  const { level } = useRows();
  const complete = useBrowser((state) => state.listing.state === 'complete');
  const known = complete || level.length > 0;
  const { bucket, prefix } = location;
  return (
    <PlaceDetails
      icon={<Icon of={prefix === '' ? Database : Folder} />}
      title={prefix === '' ? bucket : lastName(prefix)}
      word={prefix === '' ? 'Bucket' : 'Folder'}
    >
      {prefix !== '' && <CopyField label="Path" value={prefix} />}
      <CopyField label="URI" value={toUri(bucket, prefix)} />
      {known && (
        <>
          <Field label="At this level">
            {plural(level.folders.length, 'folder')}, {plural(level.keys.length, 'object')}
            {!complete && ' so far'}
          </Field>
          <Field label="Size of these objects" title={formatExactBytes(level.bytes)}>
            {formatBytes(level.bytes)}
            {!complete && ' so far'}
          </Field>
        </>
      )}
      {renderFolderFacts(prefix)}
    </PlaceDetails>
  );
}

function PlaceDetails({
  icon,
  title,
  word,
  children,
}: {
  icon: ReactNode;
  title: string;
  word: string;
  children: ReactNode;
}) {
  return (
    <>
      <DetailsHead icon={icon} title={title} word={word} />
      <div className="details-fields">{children}</div>
    </>
  );
}

function DetailsHead({ icon, title, word }: { icon: ReactNode; title: string; word: string }) {
  return (
    <header className="details-head">
      {icon}
      <div>
        <h2 className="details-title selectable">
          {title === '' ? <span className="name-none">(no name)</span> : <Revealed text={title} />}
        </h2>
        <p className="muted">{word}</p>
      </div>
    </header>
  );
}

function ObjectDetails({
  connectionId,
  bucket,
  objectKey,
}: {
  connectionId: string;
  bucket: string;
  objectKey: string;
}) {
  const details = useDetails((state) => state.details);
  const { level, selection } = useRows();
  useEffect(() => {
    loadDetails({ connectionId, bucket, key: objectKey });
    return clearDetails;
  }, [connectionId, bucket, objectKey]);

  const [row = 0] = selection.rows();
  const mine = details.state !== 'none' && details.subject.key === objectKey ? details : undefined;
  const stat = mine?.state === 'ready' ? mine.stat : undefined;
  const size = stat?.size ?? level.sizeOf(row);
  const time = stat?.modifiedAt ?? level.times[row];
  return (
    <>
      <DetailsHead
        icon={<ObjectIcon type={level.typeNameOf(row)} />}
        title={lastName(objectKey)}
        word={level.typeNameOf(row)}
      />
      <div className="details-fields">
        {mine?.state === 'failed' && (
          <FailureCallout
            failure={mine.failure}
            onRetry={() => loadDetails({ connectionId, bucket, key: objectKey }, true)}
          />
        )}
        <Field label="Size">
          {formatBytes(size)}
          {size >= 1000 && <span className="muted"> · {formatExactBytes(size)}</span>}
        </Field>
        <Field label="Modified" title={formatDate(time)}>
          {formatDate(time)}
          <br />
          <span className="muted">{formatIso(time)}</span>
        </Field>
        <CopyField label="Key" value={objectKey} />
        <CopyField label="URI" value={toUri(bucket, objectKey)} />
        {stat !== undefined && (
          <>
            <CopyField label="ETag" value={stat.etag} mono />
            {stat.versionId !== undefined && <CopyField label="Version" value={stat.versionId} mono />}
            <TextField label="Content type" value={stat.contentType} />
            <TextField label="Content encoding" value={stat.contentEncoding} />
            <TextField label="Content disposition" value={stat.contentDisposition} />
            <TextField label="Cache control" value={stat.cacheControl} />
            <TextField label="Storage class" value={stat.storageClass ?? 'STANDARD'} />
            <Metadata metadata={stat.metadata} />
          </>
        )}
      </div>
    </>
  );
}

function Metadata({ metadata }: { metadata: Record<string, string> }) {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return null;
  return (
    <section aria-label="Metadata" className="details-section">
      <h3 className="heading">Metadata</h3>
      {entries.map(([name, value]) => (
        <CopyField key={name} label={name} value={value} />
      ))}
    </section>
  );
}

function Field({
  label,
  title,
  children,
}: {
  label: string;
  title?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="details-field" title={title}>
      <span className="details-label">{label}</span>
      <span className="details-value selectable">{children}</span>
    </div>
  );
}

const TextField = ({ label, value }: { label: string; value: string | undefined }) =>
  value === undefined ? null : (
    <Field label={label}>
      <Revealed text={value} />
    </Field>
  );

/** A value to take along: its copy is exact, what is shown makes odd characters visible. */
function CopyField({ label, value, mono = false }: { label: string; value: string; mono?: boolean }) {
  return (
    <div className="details-field details-copy">
      <span className="details-label">{label}</span>
      <span className={`details-value selectable ${mono ? 'mono' : ''}`}>
        <Revealed text={value} />
      </span>
      <CopyButton look="icon" label={`Copy ${label}`} text={() => value} />
    </div>
  );
}
