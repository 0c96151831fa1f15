import { useEffect } from 'react';
import type { NamespaceSettings, NamespaceStatistics } from '#shared/hcp.ts';
import { formatBytes, formatCount, formatDate, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { FailureCallout, SkeletonRows } from '#renderer/ui/states.tsx';
import { loadNamespace, useSettings } from './store.ts';

const yesNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? 'yes' : 'no');

function settingRows(of: NamespaceSettings): [string, string | undefined][] {
  const { versioning } = of;
  return [
    ['Description', of.description],
    ['Owner', of.owner],
    ['Created', of.createdAt === undefined ? undefined : formatDate(of.createdAt)],
    ['Hard quota', of.hardQuota],
    ['Soft quota', of.softQuota === undefined ? undefined : `${of.softQuota} %`],
    ['Hash scheme', of.hashScheme],
    ['Optimized for', of.optimizedFor],
    ['Search', yesNo(of.searchEnabled)],
    ['Indexing', yesNo(of.indexingEnabled)],
    ['Access control lists', of.aclsUsage],
    ['Enterprise mode', yesNo(of.enterpriseMode)],
    ['Retention', of.retentionType],
    ['Overwrite without versions', yesNo(of.s3UnversionedOverwrite)],
    [
      'Unfinished uploads are aborted after',
      of.multipartUploadAutoAbortDays === undefined
        ? undefined
        : of.multipartUploadAutoAbortDays === 0
          ? 'never'
          : plural(of.multipartUploadAutoAbortDays, 'day'),
    ],
    ['Versioning', yesNo(versioning?.enabled)],
    ['Prune old versions', yesNo(versioning?.prune)],
    ['Prune after', versioning?.pruneDays === undefined ? undefined : plural(versioning.pruneDays, 'day')],
    ['Keep deletion records', yesNo(versioning?.keepDeletionRecords)],
    ['Delete markers', yesNo(versioning?.useDeleteMarkers)],
  ];
}

function Statistics({ of }: { of: NamespaceStatistics }) {
  return (
    <dl className="namespace-facts" aria-label="Statistics">
      <Fact name="Objects, old versions included" value={formatCount(of.objectCount)} />
      <Fact
        name="Space taken"
        value={formatBytes(of.storageCapacityUsed)}
        title={formatExactBytes(of.storageCapacityUsed)}
      />
      <Fact
        name="Written"
        value={formatBytes(of.ingestedVolume)}
        title={formatExactBytes(of.ingestedVolume)}
      />
      <Fact name="Custom metadata" value={formatCount(of.customMetadataCount)} />
    </dl>
  );
}

function Fact({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="selectable" title={title}>
        {value}
      </dd>
    </div>
  );
}

/** What the Management API tells of a bucket. */
export function NamespaceFacts() {
  const namespace = useSettings((state) => state.namespace);
  useEffect(() => {
    if (useSettings.getState().namespace === undefined) void loadNamespace();
  }, []);
  if (namespace === undefined || namespace.state === 'loading')
    return (
      <div role="status" aria-label="Loading">
        <SkeletonRows rows={6} widths={[40, 55, 35]} />
      </div>
    );
  if (namespace.state === 'failed')
    return <FailureCallout failure={namespace.failure} onRetry={() => void loadNamespace()} />;
  if (namespace.value === null)
    return <p className="note">This connection has no Management API, so nothing more is known.</p>;
  const { settings, statistics } = namespace.value;
  return (
    <>
      {statistics === undefined ? (
        <p className="note">This account may not see the statistics.</p>
      ) : (
        <Statistics of={statistics} />
      )}
      <dl className="namespace-facts" aria-label="Namespace">
        {settingRows(settings).map(([name, value]) =>
          value === undefined || value === '' ? null : <Fact key={name} name={name} value={value} />,
        )}
      </dl>
    </>
  );
}
