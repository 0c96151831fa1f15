import {
  ArchiveRestore,
  Clipboard,
  ClipboardPaste,
  Copy,
  Download,
  FolderInput,
  FolderPlus,
  History,
  Link,
  PenLine,
  Scissors,
  SlidersHorizontal,
  Trash2,
  Undo2,
} from 'lucide-react';
import { isMac, type Command } from '#renderer/ui/commands.ts';
import { paste, pasteProblem } from './paste.ts';
import {
  showDialog,
  take,
  useObjects,
  type ObjectRef,
  type ObjectTarget,
  type Place,
  type StartJob,
} from './store.ts';
import { targetText } from './target-text.ts';

/** What is looked at and chosen, read at the time a command runs. */
export interface ObjectsWorld {
  /** Undefined outside a bucket. `inside`: the folder that is looked at. */
  place: () => (Place & { inside: string; prefix: string; asOf?: Date | undefined }) | undefined;
  chosen: () => (ObjectTarget & { versionIds: Record<string, string> }) | undefined;
  /** How many things are chosen, without looking at each. */
  count: () => { objects: number; folders: number; whole: boolean };
  hint: () => string | undefined;
  /** Why a connection cannot, in words. */
  refusal: (question: { changes?: boolean; needs?: 'versioning' | 'presign' }) => string | undefined;
  /** Whether another connection than the one that is looked at takes objects. */
  hasOtherGoal: () => boolean;
  startJob: StartJob;
  download: (object: ObjectRef) => Promise<void>;
  /** Shows the dialog before objects go to another bucket or connection. */
  transfer: (target: ObjectTarget, to: Place & { prefix: string }) => void;
  copyText: (texts: string[]) => Promise<boolean>;
  notify: (text: string) => void;
  leaveAsOf: () => void;
}

