import { ArrowDown, ArrowUp, Database, Ellipsis } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { Bucket } from '#shared/objects.ts';
import { formatBytes, formatCount, formatDate, formatExactBytes, formatIso } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import type { MenuItem } from '#renderer/ui/menu.tsx';
import { BucketMenu, openMenuAt } from './bucket-menu.tsx';
import { markOf, ownerOf } from './marks.ts';
import { sortedBuckets, type SortColumn } from './sorting.ts';
import { sortBuckets, standOn, useBuckets } from './store.ts';

interface BucketTableProps {
  label: string;
  connectionId: string;
  buckets: readonly Bucket[];
  onOpen: (bucket: string) => void;
  onDelete: (bucket: string) => void;
  menu: (bucket: string) => MenuItem[][];
  /** Takes the focus when nothing else has it. */
  takesFocus: boolean;
}

const allColumns: { id: SortColumn; label: string; isNumber?: true }[] = [
  { id: 'name', label: 'Name' },
  { id: 'owner', label: 'Owner' },
  { id: 'created', label: 'Created' },
  { id: 'objects', label: 'Objects', isNumber: true },
  { id: 'bytes', label: 'Size', isNumber: true },
];

/** Only columns that the server has something for. */
function columnsOf(buckets: readonly Bucket[]) {
  const counted = buckets.some(({ statistics }) => statistics !== undefined);
  const owned = buckets.some(({ owner }) => owner !== undefined);
  return allColumns.filter(({ id }) => {
    if (id === 'owner') return owned;
    return counted || (id !== 'objects' && id !== 'bytes');
  });
}

/** All buckets of a connection. The rows are walked with the arrow keys; Enter opens, Delete asks to delete. */
export function BucketTable({ label, connectionId, buckets, takesFocus, ...props }: BucketTableProps) {
  const sort = useBuckets((state) => state.sort);
  const cursor = useBuckets((state) => state.cursors[connectionId]);
  const rows = useRef<HTMLDivElement>(null);
  const columns = columnsOf(buckets);
  const sorted = sortedBuckets(buckets, sort);
  const tabStop = sorted.some(({ name }) => name === cursor) ? cursor : sorted[0]?.name;

  useEffect(() => {
    if (takesFocus && document.activeElement === document.body)
      rows.current?.querySelector<HTMLElement>('.overview-bucket[tabindex="0"]')?.focus();
  }, [takesFocus, connectionId]);

  return (
    <div role="table" aria-label={label} className="overview-table" data-columns={columns.length}>
      <div role="row" className="overview-row overview-head">
        {columns.map(({ id, label: name, isNumber }) => (
          <BucketColumn key={id} id={id} label={name} isNumber={isNumber ?? false} />
        ))}
      </div>
      <BucketMenu menu={props.menu}>
        <div
          ref={rows}
          role="rowgroup"
          className="overview-rows"
          onKeyDown={(event) => onKeyDown(event, props.onDelete)}
        >
          {sorted.map((bucket) => (
            <BucketRow
              key={bucket.name}
              bucket={bucket}
              columns={columns.map(({ id }) => id)}
              isTabStop={bucket.name === tabStop}
              onFocus={() => standOn(connectionId, bucket.name)}
              onOpen={() => props.onOpen(bucket.name)}
            />
          ))}
        </div>
      </BucketMenu>
    </div>
  );
}

function BucketColumn({ id, label, isNumber }: { id: SortColumn; label: string; isNumber: boolean }) {
  const sort = useBuckets((state) => state.sort);
  const isSorted = sort.column === id;
  const direction = sort.descending ? 'descending' : 'ascending';
  return (
    <span
      role="columnheader"
      aria-sort={isSorted ? direction : 'none'}
      className={isNumber ? 'overview-number' : ''}
    >
      <button type="button" className="overview-sort" onClick={() => sortBuckets(id)}>
        {label}
        {isSorted && <Icon of={sort.descending ? ArrowDown : ArrowUp} />}
      </button>
    </span>
  );
}

interface BucketRowProps {
  bucket: Bucket;
  columns: readonly SortColumn[];
  isTabStop: boolean;
  onFocus: () => void;
  onOpen: () => void;
}

function BucketRow({ bucket, columns, isTabStop, onFocus, onOpen }: BucketRowProps) {
  const { name, createdAt, statistics } = bucket;
  const mark = markOf(bucket);
  return (
    <div role="row" aria-label={name} className="overview-row" data-bucket={name} onFocus={onFocus}>
      <span role="cell" className="overview-cell">
        <button
          type="button"
          className="overview-bucket"
          tabIndex={isTabStop ? 0 : -1}
          title={name}
          onClick={onOpen}
        >
          <Icon of={Database} />
          <span className="truncate">{name}</span>
        </button>
        {mark !== undefined && (
          <span className="overview-mark" title={mark.text}>
            {mark.word}
          </span>
        )}
        <button
          type="button"
          className="button button-icon button-small overview-more"
          tabIndex={isTabStop ? 0 : -1}
          aria-label={`More about ${name}`}
          aria-haspopup="menu"
          onClick={(event) => openMenuAt(event.currentTarget)}
        >
          <Icon of={Ellipsis} />
        </button>
      </span>
      {columns.includes('owner') && (
        <span role="cell" className="muted truncate" title={bucket.owner?.id}>
          {ownerOf(bucket)}
        </span>
      )}
      <span role="cell" className="muted truncate" title={formatIso(createdAt)}>
        {formatDate(createdAt)}
      </span>
      {columns.includes('objects') && (
        <>
          <span
            role="cell"
            className="muted overview-number"
            title="As the server keeps count: old versions included, and a little behind."
          >
            {statistics === undefined ? '—' : formatCount(statistics.objects)}
          </span>
          <span
            role="cell"
            className="muted overview-number"
            title={statistics === undefined ? undefined : formatExactBytes(statistics.bytes)}
          >
            {statistics === undefined ? '—' : formatBytes(statistics.bytes)}
          </span>
        </>
      )}
    </div>
  );
}

/** The arrow keys, Home and End go from bucket to bucket; Delete is about the one that they stand on. */
function onKeyDown(event: KeyboardEvent<HTMLElement>, onDelete: (bucket: string) => void): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.overview-bucket')];
  const row = document.activeElement?.closest<HTMLElement>('[data-bucket]');
  const at = buttons.findIndex((button) => row?.contains(button));
  const bucket = row?.dataset['bucket'];
  if (event.key === 'Delete' && bucket !== undefined) {
    event.preventDefault();
    onDelete(bucket);
    return;
  }
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  buttons[Math.min(buttons.length - 1, Math.max(0, to))]?.focus();
}
