import { FolderDown, FolderSync, FolderUp, Gauge, Upload } from 'lucide-react';
import type { Command } from '#renderer/ui/commands.ts';
import type { Failure } from '#shared/failure.ts';
import { placeText } from './places.ts';
import { setLimitsOpen } from './settings-store.ts';
import { chooseFetch, chooseUpload, showDialog, type Place, type Source } from './store.ts';

/** What is looked at and chosen, read at the time a command runs. */
export interface TransfersWorld {
  /** The folder that is looked at; undefined outside a bucket. */
  place: () => (Place & { isPast: boolean }) | undefined;
  /** What is chosen, else everything where the window looks. */
  source: () => Source | undefined;
  /** The source in words. */
  hint: () => string | undefined;
  whyNoChange: (connectionId: string) => string | undefined;
  onFailure: (failure: Failure) => void;
  /** Makes room for the limits. */
  showActivity: () => void;
}

/** Uploads, downloads to a folder, and syncs. */
export function transferCommands(world: TransfersWorld): Command[] {
  const isHere = () => world.place() !== undefined;
  const cannotChange = () => {
    const here = world.place();
    if (here?.isPast === true) return 'This is the past: go back to now to change something.';
    return here === undefined ? undefined : world.whyNoChange(here.connectionId);
  };
  const goal = () => {
    const here = world.place();
    return here === undefined ? undefined : `to ${placeText(here)}`;
  };
  const upload = (what: 'files' | 'folders') => () => {
    const to = world.place();
    if (to === undefined) return;
    const { connectionId, bucket, prefix } = to;
    void chooseUpload({ connectionId, bucket, prefix }, what, world.onFailure);
  };
  return [
    {
      id: 'upload-files',
      label: 'Upload files…',
      short: 'Upload…',
      group: 'Objects',
      icon: Upload,
      shortcuts: ['Mod+U'],
      hint: goal,
      when: isHere,
      unavailable: cannotChange,
      run: upload('files'),
    },
    {
      id: 'upload-folder',
      label: 'Upload folder…',
      group: 'Objects',
      icon: FolderUp,
      shortcuts: ['Mod+Alt+U'],
      hint: goal,
      when: isHere,
      unavailable: cannotChange,
      run: upload('folders'),
    },
    {
      id: 'download-to',
      label: 'Download to folder…',
      short: 'Download…',
      group: 'Objects',
      icon: FolderDown,
      shortcuts: ['Mod+D'],
      hint: world.hint,
      when: isHere,
      run: () => {
        const source = world.source();
        if (source !== undefined) void chooseFetch(source, world.hint() ?? source.bucket, world.onFailure);
      },
    },
    {
      id: 'sync',
      label: 'Sync with a folder…',
      group: 'Objects',
      icon: FolderSync,
      shortcuts: ['Mod+Shift+Y'],
      hint: () => {
        const here = world.place();
        return here === undefined ? undefined : placeText(here);
      },
      when: isHere,
      unavailable: () =>
        world.place()?.isPast === true
          ? 'This is the past: go back to now to sync with a folder.'
          : undefined,
      run: () => {
        const here = world.place();
        if (here === undefined) return;
        const { connectionId, bucket, prefix } = here;
        showDialog({ is: 'sync', place: { connectionId, bucket, prefix } });
      },
    },
    {
      id: 'transfer-limits',
      label: 'Limits of transfers…',
      group: 'Activity',
      icon: Gauge,
      when: () => true,
      run: () => {
        world.showActivity();
        setLimitsOpen(true);
      },
    },
  ];
}
