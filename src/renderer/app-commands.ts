import { SquareChevronRight, Info } from 'lucide-react';
import { commandFor, type Command } from '#renderer/ui/commands.ts';
import { connectionTools } from './app-actions.ts';
import { bucketTools, whyNoChange } from './bucket-actions.ts';
import { browserCommands } from './features/browser/commands.ts';
import { useBrowser } from './features/browser/store.ts';
import { currentTarget, targetHint } from './features/browser/target.ts';
import { bucketCommands } from './features/buckets/commands.ts';
import { connectionCommands } from './features/connections/commands.ts';
import { jobCommands } from './features/jobs/commands.ts';
import { notify } from './features/notices/store.ts';
import { pasteByKey } from './features/transfers/drop.ts';
import { uploadCommands } from './features/uploads/commands.ts';
import { useUploads } from './features/uploads/store.ts';
import { setPaletteOpen, toggleDetails } from './layout-store.ts';
import { commandsForObjects } from './object-joins.tsx';
import { commandsForTransfers } from './transfer-joins.tsx';

const isInBucket = () => useBrowser.getState().location?.bucket !== undefined;

const fixedCommands: readonly Command[] = [
  ...jobCommands(currentTarget, isInBucket, targetHint),
  ...commandsForObjects,
  ...commandsForTransfers,
  ...browserCommands(notify),
  ...bucketCommands({ ...bucketTools, place: () => useBrowser.getState().location }),
  {
    id: 'details',
    label: 'Details',
    group: 'View',
    icon: Info,
    shortcuts: ['Mod+I'],
    when: isInBucket,
    run: toggleDetails,
  },
  {
    id: 'palette',
    label: 'Commands',
    group: 'View',
    icon: SquareChevronRight,
    shortcuts: ['Mod+K'],
    when: () => true,
    run: () => setPaletteOpen(true),
  },
];

/** About the rows of a bucket, which are not in sight while its unfinished uploads are. */
const isAboutRows = ({ id, group }: Command) =>
  group === 'Objects' || /^(refresh|filter|load-all|details|sort-.+)$/.test(id);
const besideUploads = [
  ...uploadCommands(whyNoChange),
  ...fixedCommands.filter((command) => !isAboutRows(command)),
];

/** Every command of the window, as of now. The native menu may be built of the same. */
export function allCommands(): Command[] {
  const current = () => useBrowser.getState().location?.connectionId;
  const fixed = useUploads.getState().place === undefined ? fixedCommands : besideUploads;
  return [...fixed, ...connectionCommands(current, connectionTools)];
}

/** Keys that belong to whoever edits text. */
const editingKeys = new Set([
  'a',
  'c',
  'v',
  'x',
  'z',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'Delete',
  'Escape',
]);

/** Runs the command that a key press is the shortcut of. Listens on the window, after every component. */
export function onShortcut(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  const { target } = event;
  const edits = target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
  if (edits && !event.shiftKey && editingKeys.has(event.key)) return;
  // Enter belongs to what has the focus; the table opens rows by itself
  if (event.key === 'Enter' && !event.altKey) return;
  // a text that is marked with the pointer is what Ctrl/Cmd+C copies
  if (event.key.toLowerCase() === 'c' && !event.shiftKey && getSelection()?.isCollapsed === false) return;
  const command = commandFor(event, allCommands());
  if (command === undefined) return;
  // whether it is about files of the desktop is told by the event that the key makes
  if (command.id === 'paste-objects') return pasteByKey(command.run);
  event.preventDefault();
  command.run();
}
