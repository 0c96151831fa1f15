import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWS_BEHAVIOUR, type Behaviour } from '#sandbox/behaviour.ts';
import type { FaultPlan } from '#sandbox/faults.ts';
import { AWS_LIMITS, type Limits } from '#sandbox/limits.ts';
import { ROUTES } from '#sandbox/routes.ts';
import { createS3Server } from '#sandbox/server.ts';
import { Store } from '#sandbox/store/store.ts';
import { makeUsers } from '#sandbox/users.ts';
import { withRetries } from '#storage/retry.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';
import { localSettings } from './endpoints.ts';

export interface OddServer {
  /** The engine on it, with retries. */
  storage: Storage;
  stop(): Promise<void>;
}

/** The sandbox with what other servers do differently. */
export async function startOddServer({
  behaviour = {},
  limits = {},
  plan,
}: { behaviour?: Partial<Behaviour>; limits?: Partial<Limits>; plan?: FaultPlan } = {}): Promise<OddServer> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-odd-'));
  const main = { accessKeyId: 'cooper-test', secretAccessKey: 'secret' };
  const internal: unknown[] = [];
  const store = await Store.open(folder, behaviour.versionOrder === 'oldest-first' ? 'integer' : 'random');
  const server = createS3Server({
    store,
    users: makeUsers(main, []),
    region: 'us-east-1',
    limits: { ...AWS_LIMITS, ...limits },
    behaviour: { ...AWS_BEHAVIOUR, ...behaviour },
    routes: ROUTES,
    faults: { plan, allowHeader: false },
    onInternalError: (error) => internal.push(error),
  });
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  const { port } = server.http.address() as AddressInfo;
  const settings = localSettings(`http://127.0.0.1:${String(port)}`, { accessKeyId: main.accessKeyId });
  const storage = withRetries(createS3Storage({ settings, secretAccessKey: main.secretAccessKey }), {
    attempts: 3,
    baseMs: 5,
  });
  return {
    storage,
    async stop() {
      storage.close();
      await server.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
      if (internal.length > 0) throw new AggregateError(internal, 'The server ran into errors of its own.');
    },
  };
}
