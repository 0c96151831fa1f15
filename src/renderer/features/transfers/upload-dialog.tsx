import { useState } from 'react';
import { z } from 'zod';
import { api } from '#renderer/api.ts';
import { Select } from '#renderer/ui/choices.tsx';
import { Segments } from '#renderer/ui/field.tsx';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { recall, remember } from '#renderer/ui/remember.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { storageClasses } from '#shared/storage-classes.ts';
import type { IfExists, UploadPreview } from '#shared/transfer.ts';
import { placeText } from './places.ts';
import { RuleRows } from './rule-rows.tsx';
import { closeDone, type Place, type StartJob } from './store.ts';
import { Figures, NamedList, TransferForm } from './transfer-form.tsx';
import { usePreview } from './use-preview.ts';
import {
  existsChoices,
  pathsText,
  ruleHeaders,
  ruleProblem,
  rulesOf,
  uploadDeed,
  type RuleRow,
} from './words.ts';

const linkChoices = [
  { id: 'leave-out', label: 'Leave out' },
  { id: 'follow', label: 'Follow' },
] as const;

const rowsSchema = z.array(
  z.object({
    pattern: z.string(),
    header: z.enum(ruleHeaders.map(({ id }) => id)),
    value: z.string(),
  }),
);

/** What an upload would do, as it is found out; what exists already is decided here, once for all. */
export function UploadDialog({ to, paths, onStart }: { to: Place; paths: string[]; onStart: StartJob }) {
  const [ifExists, setIfExists] = useState<IfExists>('skip');
  const [links, setLinks] = useState<'follow' | 'leave-out'>('leave-out');
  const [storageClass, setStorageClass] = useState('');
  const [rows, setRows] = useState<RuleRow[]>(() => recall('headerRules', rowsSchema, []));
  const input = { kind: 'upload', ...to, paths, links } as const;
  const { seen, failure, again } = usePreview<UploadPreview>(
    links,
    (handlers) => api.transfers.previewUpload.subscribe(input, handlers),
    (_, latest) => latest,
  );
  const start = async () => {
    remember('headerRules', rows);
    closeDone();
    await onStart(
      {
        ...input,
        ifExists,
        rules: rulesOf(rows),
        ...(storageClass !== '' && { storageClass }),
      },
      'Upload',
    );
  };
  return (
    <TransferForm
      title={`Upload ${pathsText(paths)} to ${placeText(to)}`}
      deed={failure === undefined ? uploadDeed(seen, ifExists) : { label: 'Upload', isNothing: true }}
      problem={ruleProblem(rows)}
      onSubmit={() => void start()}
    >
      <UploadFigures seen={seen} counting={failure === undefined && seen?.isFinal !== true} />
      {failure !== undefined && <FailureCallout failure={failure} onRetry={again} />}
      {seen !== undefined && seen.exists.count > 0 && (
        <NamedList
          summary={`${plural(seen.exists.count, 'of them exists', 'of them exist')} there already`}
          count={seen.exists.count}
          rows={seen.exists.first.map((name) => ({ name: name.slice(to.prefix.length) }))}
        />
      )}
      {seen !== undefined && seen.leftOut.count > 0 && (
        <NamedList
          open
          summary={`${plural(seen.leftOut.count, 'is', 'are')} left out`}
          count={seen.leftOut.count}
          rows={seen.leftOut.first.map(({ path, reason }) => ({ name: path, note: reason }))}
        />
      )}
      <div className="transfer-choices">
        <Select
          label="When something has that key already"
          value={ifExists}
          options={existsChoices('file')}
          onChange={setIfExists}
        />
        <div className="field">
          <span className="field-label">Symbolic links</span>
          <Segments label="Symbolic links" value={links} options={linkChoices} onChange={setLinks} />
        </div>
      </div>
      <details className="transfer-advanced" open={rows.length > 0}>
        <summary>Storage class and headers</summary>
        <div className="transfer-advanced-body">
          <Select
            label="Storage class"
            value={storageClass}
            options={[
              { id: '', label: 'As the bucket has it' },
              ...storageClasses.map((id) => ({ id, label: id })),
            ]}
            onChange={setStorageClass}
          />
          <RuleRows rows={rows} onChange={setRows} />
        </div>
      </details>
    </TransferForm>
  );
}

function UploadFigures({ seen, counting }: { seen: UploadPreview | undefined; counting: boolean }) {
  const { files = 0, folders = 0, bytes = 0, exists, leftOut } = seen ?? {};
  const there = exists?.count ?? 0;
  const out = leftOut?.count ?? 0;
  return (
    <Figures
      counting={counting}
      figures={[
        { label: 'Files', value: formatCount(files) },
        { label: 'Size', value: formatBytes(bytes), exact: formatExactBytes(bytes) },
        ...(folders > 0 ? [{ label: 'Empty folders', value: formatCount(folders) }] : []),
        {
          label: 'There already',
          value: formatCount(there),
          tone: there > 0 ? ('warn' as const) : undefined,
        },
        { label: 'Left out', value: formatCount(out), tone: out > 0 ? ('warn' as const) : undefined },
      ]}
    />
  );
}
