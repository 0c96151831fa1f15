import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface BenchServer {
  endpoint: string;
  stop: () => void;
}

/** Starts memory-server.ts in a process of its own. */
export async function startServer(objects: {
  count: number;
  bytes: number;
  latencyMs: number;
}): Promise<BenchServer> {
  const { count, bytes, latencyMs } = objects;
  const path = fileURLToPath(new URL('memory-server.ts', import.meta.url));
  const child = fork(path, [count, bytes, latencyMs].map(String), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('The server has no output.');
  for await (const line of createInterface(child.stdout)) {
    const port = /^port: (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return { endpoint: `http://127.0.0.1:${port}`, stop: () => void child.kill() };
  }
  throw new Error('The server did not start.');
}

/** What rclone needs to talk to the server, as environment. */
export function rcloneEnv(endpoint: string): Record<string, string> {
  return {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_S3_PROVIDER: 'Other',
    RCLONE_S3_ENDPOINT: endpoint,
    RCLONE_S3_ACCESS_KEY_ID: 'bench',
    RCLONE_S3_SECRET_ACCESS_KEY: 'bench',
    RCLONE_S3_REGION: 'us-east-1',
    RCLONE_S3_LIST_VERSION: '2',
    AWS_CA_BUNDLE: '', // rclone 1.60 ends where it is set
  };
}

export function awsEnv(): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_DEFAULT_REGION: 'us-east-1' };
}
