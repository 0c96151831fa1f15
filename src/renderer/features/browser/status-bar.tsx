import { Button } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { loadMore, stopListing, useBrowser, useRows } from './store.ts';

/** For buttons that are gone once pressed: the focus goes to the rows. */
function thenRows(run: () => void): void {
  run();
  focusRows();
}

/** What is shown of how much, what is selected, and how to get the rest. */
export function StatusBar() {
  const { level, view, selection, wholePrefix } = useRows();
  const listing = useBrowser((state) => state.listing);
  const arranging = useBrowser((state) => state.arranging);
  const total = formatCount(level.length) + (listing.state === 'complete' ? '' : '+');
  const filtered = view.filter !== '';
  return (
    <div className="status-bar">
      <span role="status" aria-live="polite">
        {filtered || listing.state !== 'complete'
          ? `${formatCount(view.length)} shown of ${total}`
          : plural(level.length, 'item')}
        {arranging && ' · arranging…'}
      </span>
      {wholePrefix && <span>everything selected</span>}
      {!wholePrefix && selection.size > 0 && (
        <span title={selection.objects > 0 ? formatExactBytes(selection.bytes) : undefined}>
          {formatCount(selection.size)} selected
          {selection.objects > 0 && `, ${formatBytes(selection.bytes)}`}
        </span>
      )}
      <span className="gap" />
      {listing.state === 'loading' && (
        <>
          <span>listing…</span>
          <Button look="link" small onClick={() => thenRows(stopListing)}>
            Stop
          </Button>
        </>
      )}
      {listing.state === 'more' && (
        <>
          <Button look="link" small onClick={() => thenRows(() => loadMore('more'))}>
            Load more
          </Button>
          <Button look="link" small onClick={() => thenRows(() => loadMore('all'))}>
            Load all
          </Button>
        </>
      )}
    </div>
  );
}
