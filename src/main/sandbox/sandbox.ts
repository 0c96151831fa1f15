import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { AWS_BEHAVIOUR } from './behaviour.ts';
import type { FaultPlan } from './faults.ts';
import { AWS_LIMITS } from './limits.ts';
import { ROUTES } from './routes.ts';
import { createS3Server } from './server.ts';
import { Store } from './store/store.ts';
import { makeUsers, type Credentials } from './users.ts';

export interface SandboxOptions {
  /** Where buckets are kept; made when it is not there. */
  folder: string;
  /** 0 or left out: a free one. */
  port?: number;
  host?: string;
  /** Left out: new random keys at every start. */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** More users, each with buckets of its own. */
  extraUsers?: readonly Credentials[];
  region?: string;
  /** For tests: what goes wrong with which request. */
  faults?: FaultPlan;
  /** For tests: a request may name its fault, as JSON in the header `x-cooper-fault`. */
  allowFaultHeader?: boolean;
  onInternalError?: (error: unknown) => void;
}

export interface Sandbox extends Credentials {
  /** `http://127.0.0.1:PORT`, for path style; for virtual-host style `http://BUCKET.localhost:PORT`. */
  endpoint: string;
  port: number;
  region: string;
  /** Cuts connections, and resolves when everything is on disk and the folder is free. */
  close(): Promise<void>;
}

/**
 * Starts an S3 server over a folder.
 *
 * What a request was told is done survives a kill of the process at any moment; a loss of power can take the last
 * seconds with it, for nothing is flushed to the disk by each request.
 *
 * @throws SandboxFolderError, for a person to read, when the folder cannot be used; what the operating system says when
 * the port cannot be.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { folder, port = 0, host = '127.0.0.1', region = 'us-east-1', extraUsers = [] } = options;
  const main: Credentials = {
    accessKeyId: options.accessKeyId ?? randomBytes(10).toString('hex').toUpperCase(),
    secretAccessKey: options.secretAccessKey ?? randomBytes(30).toString('base64'),
  };
  const store = await Store.open(folder);
  const server = createS3Server({
    store,
    users: makeUsers(main, extraUsers),
    region,
    limits: AWS_LIMITS,
    behaviour: AWS_BEHAVIOUR,
    routes: ROUTES,
    faults: { plan: options.faults, allowHeader: options.allowFaultHeader ?? false },
    onInternalError: options.onInternalError ?? (() => {}),
  });
  try {
    server.http.listen(port, host);
    await once(server.http, 'listening');
  } catch (error) {
    await store.close();
    throw error;
  }
  const address = server.http.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  let closed: Promise<void> | undefined;
  const close = async () => {
    await server.close();
    await store.close();
  };
  return {
    ...main,
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${String(listening)}`,
    port: listening,
    region,
    close: () => (closed ??= close()),
  };
}
