import { FileArchive, ListChecks, PanelBottom, Package, Pause, Play, RotateCw, Sigma } from 'lucide-react';
import type { Command } from '#renderer/ui/commands.ts';
import { isEnded, isInterrupted, isPausable } from './states.ts';
import {
  dismissEnded,
  pauseAll,
  resumeAll,
  resumeInterrupted,
  setDockOpen,
  startCount,
  startZip,
  useJobs,
  type JobTarget,
} from './store.ts';

/** The jobs that can be started, on what `target` says when they are run. */
export function jobCommands(
  target: () => JobTarget | undefined,
  hasTarget: () => boolean,
  hint: () => string | undefined,
): Command[] {
  const on = (run: (target: JobTarget) => Promise<void>) => () => {
    const found = target();
    if (found !== undefined) void run(found);
  };
  return [
    {
      id: 'count',
      label: 'Count',
      group: 'Objects',
      icon: Sigma,
      shortcuts: ['Mod+Shift+C'],
      hint,
      when: hasTarget,
      run: on(startCount),
    },
    {
      id: 'zip',
      label: 'Export ZIP…',
      group: 'Objects',
      icon: FileArchive,
      shortcuts: ['Mod+Shift+E', 'Mod+E'],
      hint,
      when: hasTarget,
      run: on((found) => startZip(found, 'auto')),
    },
    {
      id: 'zip-store',
      label: 'Export ZIP without compression…',
      group: 'Objects',
      icon: Package,
      hint,
      when: hasTarget,
      run: on((found) => startZip(found, 'store')),
    },
    {
      id: 'activity',
      label: 'Show or hide activity',
      group: 'Activity',
      icon: PanelBottom,
      shortcuts: ['Mod+J'],
      when: () => true,
      run: () => setDockOpen(!useJobs.getState().dockOpen),
    },
    {
      id: 'dismiss-ended',
      label: 'Dismiss all finished',
      group: 'Activity',
      icon: ListChecks,
      when: () => useJobs.getState().jobs.some(isEnded),
      run: () => void dismissEnded(),
    },
    {
      id: 'pause-all',
      label: 'Pause all transfers',
      group: 'Activity',
      icon: Pause,
      shortcuts: ['Mod+Shift+P'],
      when: () => useJobs.getState().jobs.some(isPausable),
      run: () => void pauseAll(),
    },
    {
      id: 'resume-all',
      label: 'Resume all transfers',
      group: 'Activity',
      icon: Play,
      shortcuts: ['Mod+Shift+R'],
      when: () => useJobs.getState().jobs.some(({ state }) => state === 'paused'),
      run: () => void resumeAll(),
    },
    {
      id: 'resume-interrupted',
      label: 'Resume what Cooper was closed under',
      group: 'Activity',
      icon: RotateCw,
      when: () => useJobs.getState().jobs.some(isInterrupted),
      run: () => void resumeInterrupted(),
    },
  ];
}
