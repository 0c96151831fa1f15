import { isOnPath, type Command } from './run.ts';

/** Whether a window can be shown to a person here. */
export function hasDisplay(platform = process.platform, env: NodeJS.ProcessEnv = process.env): boolean {
  if (platform !== 'linux') return true;
  return (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
}

/**
 * The command as it must be run to have a display: as it is where there is one, else under a virtual one of
 * 1600x1200.
 *
 * @throws Error when there is no display and no xvfb-run
 */
export function withDisplay(command: Command): Command {
  if (hasDisplay()) return command;
  if (!isOnPath('xvfb-run')) throw new Error('There is no display and no xvfb-run: run npm run setup.');
  return {
    command: 'xvfb-run',
    args: ['-a', '-s', '-screen 0 1600x1200x24 -nolisten tcp', command.command, ...command.args],
  };
}
