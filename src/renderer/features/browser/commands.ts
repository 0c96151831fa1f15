import {
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  ArrowUpDown,
  ClipboardCopy,
  CopyCheck,
  FolderOpen,
  Link2,
  ListEnd,
  ListFilter,
  RotateCw,
  Route,
} from 'lucide-react';
import { copyText } from '#renderer/ui/clipboard.ts';
import { isMac, type Command } from '#renderer/ui/commands.ts';
import { plural } from '#renderer/ui/format.ts';
import type { Notice } from '#renderer/ui/toasts.tsx';
import { isFolder } from './level.ts';
import { inBucket, parentOf, toUri } from './location.ts';
import {
  goBack,
  goForward,
  goUp,
  loadMore,
  openRow,
  refresh,
  selectAll,
  sortBy,
  useBrowser,
} from './store.ts';
import { targetHint } from './target.ts';
import type { SortColumn } from './view.ts';
import { focusFilterEvent, focusPathEvent } from './view-events.ts';

const state = () => useBrowser.getState();
const isInBucket = () => inBucket(state().location);
const hasRows = () => isInBucket() && state().level.length > 0;

/** The selected keys and prefixes; the place itself when nothing is selected. */
function chosenKeys(): string[] {
  const { selection, level, location } = state();
  if (selection.size === 0) return [location?.prefix ?? ''];
  return Array.from(selection.rows(), (row) => level.keyOf(row));
}

const chosenHint = () => (state().selection.size > 0 ? targetHint() : undefined);

const sortable: [SortColumn, string][] = [
  ['name', 'name'],
  ['size', 'size'],
  ['modified', 'time of change'],
  ['type', 'type'],
];

/** What can be done in the browser. `notify` says what has no other sign. */
export function browserCommands(notify: (notice: Notice) => void): Command[] {
  const copy = async (texts: string[], what: string) => {
    const done = await copyText(texts.join('\n'));
    if (done)
      notify({
        tone: 'ok',
        text: `Copied ${texts.length === 1 ? `the ${what}` : plural(texts.length, what)}.`,
      });
    else notify({ tone: 'danger', text: 'The system refused the clipboard.' });
  };
  return [
    {
      id: 'open',
      label: 'Open',
      group: 'Objects',
      icon: FolderOpen,
      shortcuts: ['Enter'],
      when: () => {
        const { cursor } = state().selection;
        return cursor !== undefined && isFolder(cursor);
      },
      run: () => {
        const { cursor } = state().selection;
        if (cursor !== undefined) openRow(cursor);
      },
    },
    {
      id: 'copy-key',
      label: 'Copy key',
      group: 'Objects',
      icon: ClipboardCopy,
      shortcuts: ['Mod+Shift+K', 'Mod+C'],
      hint: chosenHint,
      when: () => isInBucket() && (state().selection.size > 0 || state().location?.prefix !== ''),
      run: () => void copy(chosenKeys(), 'key'),
    },
    {
      id: 'copy-uri',
      label: 'Copy S3 URI',
      group: 'Objects',
      icon: Link2,
      shortcuts: ['Mod+Shift+U'],
      hint: chosenHint,
      when: isInBucket,
      run: () => {
        const bucket = state().location?.bucket ?? '';
        void copy(
          chosenKeys().map((key) => toUri(bucket, key)),
          'URI',
        );
      },
    },
    {
      id: 'select-all',
      label: 'Select all',
      group: 'Objects',
      icon: CopyCheck,
      shortcuts: ['Mod+A'],
      when: hasRows,
      run: selectAll,
    },
    {
      id: 'refresh',
      label: 'Refresh',
      group: 'View',
      icon: RotateCw,
      shortcuts: ['Mod+R', 'F5'],
      when: isInBucket,
      run: () => refresh(),
    },
    {
      id: 'load-all',
      label: 'Load all of this level',
      group: 'View',
      icon: ListEnd,
      when: () => isInBucket() && state().listing.state === 'more',
      run: () => loadMore('all'),
    },
    {
      id: 'filter',
      label: 'Filter by name',
      group: 'View',
      icon: ListFilter,
      shortcuts: ['Mod+F'],
      when: isInBucket,
      run: focusFilterEvent.send,
    },
    ...sortable.map(([column, word]): Command => ({
      id: `sort-${column}`,
      label: `Sort by ${word}`,
      group: 'View',
      icon: ArrowUpDown,
      when: hasRows,
      run: () => sortBy(column),
    })),
    {
      id: 'go-to-path',
      label: 'Go to path…',
      group: 'Go',
      icon: Route,
      shortcuts: ['Mod+L'],
      when: () => state().location !== undefined,
      run: focusPathEvent.send,
    },
    {
      id: 'back',
      label: 'Back',
      group: 'Go',
      icon: ArrowLeft,
      shortcuts: ['Alt+ArrowLeft', ...(isMac ? ['Mod+['] : [])],
      when: () => state().back.length > 0,
      run: goBack,
    },
    {
      id: 'forward',
      label: 'Forward',
      group: 'Go',
      icon: ArrowRight,
      shortcuts: ['Alt+ArrowRight', ...(isMac ? ['Mod+]'] : [])],
      when: () => state().forward.length > 0,
      run: goForward,
    },
    {
      id: 'up',
      label: 'Up',
      group: 'Go',
      icon: ArrowUp,
      shortcuts: ['Alt+ArrowUp', ...(isMac ? ['Mod+ArrowUp'] : [])],
      when: () => {
        const { location } = state();
        return location !== undefined && parentOf(location) !== undefined;
      },
      run: goUp,
    },
  ];
}
