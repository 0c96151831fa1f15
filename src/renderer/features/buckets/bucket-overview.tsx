import { Database, RotateCw } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { formatDate, formatIso, plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { EmptyState, FailureState, SkeletonRows } from '#renderer/ui/states.tsx';
import { loadBuckets, needBuckets, useBuckets } from './store.ts';
import './buckets.css';

interface BucketOverviewProps {
  connectionId: string;
  connectionName: string;
  onOpen: (bucket: string) => void;
  /** Takes the focus when nothing else has it: the user came here by key. */
  takesFocus: boolean;
  /** What is waited for, shown when it takes more than a second. */
  waitText: string;
  /** What else can be done about a failure. */
  remedy: (failure: Failure, retry: () => void) => ReactNode;
}

/** Where a connection starts: all of its buckets, with all of the states that this can have. */
export function BucketOverview({
  connectionId,
  connectionName,
  onOpen,
  takesFocus,
  waitText,
  remedy,
}: BucketOverviewProps) {
  const list = useBuckets((state) => state.lists[connectionId]);
  useEffect(() => needBuckets(connectionId), [connectionId]);
  const reload = () => void loadBuckets(connectionId);
  const rows = useRef<HTMLDivElement>(null);
  const isReady = list?.state === 'ready';
  useEffect(() => {
    if (isReady && takesFocus && document.activeElement === document.body)
      rows.current?.querySelector('button')?.focus();
  }, [isReady, takesFocus, connectionId]);

  let body: ReactNode;
  if (list === undefined || (list.state === 'loading' && list.buckets.length === 0))
    body = (
      <div className="pane-loading" role="status" aria-label="Loading buckets">
        <SkeletonRows rows={6} widths={[26, 34, 20]} />
        <p className="pane-wait">{waitText}</p>
      </div>
    );
  else if (list.state === 'failed')
    body = (
      <FailureState failure={list.failure} onRetry={reload}>
        {remedy(list.failure, reload)}
      </FailureState>
    );
  else if (list.buckets.length === 0)
    body = (
      <EmptyState
        icon={Database}
        title={`No bucket is to be seen on ${connectionName}`}
        text="Either there is none yet, or these keys may not list buckets. If you know a bucket’s name, type it into the path bar."
      >
        <Button look="outline" icon={RotateCw} onClick={reload}>
          Refresh
        </Button>
      </EmptyState>
    );
  else
    body = (
      <div role="table" aria-label={`Buckets of ${connectionName}`} className="overview-table">
        <div role="row" className="overview-row overview-head">
          <span role="columnheader">Name</span>
          <span role="columnheader">Created</span>
        </div>
        <div ref={rows} role="rowgroup" className="overview-rows" onKeyDown={moveFocus}>
          {list.buckets.map(({ name, createdAt }) => (
            <div key={name} role="row" aria-label={name} className="overview-row">
              <span role="cell" className="overview-cell">
                <button type="button" className="overview-bucket" onClick={() => onOpen(name)}>
                  <Icon of={Database} />
                  <span className="truncate">{name}</span>
                </button>
              </span>
              <span role="cell" className="muted" title={formatIso(createdAt)}>
                {formatDate(createdAt)}
              </span>
            </div>
          ))}
        </div>
      </div>
    );

  return (
    <section className="pane" aria-label="Buckets">
      <div className="toolbar">
        <span className="overview-title">
          {list === undefined || list.state !== 'ready' ? 'Buckets' : plural(list.buckets.length, 'bucket')}
        </span>
        <span className="gap" />
        <IconButton label="Refresh buckets" icon={RotateCw} onClick={reload} />
      </div>
      <div className="pane-body">{body}</div>
    </section>
  );
}

/** The arrow keys go from bucket to bucket. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.altKey) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  event.preventDefault();
  buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
}
