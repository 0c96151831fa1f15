import { ArrowLeft, CircleX, CopyCheck, Hourglass, RotateCw } from 'lucide-react';
import type { Command } from '#renderer/ui/commands.ts';
import { plural } from '#renderer/ui/format.ts';
import { allOf } from './selection.ts';
import { ask, choose, hideUploads, idOf, listUploads, useUploads } from './store.ts';
import { askAboutChosen } from './uploads-pane.tsx';

const state = () => useUploads.getState();
const isShown = () => state().place !== undefined;

/** What can be done about unfinished uploads, while they are shown. */
export function uploadCommands(whyNoChange: (connectionId: string) => string | undefined): Command[] {
  const unavailable = () => {
    const { place } = state();
    return place === undefined ? undefined : whyNoChange(place.connectionId);
  };
  return [
    {
      id: 'uploads-abort',
      label: 'Abort chosen uploads…',
      group: 'Buckets',
      icon: CircleX,
      tone: 'danger',
      hint: () => plural(state().choice.chosen.size, 'upload'),
      when: () => isShown() && state().choice.chosen.size > 0,
      unavailable,
      run: askAboutChosen,
    },
    {
      id: 'uploads-abort-old',
      label: 'Abort old uploads…',
      group: 'Buckets',
      icon: Hourglass,
      tone: 'danger',
      when: () => isShown() && state().uploads.length > 0,
      unavailable,
      run: () => ask({ is: 'older' }),
    },
    {
      id: 'uploads-choose-all',
      label: 'Choose all uploads',
      group: 'Buckets',
      icon: CopyCheck,
      when: () => isShown() && state().uploads.length > 0,
      run: () => choose((choice) => allOf(choice, state().uploads.map(idOf))),
    },
    {
      id: 'uploads-refresh',
      label: 'Refresh uploads',
      group: 'View',
      icon: RotateCw,
      shortcuts: ['Mod+R', 'F5'],
      when: isShown,
      run: listUploads,
    },
    {
      id: 'uploads-close',
      label: 'Back to the objects',
      group: 'Go',
      icon: ArrowLeft,
      when: isShown,
      run: hideUploads,
    },
  ];
}
