import { ArrowUpDown, CloudUpload, Database, Plus, RotateCw, Settings2, Trash2 } from 'lucide-react';
import { pickCommands, type Command } from '#renderer/ui/commands.ts';
import { itemsOf, type MenuItem } from '#renderer/ui/menu.tsx';
import { cursorOf, loadBuckets, sortBuckets, useBuckets } from './store.ts';
import type { SortColumn } from './sorting.ts';

export interface BucketTarget {
  connectionId: string;
  bucket: string;
}

export interface BucketCommandsOptions {
  /** Where the window looks. */
  place: () => { connectionId: string; bucket?: string } | undefined;
  /** Why nothing can be changed on a connection. */
  whyNoChange: (connectionId: string) => string | undefined;
  /** Why a connection's server has no unfinished uploads to show. */
  whyNoUploads: (connectionId: string) => string | undefined;
  make: (connectionId: string) => void;
  open: (target: BucketTarget) => void;
  /** The settings, by their ids and names, and the function that opens one. */
  settings: readonly { id: string; label: string }[];
  showSettings: (target: BucketTarget, section?: string) => void;
  showUploads: (target: BucketTarget) => void;
  remove: (target: BucketTarget) => void;
}

/** The bucket that is looked at; in the overview the one that the keyboard stands on. */
function targetOf(place: BucketCommandsOptions['place']): BucketTarget | undefined {
  const at = place();
  if (at === undefined) return undefined;
  const bucket = at.bucket ?? cursorOf(at.connectionId);
  return bucket === undefined ? undefined : { connectionId: at.connectionId, bucket };
}

const sortable: [SortColumn, string][] = [
  ['name', 'name'],
  ['owner', 'owner'],
  ['created', 'time of creation'],
  ['objects', 'number of objects'],
  ['bytes', 'size'],
];

/** What can be done about buckets. */
export function bucketCommands(options: BucketCommandsOptions): Command[] {
  const { place, whyNoChange, whyNoUploads } = options;
  const target = () => targetOf(place);
  const hint = () => target()?.bucket;
  const hasTarget = () => target() !== undefined;
  const inOverview = () => {
    const at = place();
    return at !== undefined && at.bucket === undefined;
  };
  const on = (run: (found: BucketTarget) => void) => () => {
    const found = target();
    if (found !== undefined) run(found);
  };
  const whyNot = (reason: (connectionId: string) => string | undefined) => () => {
    const at = place();
    return at === undefined ? undefined : reason(at.connectionId);
  };
  return [
    {
      id: 'bucket-new',
      label: 'New bucket…',
      group: 'Buckets',
      icon: Plus,
      shortcuts: ['Mod+Shift+B'],
      when: () => place() !== undefined,
      unavailable: whyNot(whyNoChange),
      run: () => {
        const at = place();
        if (at !== undefined) options.make(at.connectionId);
      },
    },
    {
      id: 'bucket-open',
      label: 'Open bucket',
      group: 'Buckets',
      icon: Database,
      hint,
      when: () => inOverview() && hasTarget(),
      run: on(options.open),
    },
    {
      id: 'bucket-settings',
      label: 'Bucket settings…',
      group: 'Buckets',
      icon: Settings2,
      shortcuts: ['Mod+Shift+S'],
      hint,
      when: hasTarget,
      run: on((found) => options.showSettings(found)),
    },
    ...options.settings.map(({ id, label }): Command => ({
      id: `bucket-settings-${id}`,
      label: `Bucket settings: ${label}…`,
      group: 'Buckets',
      icon: Settings2,
      hint,
      when: hasTarget,
      run: on((found) => options.showSettings(found, id)),
    })),
    {
      id: 'bucket-uploads',
      label: 'Unfinished uploads',
      group: 'Buckets',
      icon: CloudUpload,
      hint,
      when: hasTarget,
      unavailable: whyNot(whyNoUploads),
      run: on(options.showUploads),
    },
    {
      id: 'bucket-delete',
      label: 'Delete bucket…',
      group: 'Buckets',
      icon: Trash2,
      tone: 'danger',
      hint,
      when: hasTarget,
      unavailable: whyNot(whyNoChange),
      run: on(options.remove),
    },
    {
      id: 'buckets-refresh',
      label: 'Refresh buckets',
      group: 'View',
      icon: RotateCw,
      shortcuts: ['Mod+R', 'F5'],
      when: inOverview,
      run: () => {
        const at = place();
        if (at !== undefined) void loadBuckets(at.connectionId);
      },
    },
    ...sortable.map(([column, word]): Command => ({
      id: `buckets-sort-${column}`,
      label: `Sort buckets by ${word}`,
      group: 'View',
      icon: ArrowUpDown,
      when: () => {
        const at = place();
        const list = at === undefined ? undefined : useBuckets.getState().lists[at.connectionId];
        return inOverview() && (list?.buckets.length ?? 0) > 0;
      },
      run: () => sortBuckets(column),
    })),
  ];
}

/** The menu of one bucket, wherever it is shown. */
export function bucketMenu(
  options: Omit<BucketCommandsOptions, 'place'>,
  target: BucketTarget,
): MenuItem[][] {
  const commands = bucketCommands({ ...options, place: () => target });
  const items = (...ids: string[]) =>
    itemsOf(pickCommands(commands, ids)).map(({ shortcut: _, ...item }) => item);
  const open = { id: 'open', label: 'Open', icon: Database, run: () => options.open(target) };
  return [[open], items('bucket-settings', 'bucket-uploads'), items('bucket-delete')];
}