/** Everything that can be done with objects besides looking. */
export function objectCommands(world: ObjectsWorld): Command[] {
  const isHere = () => world.place() !== undefined;
  const isNow = () => isHere() && world.place()?.asOf === undefined;
  const some = () => {
    const { objects, folders, whole } = world.count();
    return whole || objects + folders > 0;
  };
  const one = () => {
    const { objects, folders, whole } = world.count();
    return !whole && objects + folders === 1;
  };
  const hint = () => (some() ? world.hint() : undefined);
  const cannotChange = () =>
    isHere() && !isNow()
      ? 'This is the past: go back to now to change something.'
      : world.refusal({ changes: true });
  const onChosen = (run: (target: NonNullable<ReturnType<ObjectsWorld['chosen']>>) => void) => () => {
    const target = world.chosen();
    if (target !== undefined) run(target);
  };
  /** The chosen folders, else everything where the window looks: what is deleted cannot be chosen. */
  const folders = (): ObjectTarget | undefined => {
    const here = world.place();
    if (here === undefined) return undefined;
    const { inside: base, prefix } = here;
    const place = { ...placeOf(here), base, keys: [], bytes: 0 };
    if (world.count().folders === 0) return { ...place, prefixes: [], prefix };
    return { ...place, prefixes: world.chosen()?.prefixes ?? [] };
  };
  const deletedHint = () => {
    const target = folders();
    return target === undefined ? undefined : targetText(target);
  };
  const group = 'Objects';

  return [
    {
      id: 'download',
      label: 'Download…',
      group,
      icon: Download,
      shortcuts: ['Mod+S'],
      hint,
      when: () => isHere() && one() && world.count().objects === 1,
      run: onChosen(({ connectionId, bucket, keys: [key], versionIds }) => {
        if (key !== undefined) void world.download({ connectionId, bucket, key, versionId: versionIds[key] });
      }),
    },
    {
      id: 'new-folder',
      label: 'New folder…',
      group,
      icon: FolderPlus,
      shortcuts: ['F7', 'Mod+Shift+N'],
      when: isHere,
      unavailable: cannotChange,
      run: () => {
        const here = world.place();
        if (here !== undefined) showDialog({ is: 'new-folder', place: placeOf(here), inside: here.inside });
      },
    },
    {
      id: 'rename',
      label: 'Rename…',
      group,
      icon: PenLine,
      shortcuts: ['F2'],
      hint,
      when: () => isHere() && one(),
      unavailable: cannotChange,
      run: onChosen((target) => {
        const { keys, prefixes } = target;
        const [key = ''] = [...keys, ...prefixes];
        // a folder's own marker has no name to change: the folder has
        const isFolder = prefixes.length > 0 || key.endsWith('/');
        showDialog({ is: 'rename', place: placeOf(target), named: { key, isFolder } });
      }),
    },
    {
      id: 'copy-to',
      label: 'Copy to…',
      group,
      icon: Copy,
      hint,
      when: () => isHere() && some(),
      // what may not be changed may still be copied elsewhere
      unavailable: () => (isNow() && world.hasOtherGoal() ? undefined : cannotChange()),
      run: onChosen((target) => showDialog({ is: 'copy', target, move: false })),
    },
    {
      id: 'move-to',
      label: 'Move to…',
      group,
      icon: FolderInput,
      shortcuts: ['F6'],
      hint,
      when: () => isHere() && some(),
      unavailable: cannotChange,
      run: onChosen((target) => showDialog({ is: 'copy', target, move: true })),
    },
    {
      id: 'copy-objects',
      label: 'Copy',
      group,
      icon: Clipboard,
      shortcuts: ['Mod+C'],
      hint,
      when: () => isHere() && some(),
      run: onChosen((target) => {
        take({ target, move: false });
        const names = target.prefix === undefined ? [...target.prefixes, ...target.keys] : [target.prefix];
        void world
          .copyText(names)
          .then((done) =>
            world.notify(
              done
                ? `Copied ${targetText(target)}: to paste in another folder, or its key as text.`
                : `Copied ${targetText(target)}, to paste in another folder.`,
            ),
          );
      }),
    },
    {
      id: 'cut-objects',
      label: 'Cut',
      group,
      icon: Scissors,
      shortcuts: ['Mod+X'],
      hint,
      when: () => isHere() && some(),
      unavailable: cannotChange,
      run: onChosen((target) => {
        take({ target, move: true });
        world.notify(`Cut ${targetText(target)}: it moves when it is pasted in another folder.`);
      }),
    },
    {
      id: 'paste-objects',
      label: 'Paste',
      group,
      icon: ClipboardPaste,
      shortcuts: ['Mod+V'],
      hint: () => {
        const { taken } = useObjects.getState();
        return taken === undefined ? undefined : targetText(taken.target);
      },
      when: () => isHere() && useObjects.getState().taken !== undefined,
      unavailable: () =>
        useObjects.getState().taken === undefined
          ? undefined
          : (cannotChange() ?? pasteProblem(world.place())),
      run: () => void paste(world.place(), world.startJob, world.transfer),
    },
    {
      id: 'edit-properties',
      label: 'Edit properties…',
      group,
      icon: SlidersHorizontal,
      shortcuts: ['Alt+Enter'],
      hint,
      when: () => isHere() && some(),
      unavailable: cannotChange,
      run: onChosen((target) => showDialog({ is: 'edit', target })),
    },
    {
      id: 'links',
      label: 'Presigned links…',
      group,
      icon: Link,
      shortcuts: ['Mod+Shift+L'],
      hint,
      when: () => isHere() && (world.count().objects > 0 || !some()),
      unavailable: () =>
        world.count().whole
          ? 'Links are made for objects that are loaded: select those.'
          : world.refusal({ needs: 'presign' }),
      run: () => {
        const here = world.place();
        if (here === undefined) return;
        const target = world.chosen();
        const objects = (target?.keys ?? []).map((key) => {
          const versionId = target?.versionIds[key];
          return versionId === undefined ? { key } : { key, versionId };
        });
        showDialog({
          is: 'links',
          place: placeOf(here),
          inside: here.inside,
          objects,
          folders: target?.prefixes.length ?? 0,
        });
      },
    },
    {
      id: 'delete',
      label: 'Delete…',
      group,
      icon: Trash2,
      shortcuts: ['Delete', ...(isMac ? ['Mod+Backspace'] : [])],
      tone: 'danger',
      hint,
      when: () => isHere() && some(),
      unavailable: cannotChange,
      run: onChosen((target) => showDialog({ is: 'delete', target })),
    },
    {
      id: 'bring-back',
      label: 'Show deleted…',
      group,
      icon: ArchiveRestore,
      shortcuts: ['Mod+Shift+D'],
      hint: deletedHint,
      when: isHere,
      unavailable: () => cannotChange() ?? world.refusal({ needs: 'versioning' }),
      run: () => {
        const target = folders();
        if (target !== undefined) showDialog({ is: 'bring-back', target });
      },
    },
    {
      id: 'as-of',
      label: 'As it was at…',
      group: 'View',
      icon: History,
      shortcuts: ['Mod+Shift+H'],
      when: isHere,
      unavailable: () => world.refusal({ needs: 'versioning' }),
      run: () => showDialog({ is: 'as-of', asOf: world.place()?.asOf }),
    },
    {
      id: 'leave-as-of',
      label: 'Back to now',
      group: 'View',
      icon: Undo2,
      when: () => isHere() && !isNow(),
      run: world.leaveAsOf,
    },
  ];
}

const placeOf = ({ connectionId, bucket }: Place): Place => ({ connectionId, bucket });
