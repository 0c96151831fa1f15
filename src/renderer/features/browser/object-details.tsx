import { useEffect, useState, type ReactNode } from 'react';
import { formatBytes, formatDate, formatExactBytes, formatIso } from '#renderer/ui/format.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';
import { CopyField, DetailsHead, Field, TextField } from './details-fields.tsx';
import { clearDetails, loadDetails, useDetails, type DetailsSubject } from './details-store.ts';
import { lastName, toUri, type BucketLocation } from './location.ts';
import { ObjectIcon } from './object-icon.tsx';
import { useRows } from './store.ts';

const tabs = [
  { id: 'info', label: 'Info' },
  { id: 'versions', label: 'Versions' },
  { id: 'access', label: 'Access' },
  { id: 'tags', label: 'Tags' },
  { id: 'links', label: 'Links' },
] as const;
export type DetailsTab = (typeof tabs)[number]['id'];

/** The tab that was looked at last: walking through a list stays on it. */
let lastTab: DetailsTab = 'info';

interface ObjectDetailsProps {
  location: BucketLocation;
  objectKey: string;
  /** What the tabs besides the first show. */
  renderTab: (tab: DetailsTab, object: DetailsSubject) => ReactNode;
}

/** About one object: what a listing and HEAD tell of it, and the tabs of what else is known. */
export function ObjectDetails({ location, objectKey, renderTab }: ObjectDetailsProps) {
  const { connectionId, bucket } = location;
  const [tab, setTab] = useState<DetailsTab>(lastTab);
  useEffect(() => {
    lastTab = tab;
  }, [tab]);
  const details = useDetails((state) => state.details);
  const { level, selection } = useRows();
  const [row = 0] = selection.rows();
  const versionId = level.versionIds[row];
  useEffect(() => {
    loadDetails({ connectionId, bucket, key: objectKey, versionId });
    return clearDetails;
  }, [connectionId, bucket, objectKey, versionId]);

  const mine = details.state !== 'none' && details.subject.key === objectKey ? details : undefined;
  const stat = mine?.state === 'ready' ? mine.stat : undefined;
  const size = stat?.size ?? level.sizeOf(row);
  const time = stat?.modifiedAt ?? level.timeOf(row);
  return (
    <>
      <DetailsHead
        icon={<ObjectIcon type={level.typeNameOf(row)} />}
        title={lastName(objectKey)}
        word={level.typeNameOf(row)}
      />
      <Tabs label="About the object" tabs={tabs} value={tab} onChange={setTab}>
        <div className="details-fields">
          {tab !== 'info' && renderTab(tab, { connectionId, bucket, key: objectKey, versionId })}
          {tab === 'info' && (
            <>
              {mine?.state === 'failed' && (
                <FailureCallout
                  failure={mine.failure}
                  onRetry={() => loadDetails({ connectionId, bucket, key: objectKey, versionId }, true)}
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
                  <TextField label="Content language" value={stat.contentLanguage} />
                  <TextField label="Cache control" value={stat.cacheControl} />
                  <TextField label="Expires" value={stat.expires} />
                  <TextField label="Storage class" value={stat.storageClass ?? 'STANDARD'} />
                  {stat.retainUntil !== undefined && (
                    <Field label="Retained until" title={formatIso(stat.retainUntil)}>
                      {formatDate(stat.retainUntil)}
                    </Field>
                  )}
                  {stat.legalHold === true && <Field label="Legal hold">On: it cannot be deleted</Field>}
                  <Metadata metadata={stat.metadata} />
                </>
              )}
            </>
          )}
        </div>
      </Tabs>
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
