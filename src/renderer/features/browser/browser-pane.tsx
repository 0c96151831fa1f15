import { FolderOpen, ListFilter, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import type { MenuItem } from '#renderer/ui/menu.tsx';
import { PointerMenu } from '#renderer/ui/menu.tsx';
import { EmptyState, FailureCallout, FailureState, SkeletonRows } from '#renderer/ui/states.tsx';
import { AsOfBanner } from './as-of-banner.tsx';
import type { BucketLocation } from './location.ts';
import { ObjectTable } from './object-table.tsx';
import { SelectionScope } from './selection-scope.tsx';
import { StatusBar } from './status-bar.tsx';
import { goUp, loadMore, lookAsOf, refresh, setFilter, useBrowser, useRows } from './store.ts';
import './browser.css';

interface BrowserPaneProps {
  location: BucketLocation;
  toolbar: ReactNode;
  /** The context menu of the rows, asked when it opens. */
  menu: () => MenuItem[][];
  /** What else can be done about a failure, such as asking for a secret. */
  remedy: (failure: Failure, retry: () => void) => ReactNode;
  /** Asks for another time to look back to. */
  onOtherTime: () => void;
  /** What can be done where nothing is yet. */
  emptyActions: ReactNode;
}

/** The objects and folders of one level, with all of its states. */
export function BrowserPane({
  location,
  toolbar,
  menu,
  remedy,
  onOtherTime,
  emptyActions,
}: BrowserPaneProps) {
  const { level, view } = useRows();
  const listing = useBrowser((state) => state.listing);
  const filter = useBrowser((state) => state.filter);
  const arranging = useBrowser((state) => state.arranging);
  const hasRows = level.length > 0;

  let body: ReactNode;
  if (!hasRows && listing.state === 'failed')
    body = (
      <FailureState failure={listing.failure} onRetry={() => refresh()}>
        {remedy(listing.failure, () => refresh())}
      </FailureState>
    );
  else if (!hasRows && listing.state === 'loading')
    body = (
      <div className="pane-loading" role="status" aria-label="Listing">
        <SkeletonRows rows={12} widths={[38, 24, 52, 31, 44]} />
        <p className="pane-wait">Waiting for the first page of {location.bucket}…</p>
      </div>
    );
  else if (!hasRows)
    body = <EmptyLevel location={location} stopped={listing.state === 'more'} actions={emptyActions} />;
  else if (view.length === 0 && filter !== '' && !arranging)
    body = (
      <EmptyState
        icon={listing.state === 'complete' ? SearchX : ListFilter}
        title={`No name here has “${filter}” in it`}
        text={
          listing.state === 'complete'
            ? 'The filter looks at the names of this level only.'
            : 'The filter looks at what is loaded, and there is more to load.'
        }
      >
        <Button look="outline" onClick={() => setFilter('')}>
          Clear filter
        </Button>
        {listing.state === 'more' && (
          <Button look="outline" onClick={() => loadMore('all')}>
            Load all
          </Button>
        )}
      </EmptyState>
    );
  else
    body = (
      <PointerMenu groups={menu} label="Objects">
        <div className="table-frame">
          <ObjectTable label={`Objects in ${location.bucket}/${location.prefix}`} />
        </div>
      </PointerMenu>
    );

  return (
    <section className="pane" aria-label="Objects">
      {toolbar}
      {location.asOf !== undefined && <AsOfBanner asOf={location.asOf} onOtherTime={onOtherTime} />}
      <SelectionScope />
      <div className="pane-body">{body}</div>
      {hasRows && listing.state === 'failed' && (
        <div className="browser-failure">
          <FailureCallout failure={listing.failure} onRetry={() => loadMore('more')}>
            {remedy(listing.failure, () => loadMore('more'))}
          </FailureCallout>
        </div>
      )}
      {hasRows && <StatusBar />}
    </section>
  );
}

interface EmptyLevelProps {
  location: BucketLocation;
  stopped: boolean;
  actions: ReactNode;
}

function EmptyLevel({ location, stopped, actions }: EmptyLevelProps) {
  const { bucket, prefix } = location;
  if (stopped)
    return (
      <EmptyState
        icon={FolderOpen}
        title="Stopped before anything was listed"
        text="Nothing has come from the server yet."
      >
        <Button look="outline" onClick={() => refresh()}>
          List again
        </Button>
      </EmptyState>
    );
  const up = (
    <Button look="outline" onClick={goUp}>
      Go up
    </Button>
  );
  if (location.asOf !== undefined)
    return (
      <EmptyState
        icon={FolderOpen}
        title="Nothing was here then"
        text="At that time no version of an object was the current one here, as far as the bucket remembers."
      >
        <Button look="outline" onClick={() => lookAsOf(undefined)}>
          Back to now
        </Button>
      </EmptyState>
    );
  if (prefix === '')
    return (
      <EmptyState
        icon={FolderOpen}
        title={`${bucket} is empty`}
        text="No object is in this bucket yet. Drop files or folders here; what other programs put here shows after a refresh."
      >
        {actions}
        <Button look="outline" onClick={() => refresh()}>
          Refresh
        </Button>
      </EmptyState>
    );
  return prefix.endsWith('/') ? (
    <EmptyState
      icon={FolderOpen}
      title="Nothing is in this folder"
      text="In S3 a folder is the shared start of some keys; no key in this bucket starts with this path (any more). Files that are dropped here make it."
    >
      {actions}
      {up}
    </EmptyState>
  ) : (
    <EmptyState
      icon={SearchX}
      title="No key starts like this"
      text="A path without a / at its end shows everything that starts with it. Upper and lower case differ."
    >
      {up}
    </EmptyState>
  );
}
