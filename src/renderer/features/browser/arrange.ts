import { inSlices } from './pacer.ts';
import { changed, revealCursor, useBrowser } from './state.ts';
import { View } from './view.ts';

/** Rows that a sorted view can take in at once. */
const MOST_BEHIND = 50_000;
/** Rows that fill any window. */
const SCREENFUL = 200;

const { getState: get, setState: set } = useBrowser;

let arrangement = new AbortController();
/** The level without a filter in the order of a column, which is not sorted anew while a filter is typed. */
let sorted: View | undefined;

/** Ends what is under way, and forgets the level. */
export function stopArranging(): void {
  arrangement.abort();
  forgetSorted();
}

/** Lets go of the level before, when another has taken its place. */
export function forgetSorted(): void {
  sorted = undefined;
}

/** Builds the view anew for another sort or filter. Rows that are there already show meanwhile, or else the old view. */
export function arrange(): void {
  arrangement.abort();
  arrangement = new AbortController();
  const { signal } = arrangement;
  const { level, filter, sort } = get();
  const known = sorted?.level === level && sorted.sort.column === sort.column ? sorted : undefined;
  const source = known === undefined || known.behind > MOST_BEHIND ? undefined : known;
  const view = new View(level, filter, sort);
  const showsMeanwhile = sort.column === 'name' && !sort.descending;
  let shown = 0;
  set({ arranging: true });
  const onSlice = (isThrough: boolean) => {
    if (get().level !== level) return arrange();
    if (isThrough) {
      if (filter === '' && sort.column !== 'name') sorted = view;
      get().selection.keepShown(view);
      set({ view, arranging: false });
      if (shown === 0) revealCursor();
      else changed();
    } else if (showsMeanwhile && view.length > shown && shown < SCREENFUL) {
      if (shown === 0) revealCursor();
      shown = view.length;
      set({ view });
      changed();
    }
  };
  const isEnough = () => showsMeanwhile && view.length >= SCREENFUL;
  inSlices(view.steps(source), { signal, isEnough, onSlice });
}
