import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { type SandboxOptions, startSandbox } from '#sandbox/sandbox.ts';
import type { S3Settings } from '#shared/connection.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { createS3Client } from '#storage/s3/client.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';

/** A server that tests talk to, and the keys for it. */
export interface Endpoint {
  settings: S3Settings;
  secretAccessKey: string;
  /** Where the endpoint's name leads, for one that is in no DNS. */
  address?: string;
  /** False: everything by the SDK. */
  lean?: boolean;
  /** Somebody else's keys, where the server has more than one user. */
  other?: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

/** Settings for an endpoint on this computer; short timeouts, so that a hang shows. */
export function localSettings(endpoint: string, changes: Partial<S3Settings> = {}): S3Settings {
  return {
    preset: 'generic',
    endpoint,
    region: 'us-east-1',
    accessKeyId: 'cooper-test',
    addressing: 'path',
    connectTimeoutMs: 5_000,
    idleTimeoutMs: 30_000,
    ...changes,
  };
}

/** The Ceph that the environment names. Throws when it names none: a run without it would prove nothing. */
export function cephEndpoint(): Endpoint {
  const read = (name: string) => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`Set ${name}: npm run test:ceph does.`);
    return value;
  };
  const { S3_ALT_ACCESS_KEY, S3_ALT_SECRET_KEY } = process.env;
  return {
    settings: localSettings(read('S3_ENDPOINT'), {
      preset: 'ceph',
      region: read('S3_REGION'),
      accessKeyId: read('S3_ACCESS_KEY'),
    }),
    secretAccessKey: read('S3_SECRET_KEY'),
    ...(S3_ALT_ACCESS_KEY !== undefined &&
      S3_ALT_SECRET_KEY !== undefined && {
        other: { accessKeyId: S3_ALT_ACCESS_KEY, secretAccessKey: S3_ALT_SECRET_KEY },
      }),
    stop: async () => {},
  };
}

/** An embedded sandbox of the test's own, over a folder that is removed with it. `changes` are the sandbox's options. */
export async function sandboxEndpoint(changes: Partial<SandboxOptions> = {}): Promise<Endpoint> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-sandbox-'));
  const other = { accessKeyId: 'SOMEBODYELSE', secretAccessKey: "somebody else's secret" };
  const internal: unknown[] = [];
  const sandbox = await startSandbox({
    folder,
    extraUsers: [other],
    onInternalError: (error) => internal.push(error),
    ...changes,
  });
  return {
    settings: localSettings(sandbox.endpoint, { region: sandbox.region, accessKeyId: sandbox.accessKeyId }),
    secretAccessKey: sandbox.secretAccessKey,
    other,
    async stop() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
      if (internal.length > 0) throw new AggregateError(internal, 'The sandbox ran into errors of its own.');
    },
  };
}

/** The engine on an endpoint, without retries: what the server does shows as it is. */
export function storageOn(
  endpoint: Endpoint,
  changes: Partial<S3Settings> = {},
  secretAccessKey?: string,
): Storage {
  return createS3Storage({
    settings: { ...endpoint.settings, ...changes },
    secretAccessKey: secretAccessKey ?? endpoint.secretAccessKey,
    address: endpoint.address,
    lean: endpoint.lean,
  });
}

/** The bare SDK on an endpoint, for what the engine cannot do yet. The caller destroys it. */
export function rawClient({ settings, secretAccessKey, address }: Endpoint): S3Client {
  return createS3Client({ settings, secretAccessKey, address });
}

/** A name that no bucket has yet. */
export function freshBucketName(): string {
  return `cooper-${randomBytes(6).toString('hex')}`;
}

/** Makes a bucket with these objects in it; each holds its own key in UTF-8 unless `content` says otherwise. */
export async function seedBucket(
  storage: Storage,
  keys: Iterable<string>,
  content: (key: string) => Uint8Array = (key) => Buffer.from(key),
): Promise<string> {
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  const writes = mapConcurrent(keys, (key) => storage.write({ bucket, key, body: content(key) }), {
    limit: 16,
  });
  for await (const _ of writes);
  return bucket;
}
