import { arrange, forgetSorted, stopArranging } from './arrange.ts';
import { KeptSelection } from './kept-selection.ts';
import type { Row } from './level.ts';
import { listLevel } from './list-level.ts';
import { inBucket, parentOf, sameLocation, type Location } from './location.ts';
import type { Selection } from './selection.ts';
import { changed, emptyLevel, revealCursor, useBrowser, type Visit } from './state.ts';
import { byName, View, type SortColumn } from './view.ts';

export { useBrowser, useRows } from './state.ts';

export const FIRST_ROWS = 20_000;
const ALL_ROWS = 10_000_000;
const VISITS_KEPT = 100;

const { getState: get, setState: set } = useBrowser;

let listingUnderWay: { stop: () => void } | undefined;
/** The key that the cursor is to stand on, alone selected, once it is listed. */
let wantedKey: string | undefined;
/** What was selected before the level was listed anew, for as long as its rows come. */
let kept: KeptSelection | undefined;

/** Goes somewhere and remembers the way back. */
export function open(location: Location): void {
  const { location: from, back } = get();
  if (sameLocation(from, location)) return refresh();
  set({ back: from === undefined ? back : [...back, visit()].slice(-VISITS_KEPT), forward: [] });
  show({ location });
}

export function goBack(): void {
  const { back, forward } = get();
  const to = back.at(-1);
  if (to === undefined) return;
  set({ back: back.slice(0, -1), forward: [...forward, visit()] });
  show(to);
}

export function goForward(): void {
  const { back, forward } = get();
  const to = forward.at(-1);
  if (to === undefined) return;
  set({ forward: forward.slice(0, -1), back: [...back, visit()] });
  show(to);
}

export function goUp(): void {
  const { location, back } = get();
  const parent = location === undefined ? undefined : parentOf(location);
  if (location === undefined || parent === undefined) return;
  set({ back: [...back, visit()].slice(-VISITS_KEPT), forward: [] });
  show({ location: parent, cursorKey: location.prefix });
}

/** Forgets a connection that is gone: where it was looked at, and the way there. */
export function forget(connectionId: string): void {
  const { location, back, forward } = get();
  const stays = (entry: Visit) => entry.location.connectionId !== connectionId;
  set({ back: back.filter(stays), forward: forward.filter(stays) });
  if (location?.connectionId === connectionId) show({ location: undefined });
}

/**
 * Lists the level again. What was selected stays so, as far as it is still there; with `key`, that is selected instead.
 * What is shown stays until the first rows are there.
 */
export function refresh(key?: string): void {
  const { location, selection, level } = get();
  if (!inBucket(location)) return;
  const looking = kept;
  listingUnderWay?.stop();
  kept = looking;
  wantedKey = key;
  // what is selected may be far down: then as far as it was listed
  const rows = selection.size === 0 ? FIRST_ROWS : Math.max(FIRST_ROWS, level.length);
  list(undefined, rows, emptyLevel(location.prefix));
}

/** Lists on from where it stopped or failed: as many rows again as are there, or all of them. */
export function loadMore(amount: 'more' | 'all'): void {
  const { listing, level } = get();
  if (listing.state !== 'more' && listing.state !== 'failed') return;
  if (listing.token === undefined) return refresh();
  list(listing.token, amount === 'all' ? ALL_ROWS : Math.max(FIRST_ROWS, level.length));
}

/** Stops a listing and keeps what came. */
export function stopListing(): void {
  listingUnderWay?.stop();
}

export function setFilter(filter: string): void {
  set({ filter, wholePrefix: false });
  arrange();
}

/** Sorts by a column; by the same column again, the other way round. */
export function sortBy(column: SortColumn): void {
  const { sort } = get();
  set({ sort: { column, descending: sort.column === column && !sort.descending } });
  arrange();
}

/** Changes the selection in place, and lets everyone know. */
export function select(change: (selection: Selection, view: View) => void, scroll = false): void {
  const { selection, view } = get();
  wantedKey = undefined;
  kept = undefined;
  change(selection, view);
  set({ wholePrefix: false });
  if (scroll) revealCursor();
  else changed();
}

export function selectAll(): void {
  select((selection, view) => selection.all(view));
}

/** Widens Ctrl/Cmd+A to everything under the prefix, or back to what is loaded. */
export function chooseWholePrefix(wholePrefix: boolean): void {
  set({ wholePrefix });
}

/** Shows the bucket as it was at a time, or with undefined as it is now. */
export function lookAsOf(asOf: Date | undefined): void {
  const { location } = get();
  if (!inBucket(location)) return;
  const { asOf: _, ...here } = location;
  open(asOf === undefined ? here : { ...here, asOf });
}

/** Opens a folder, if the row is one. */
export function openRow(row: Row): void {
  const { location, level } = get();
  const key = level.keyOf(row);
  if (row < 0 && location !== undefined) open({ ...location, prefix: key });
}

function visit(): Visit {
  const { location, selection, level } = get();
  const here = location ?? { connectionId: '', prefix: '' };
  return selection.cursor === undefined
    ? { location: here }
    : { location: here, cursorKey: level.keyOf(selection.cursor) };
}

function show({ location, cursorKey }: { location: Location | undefined; cursorKey?: string }): void {
  listingUnderWay?.stop();
  stopArranging();
  wantedKey = cursorKey;
  kept = undefined;
  set((state) => ({
    location,
    ...emptyLevel(location?.prefix ?? ''),
    listing: { state: 'complete' },
    wholePrefix: false,
    filter: '',
    sort: byName,
    arranging: false,
    revision: state.revision + 1,
    reveal: state.reveal + 1,
  }));
  if (inBucket(location)) list(undefined, FIRST_ROWS);
}

/** Lists into the level that is shown, or into `fresh`, which takes its place with its first rows. */
function list(token: string | undefined, maxRows: number, fresh?: ReturnType<typeof emptyLevel>): void {
  const { location } = get();
  if (!inBucket(location)) return;
  listingUnderWay?.stop();
  set({ listing: { state: 'loading' } });
  let target = fresh;
  const shown = () => {
    if (target !== undefined) {
      const { filter, sort, level, selection } = get();
      // taken only now: it may have changed while the first rows were waited for
      kept = wantedKey === undefined ? new KeptSelection(level, selection, kept) : undefined;
      forgetSorted();
      set({ ...target, view: new View(target.level, filter, sort), wholePrefix: false });
      target = undefined;
    }
    return get().level;
  };
  listingUnderWay = listLevel(
    {
      connectionId: location.connectionId,
      bucket: location.bucket,
      prefix: location.prefix,
      asOf: location.asOf,
      maxRows,
    },
    token,
    {
      onPages(pages) {
        const level = shown();
        for (const page of pages) level.append(page);
        if (!get().arranging) get().view.catchUp();
        findKept();
        findWanted();
        changed();
      },
      onEnd(listing) {
        if (listing.state === 'complete') shown();
        wantedKey = undefined;
        kept = undefined;
        set({ listing });
        changed();
      },
    },
  );
}

function findKept(): void {
  const { level, view, selection, filter, arranging } = get();
  if (kept === undefined) return;
  const found = kept.findIn(level, selection);
  if (filter !== '' && !arranging) selection.keepShown(view);
  if (found) revealCursor();
}

function findWanted(): void {
  const { level, view, selection } = get();
  const row = wantedKey === undefined ? undefined : level.find(wantedKey);
  if (row === undefined || view.positionOf(row) === -1) return;
  wantedKey = undefined;
  selection.replaceWith(row);
  revealCursor();
}
