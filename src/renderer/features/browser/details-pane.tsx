import { Database, Folder, Layers } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { CopyField, DetailsHead, Field } from './details-fields.tsx';
import { isFolder, type Row } from './level.ts';
import { lastName, toUri, type BucketLocation } from './location.ts';
import { ObjectDetails } from './object-details.tsx';
import { useBrowser, useRows } from './store.ts';

interface DetailsPaneProps {
  location: BucketLocation;
  /** What is known of everything under a prefix, and the offer to count it. */
  renderFolderFacts: (prefix: string) => ReactNode;
  /** Offered for several things chosen. */
  selectionActions: ReactNode;
  /** What the tabs of an object besides the first show. */
  renderTab: ComponentProps<typeof ObjectDetails>['renderTab'];
}

/** About what is selected: one object, one folder, several, or the place itself. */
export function DetailsPane({ location, renderFolderFacts, selectionActions, renderTab }: DetailsPaneProps) {
  const { level, selection, wholePrefix } = useRows();
  const rows: Row[] = [];
  if (!wholePrefix && selection.size === 1) rows.push(...selection.rows());
  const [only] = rows;
  if (only !== undefined && !isFolder(only))
    return <ObjectDetails location={location} objectKey={level.keyOf(only)} renderTab={renderTab} />;
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
