// Force delete of a versioned bucket of 20,000 versions and delete markers and 50 unfinished uploads, on the sandbox, a
// real Ceph and the fake HCP, against one DELETE per version, one after another. Requests are counted where this
// process sends them. Takes about ten minutes: npm run long -- force-delete [sandbox] [ceph] [hcp] [hcp-bulk]
import { spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { JobRunner } from '#jobs/runner.ts';
import type { NamespaceDraft } from '#shared/hcp.ts';
import { type DeleteBucketInput, jobInputSchema } from '#shared/job.ts';
import type { DeleteBucketResult } from '#shared/job-results.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { StorageError } from '#storage/errors.ts';
import { openStorage, type StorageAccess } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { versionPages } from '#storage/versions.ts';
import { ended } from '#test/jobs/support.ts';
import { startCeph, stopCeph } from '#test/support/ceph.ts';
import { cephEndpoint, freshBucketName } from '#test/support/endpoints.ts';
import type { Quirks } from '#test/support/fake-hcp/options.ts';
import { installCeph } from '../../scripts/lib/ceph-packages.ts';
import { must, say } from './report.ts';

/** 7,000 keys written twice, 6,000 of them deleted: 14,000 versions and 6,000 delete markers. */
const KEYS = 7_000;
const DELETED = 6_000;
const THINGS = 2 * KEYS + DELETED;
const UPLOADS = 50;
/** Versions on which the plain way is measured; the rest of it is multiplied. */
const PLAIN = 1_000;
const WRITES_AT_ONCE = 16;

interface System {
  name: string;
  storage: Storage;
  /** An empty bucket with versioning on. */
  bucket(): Promise<string>;
  stop(): Promise<void>;
}

let requests = 0;
subscribe('http.client.request.start', () => {
  requests += 1;
});

async function measured<T>(
  work: () => Promise<T>,
): Promise<{ result: T; requests: number; seconds: number }> {
  const before = requests;
  const begun = performance.now();
  const result = await work();
  return { result, requests: requests - before, seconds: (performance.now() - begun) / 1000 };
}

async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  for await (const _ of mapConcurrent(items, work, { limit: WRITES_AT_ONCE }));
}

const keys = (count: number) => Array.from({ length: count }, (_, n) => `${n % 70}/${n}`);

async function fill({ storage, bucket: make }: System): Promise<string> {
  const bucket = await make();
  const put = (key: string) => storage.write({ bucket, key, body: Buffer.from(key) });
  await inParallel(keys(KEYS), async (key) => {
    await put(key);
    await put(key);
  });
  await inParallel(keys(DELETED), (key) => storage.delete({ bucket, key }));
  await inParallel(keys(UPLOADS), (key) => storage.createUpload({ bucket, key: `unfinished/${key}` }));
  return bucket;
}

/** Seconds and requests that one DELETE after another takes for `PLAIN` versions. */
async function plain({ storage, bucket: make }: System): Promise<{ requests: number; seconds: number }> {
  const bucket = await make();
  await inParallel(keys(PLAIN), (key) => storage.write({ bucket, key, body: Buffer.from(key) }));
  const took = await measured(async () => {
    for await (const { versions } of versionPages(storage, { bucket }))
      for (const { key, versionId } of versions) await storage.delete({ bucket, key, versionId });
  });
  return took;
}

async function forceDelete(
  { storage }: System,
  bucket: string,
  namespace: DeleteBucketInput['namespace'],
): Promise<DeleteBucketResult> {
  const runner = new JobRunner(async () => storage);
  const request = { kind: 'delete-bucket', connectionId: 'long', bucket, confirm: bucket, namespace };
  const job = await ended(runner, await runner.start(jobInputSchema.parse(request)));
  await runner.close();
  const said = job.state === 'failed' ? job.failure.message : JSON.stringify(job.progress.failures.first[0]);
  must(job.state === 'done' && job.progress.failures.count === 0, `The force delete failed: ${said}`);
  must(job.kind === 'delete-bucket' && job.result !== undefined, 'The job has no result.');
  return job.result;
}

