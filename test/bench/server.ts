import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ServerOptions, serverFlags } from './server/options.ts';

export interface BenchServer {
  endpoint: string;
  /** Undoes what clients have changed. Gives the CPU time that the server has used until now, in seconds. */
  reset: () => Promise<number>;
  stop: () => Promise<void>;
}

/**
 * Starts the bench's S3 server (server/main.ts) in a process of its own; its bucket is `bench`.
 * @throws Error when it does not start
 */
export async function startServer(options: Partial<ServerOptions>): Promise<BenchServer> {
  const path = fileURLToPath(new URL('server/main.ts', import.meta.url));
  const child = fork(path, serverFlags(options), {
    execArgv: ['--import', 'tsx', '--max-old-space-size=8192'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('The server has no output.');
  for await (const line of createInterface(child.stdout)) {
    const port = /^port: (\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    return {
      endpoint: `http://127.0.0.1:${port}`,
      reset: () => tell(child, 'reset'),
      stop: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, 'exit');
        child.kill();
        await exit;
      },
    };
  }
  throw new Error('The server did not start.');
}

async function tell(child: ChildProcess, message: string): Promise<number> {
  const answered = once(child, 'message') as Promise<[{ cpuSeconds: number }]>;
  child.send(message);
  const [{ cpuSeconds }] = await answered;
  return cpuSeconds;
}
