import { spawn } from 'node:child_process';

/** Whether a window can be shown to a person here. */
export function hasDisplay(platform = process.platform, env: NodeJS.ProcessEnv = process.env): boolean {
  if (platform !== 'linux') return true;
  return (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
}

/** Ends Xvfb when its standard input does, which is when this process ends, however that comes. */
const XVFB_WHILE_WE_LIVE = 'Xvfb -displayfd 3 "$@" & exec 3>&-; cat >/dev/null; kill $!';

export interface Display {
  /** What its programs need in their environment. */
  env: Record<string, string>;
  stop: () => void;
}

/**
 * The display that is there, else a virtual one of 1600x1200 that runs until it is stopped.
 *
 * @throws Error when there is no display and no Xvfb
 */
export async function openDisplay(): Promise<Display> {
  if (hasDisplay()) return { env: {}, stop: () => {} };
  const server = spawn(
    'sh',
    ['-c', XVFB_WHILE_WE_LIVE, 'sh', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'],
    {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      // In a group of its own: a Ctrl-C at the terminal must not take the display away before its clients end.
      detached: true,
    },
  );
  const number = await new Promise<string>((resolve, reject) => {
    const failed = () => reject(new Error('Xvfb gave no virtual display: run npm run setup.'));
    server.once('error', failed);
    server.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim())).once('close', failed);
  });
  return { env: { DISPLAY: `:${number}` }, stop: () => server.stdin?.end() };
}
