import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ConnectionDraftInput } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import type { Job, JobRequest } from '#shared/job.ts';
import type { ListedObject, ObjectVersion } from '#shared/objects.ts';
import type { Profile } from '#shared/profile.ts';
import type { Storage } from '#storage/storage.ts';
import { type Cooper, startCooper } from '#test/router/support.ts';
import { freshBucketName } from '#test/support/endpoints.ts';

/** A server that the operations are tried on. */
export interface System {
  /** How a person signs in to it. */
  draft: ConnectionDraftInput;
  /** The same where there is a level above, and the names of the tenants there. */
  above?: { draft: ConnectionDraftInput; tenants: readonly string[] };
  stop(): Promise<void>;
}

type WithoutPlace<T> = T extends unknown ? Omit<T, 'connectionId' | 'bucket'> : never;

/** Cooper without its window, signed in to a server. */
export interface World {
  cooper: Cooper;
  api: Cooper['api'];
  draft: ConnectionDraftInput;
  above: System['above'];
  connectionId: string;
  profile: Profile;
  /** The engine below the router, for what a test needs to be there. */
  storage: Storage;
  /** A new bucket; versioned when asked, with these objects in it. */
  bucket(options?: { versioned?: boolean; keys?: readonly string[] }): Promise<string>;
  put(bucket: string, key: string, body?: string | Uint8Array): Promise<{ versionId?: string }>;
  text(bucket: string, key: string, versionId?: string): Promise<string>;
  /** Everything that is listed in a bucket. */
  keys(bucket: string, prefix?: string): Promise<string[]>;
  versions(bucket: string, prefix?: string): Promise<ObjectVersion[]>;
  /** Starts a job and waits for its end. */
  run(bucket: string, request: WithoutPlace<JobRequest>): Promise<Job>;
  /** The same; it has to end well, with no failures. */
  succeed(bucket: string, request: WithoutPlace<JobRequest>): Promise<Job>;
  /** A path for a file that is not there yet. */
  path(ending: string): string;
  stop(): Promise<void>;
}

export async function openWorld(system: System): Promise<World> {
  const cooper = await startCooper();
  const { api } = cooper;
  const { id: connectionId } = await api.connections.save.mutate(system.draft);
  const storage = await cooper.context.storages.get(connectionId);

  const world: World = {
    cooper,
    api,
    draft: system.draft,
    above: system.above,
    connectionId,
    profile: {
      probedAt: '',
      features: {},
      versionOrder: 'unknown',
      deleteNeedsMd5: 'unknown',
      addressing: 'path',
    },
    storage,

    async bucket({ versioned = false, keys = [] } = {}) {
      const bucket = freshBucketName();
      await api.buckets.create.mutate({ connectionId, bucket, versioning: versioned });
      for (const key of keys) await world.put(bucket, key);
      return bucket;
    },

    async put(bucket, key, body = key) {
      const { versionId } = await storage.write({ bucket, key, body: Buffer.from(body) });
      return versionId === undefined ? {} : { versionId };
    },

    async text(bucket, key, versionId) {
      const { body } = await storage.read({ bucket, key, versionId });
      const pieces: Buffer[] = [];
      for await (const piece of body) pieces.push(Buffer.from(piece as Uint8Array));
      return Buffer.concat(pieces).toString();
    },

    async keys(bucket, prefix = '') {
      const found: ListedObject[] = [];
      let token: string | undefined;
      do {
        const page = await storage.listPage({ bucket, prefix, token });
        found.push(...page.objects);
        token = page.nextToken;
      } while (token !== undefined);
      return found.map((object) => object.key);
    },

    async versions(bucket, prefix = '') {
      const found: ObjectVersion[] = [];
      let token: string | undefined;
      do {
        const page = await storage.listVersionsPage({ bucket, prefix, token });
        found.push(...page.versions);
        token = page.nextToken;
      } while (token !== undefined);
      return found;
    },

    async run(bucket, request) {
      const { id } = await api.jobs.start.mutate({ ...request, connectionId, bucket });
      for (;;) {
        const job = cooper.context.jobs.get(id);
        if (job.state !== 'running') return job;
        await delay(20);
      }
    },

    async succeed(bucket, request) {
      const job = await world.run(bucket, request);
      expect({
        state: job.state,
        failures: job.progress.failures.first,
        why: 'failure' in job ? job.failure : '',
      }).toEqual({
        state: 'done',
        failures: [],
        why: '',
      });
      return job;
    },

    path: (ending) => join(cooper.folder, `${randomBytes(4).toString('hex')}${ending}`),
    stop: () => cooper.stop(),
  };
  await world.bucket({ keys: ['sample'] }); // without a bucket and an object little can be found out
  world.profile = await api.connections.profile.mutate({ id: connectionId });
  return world;
}

/** A job ended well, but an object was refused: the failure, as that of a call. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly failure: Pick<Failure, 'kind' | 'message'>;

  constructor(failure: Pick<Failure, 'kind' | 'message'>) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Everything that a subscription sends until it ends. */
export function received<T>(
  subscribe: (handlers: {
    onData: (value: T) => void;
    onError: (error: unknown) => void;
    onComplete: () => void;
  }) => unknown,
): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const values: T[] = [];
    subscribe({
      onData: (value) => values.push(value),
      onError: (error) => reject(error instanceof Error ? error : new Error(String(error))),
      onComplete: () => resolve(values),
    });
  });
}
