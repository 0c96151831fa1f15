import { Database, Plus, RotateCw } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { plural } from '#renderer/ui/format.ts';
import type { MenuItem } from '#renderer/ui/menu.tsx';
import { EmptyState, FailureState, SkeletonRows } from '#renderer/ui/states.tsx';
import { BucketTable } from './bucket-table.tsx';
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
  onNew: () => void;
  onDelete: (bucket: string) => void;
  /** Why nothing can be changed on this connection. */
  whyNoChange: string | undefined;
  menu: (bucket: string) => MenuItem[][];
  /** What has to be known before the buckets are looked at. */
  children?: ReactNode;
}

/** Where a connection starts: all of its buckets, with all of the states that this can have. */
export function BucketOverview(props: BucketOverviewProps) {
  const { connectionId, connectionName, whyNoChange } = props;
  const list = useBuckets((state) => state.lists[connectionId]);
  useEffect(() => needBuckets(connectionId), [connectionId]);
  const reload = () => void loadBuckets(connectionId);
  const make = (
    <Button icon={Plus} reason={whyNoChange} onClick={props.onNew} data-gives-focus>
      New bucket…
    </Button>
  );

  let body: ReactNode;
  if (list === undefined || (list.state === 'loading' && list.buckets.length === 0))
    body = (
      <div className="pane-loading" role="status" aria-label="Loading buckets">
        <SkeletonRows rows={6} widths={[26, 34, 20]} />
        <p className="pane-wait">{props.waitText}</p>
      </div>
    );
  else if (list.state === 'failed')
    body = (
      <FailureState failure={list.failure} onRetry={reload}>
        {props.remedy(list.failure, reload)}
      </FailureState>
    );
  else if (list.buckets.length === 0)
    body = (
      <EmptyState
        icon={Database}
        title={`No bucket is to be seen on ${connectionName}`}
        text="Either there is none yet, or these keys may not list buckets. If you know a bucket’s name, type it into the path bar."
      >
        <Button look="primary" icon={Plus} reason={whyNoChange} onClick={props.onNew}>
          New bucket…
        </Button>
        <Button look="outline" icon={RotateCw} onClick={reload}>
          Refresh
        </Button>
      </EmptyState>
    );
  else
    body = (
      <BucketTable
        label={`Buckets of ${connectionName}`}
        connectionId={connectionId}
        buckets={list.buckets}
        onOpen={props.onOpen}
        onDelete={props.onDelete}
        menu={props.menu}
        takesFocus={props.takesFocus && list.state === 'ready'}
      />
    );

  return (
    <section className="pane" aria-label="Buckets">
      <div className="toolbar" role="toolbar" aria-label="Buckets">
        <span className="overview-title">
          {list === undefined || list.state !== 'ready' ? 'Buckets' : plural(list.buckets.length, 'bucket')}
        </span>
        {make}
        <span className="gap" />
        <IconButton label="Refresh buckets" icon={RotateCw} shortcut="F5" onClick={reload} />
      </div>
      {props.children}
      <div className="pane-body">{body}</div>
    </section>
  );
}