async function run(system: System): Promise<void> {
  const { name, storage } = system;
  const took = await plain(system);
  const times = THINGS / PLAIN;
  say(
    `${name}: ${PLAIN} versions by one DELETE after another: ${took.requests} requests, ${took.seconds.toFixed(1)} s; ` +
      `times ${times} for ${THINGS}: ${Math.round(took.requests * times)} requests, ${(took.seconds * times).toFixed(0)} s (multiplied, not measured).`,
  );
  const bucket = await fill(system);
  say(`${name}: bucket ${bucket} has ${THINGS} versions and delete markers and ${UPLOADS} uploads.`);

  const force = await measured(async () => {
    const first = await forceDelete(system, bucket, 'ask');
    if (first.outcome.state !== 'needs-reconfiguring') return [first];
    say(`${name}: HCP keeps deletion records; to be changed: ${first.outcome.changes.join(', ')}.`);
    return [first, await forceDelete(system, bucket, 'reconfigure')];
  });
  const last = force.result.at(-1);
  for (const { text } of force.result.flatMap(({ log }) => log)) say(`${name}:   ${text}`);
  must(last?.outcome.state === 'gone', `The bucket is ${last?.outcome.state}.`);
  const deleted = force.result[0]?.deleted;
  say(`${name}: deleted ${JSON.stringify(deleted)}.`);
  must((deleted?.versions ?? 0) >= 2 * KEYS && deleted?.uploads === UPLOADS, 'Something was not counted.');
  say(
    `${name}: force delete, measured in full: ${force.requests} requests, ${force.seconds.toFixed(1)} s; ` +
      `that is 1/${((took.requests * times) / force.requests).toFixed(0)} of the requests and 1/${((took.seconds * times) / force.seconds).toFixed(1)} of the time.`,
  );

  const names = (await storage.listBuckets()).map((one) => one.name);
  must(!names.includes(bucket), 'The bucket is still listed.');
  must(!(await storage.bucketExists(bucket)), 'The bucket still answers to its name.');
  const listing = await storage.listVersionsPage({ bucket }).catch((error: unknown) => error);
  must(listing instanceof StorageError && listing.kind === 'not-found', 'The bucket can still be listed.');
  say(`${name}: the bucket is gone: not in the list, not by its name, not to be listed.`);
}

/** A server in a process of its own. */
async function startServer(...args: string[]): Promise<{ storage: Storage; stop: () => Promise<void> }> {
  const path = fileURLToPath(new URL('server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exit.then(() => Promise.reject(new Error('The server did not start.'))),
  ])) as [string];
  return {
    storage: openStorage(JSON.parse(line) as StorageAccess),
    stop: async () => {
      child.stdin.end();
      await exit;
    },
  };
}

async function versioned(storage: Storage): Promise<string> {
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
  return bucket;
}

/** With deletion records, delete markers that show, and a search index: all that stands in a deletion's way. */
const NAMESPACE: NamespaceDraft = {
  searchEnabled: true,
  versioning: {
    enabled: true,
    prune: true,
    pruneDays: 30,
    keepDeletionRecords: true,
    useDeleteMarkers: true,
  },
};

async function fakeHcp(name: string, quirks: Partial<Quirks>): Promise<System> {
  const { storage, stop } = await startServer('hcp', JSON.stringify(quirks));
  return {
    name,
    storage,
    async bucket() {
      const bucket = freshBucketName();
      await storage.createBucket(bucket, { namespace: NAMESPACE });
      return bucket;
    },
    stop,
  };
}

const systems: Record<string, () => Promise<System>> = {
  async sandbox() {
    const { storage, stop } = await startServer('sandbox');
    return { name: 'Sandbox', storage, bucket: () => versioned(storage), stop };
  },

  /** The one that the environment names, else one of its own. */
  async ceph() {
    const work = await mkdtemp(join(tmpdir(), 'cooper-force-'));
    const isGiven = process.env['S3_ENDPOINT'] !== undefined;
    if (!isGiven) {
      installCeph(say);
      Object.assign(process.env, await startCeph(join(work, 'ceph')));
    }
    const storage = openStorage(cephEndpoint());
    return {
      name: 'Ceph',
      storage,
      bucket: () => versioned(storage),
      async stop() {
        if (!isGiven) await stopCeph(join(work, 'ceph'));
        await rm(work, { recursive: true, force: true });
      },
    };
  },

  hcp: () => fakeHcp('Fake HCP, versions not in bulk', { bulkVersions: 'refused' }),
  'hcp-bulk': () => fakeHcp('Fake HCP, versions in bulk', { bulkVersions: 'allowed' }),
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(systems)) {
  const start = systems[name];
  must(start !== undefined, `There is no “${name}”: ${Object.keys(systems).join(', ')}.`);
  const system = await start();
  try {
    await run(system);
  } finally {
    system.storage.close();
    await system.stop();
  }
}
