import { z } from 'zod';
import { create } from 'zustand';
import { recall, remember } from '#renderer/ui/remember.ts';

interface LayoutState {
  paletteOpen: boolean;
  /** The details pane in a wide window, where it has a place of its own. */
  detailsOpen: boolean;
  /** The details as a sheet over the browser, in a narrow window. */
  sheetOpen: boolean;
  /** Connections whose buckets the user hid, and those whose buckets the user opened. */
  folded: ReadonlySet<string>;
  opened: ReadonlySet<string>;
}

export const useLayout = create<LayoutState>(() => ({
  paletteOpen: false,
  detailsOpen: recall('detailsOpen', z.boolean(), true),
  sheetOpen: false,
  folded: new Set(),
  opened: new Set(),
}));

const { getState: get, setState: set } = useLayout;

/** Below this, in pixels, the details are a sheet. */
export const WIDE = '(min-width: 1000px)';
/** Below this the sidebar is icons. */
export const ROOMY = '(min-width: 700px)';

export const setPaletteOpen = (paletteOpen: boolean): void => set({ paletteOpen });
export const closeSheet = (): void => set({ sheetOpen: false });

export function toggleDetails(): void {
  if (!matchMedia(WIDE).matches) return set({ sheetOpen: !get().sheetOpen });
  const detailsOpen = !get().detailsOpen;
  set({ detailsOpen });
  remember('detailsOpen', detailsOpen);
}

/** Shows or hides a connection's buckets in the sidebar. */
export function setFolded(connectionId: string, isFolded: boolean): void {
  const without = (ids: ReadonlySet<string>) => [...ids].filter((id) => id !== connectionId);
  const { folded, opened } = get();
  set({
    folded: new Set(isFolded ? [...folded, connectionId] : without(folded)),
    opened: new Set(isFolded ? without(opened) : [...opened, connectionId]),
  });
}
