import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Failure } from '#shared/failure.ts';
import { Level } from './level.ts';
import { folderOf, type Location } from './location.ts';
import { Selection } from './selection.ts';
import { byName, View, type Sort } from './view.ts';

/** How far the level was listed. */
export type Listing =
  | { state: 'loading' }
  /** Stopped before its end; the token continues it, without one it starts anew. */
  | { state: 'more'; token?: string }
  | { state: 'complete' }
  /** With a token, what came before the failure is shown and can be continued. */
  | { state: 'failed'; failure: Failure; token?: string };

export interface Visit {
  location: Location;
  /** The key that the cursor stood on, to come back to. */
  cursorKey?: string;
}

interface BrowserState {
  location: Location | undefined;
  back: Visit[];
  forward: Visit[];
  listing: Listing;
  level: Level;
  view: View;
  selection: Selection;
  /** Ctrl/Cmd+A was widened from what is loaded to everything under the prefix. */
  wholePrefix: boolean;
  filter: string;
  sort: Sort;
  /** The view is being sorted or filtered anew. */
  arranging: boolean;
  /** Grows when the level, the view or the selection, which are changed in place, have changed. */
  revision: number;
  /** Grows when the cursor is to be scrolled into sight. */
  reveal: number;
}

/** A level that nothing is known of yet. */
export const emptyLevel = (prefix: string) => {
  const level = new Level(folderOf(prefix));
  return { level, view: new View(level), selection: new Selection(level) };
};

export const useBrowser = create<BrowserState>(() => ({
  location: undefined,
  back: [],
  forward: [],
  listing: { state: 'complete' },
  ...emptyLevel(''),
  wholePrefix: false,
  filter: '',
  sort: byName,
  arranging: false,
  revision: 0,
  reveal: 0,
}));

/** The rows and what is selected of them; renders anew whenever either changes, though they change in place. */
export const useRows = () =>
  useBrowser(
    useShallow(({ level, view, selection, wholePrefix, revision }) => ({
      level,
      view,
      selection,
      wholePrefix,
      revision,
    })),
  );

/** Lets everyone know of a change in place. */
export const changed = () => useBrowser.setState((state) => ({ revision: state.revision + 1 }));
/** The same, and scrolls to the cursor. */
export const revealCursor = () =>
  useBrowser.setState((state) => ({ revision: state.revision + 1, reveal: state.reveal + 1 }));
