import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobRequest } from '#shared/job.ts';
import type { BucketSurvey } from '#shared/objects.ts';
import { OWNER } from '#test/fake-hcp/support.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { failureOf, startCooper, type Cooper } from './support.ts';

const BEFORE = {
  enabled: true,
  prune: true,
  pruneDays: 30,
  keepDeletionRecords: true,
  useDeleteMarkers: false,
};

let hcp: FakeHcp;
let cooper: Cooper;
let connectionId: string;
beforeAll(async () => {
  hcp = await startFakeHcp({ quirks: { prune: 'never' } });
  cooper = await startCooper();
  const saved = await cooper.api.connections.save.mutate({
    kind: 'hcp',
    name: 'Archive',
    hcp: hcp.settings('finance', OWNER.username),
    password: OWNER.password,
    keepSecret: 'session',
  });
  connectionId = saved.id;
});
afterAll(async () => {
  await cooper.stop();
  await hcp.stop();
});

async function namespace(): Promise<string> {
  const bucket = freshBucketName();
  const settings = { owner: OWNER.username, versioning: BEFORE, searchEnabled: true };
  await hcp.addNamespace('finance', bucket, settings);
  const storage = await cooper.context.storages.get(connectionId);
  await storage.write({ bucket, key: 'k', body: Buffer.from('x') });
  return bucket;
}

async function run(request: JobRequest): Promise<Job> {
  const { id } = await cooper.api.jobs.start.mutate(request);
  await expect.poll(() => cooper.context.jobs.get(id).state, { timeout: 60_000 }).not.toBe('running');
  return cooper.context.jobs.get(id);
}

const pendingOf = async (bucket: string) =>
  (await cooper.api.buckets.pendingDeletions.query()).filter((one) => one.bucket === bucket);

describe('a deletion that HCP has still to clean up after', () => {
  it('is shown, and its namespace’s settings can be put back; it is said what does not come back', async () => {
    const bucket = await namespace();
    const request = { kind: 'delete-bucket', connectionId, bucket, confirm: bucket } as const;
    const job = await run({ ...request, namespace: 'reconfigure' });
    expect(job).toMatchObject({ result: { outcome: { state: 'cleaning-up' } } });
    const [pending] = await pendingOf(bucket);
    expect(pending).toMatchObject({ connectionId, changed: ['versioning', 'search'] });
    expect(pending?.since).toBeInstanceOf(Date);

    const { lost } = await cooper.api.buckets.putBack.mutate({ connectionId, bucket });
    expect(lost.join(' ')).toMatch(/pruned.*index was wiped/u);
    const { versioning, settings } = hcp.namespace('finance', bucket) ?? {};
    expect(versioning).toEqual(BEFORE);
    expect(settings?.['searchEnabled']).toBe(true);
    expect(await pendingOf(bucket)).toEqual([]);

    const again = await run({ ...request, namespace: 'continue' });
    expect(again).toMatchObject({ result: { outcome: { state: 'needs-reconfiguring' } } });
  }, 60_000);

  it('is kept when the settings cannot be put back', async () => {
    const bucket = await namespace();
    const request = { kind: 'delete-bucket', connectionId, bucket, confirm: bucket } as const;
    await run({ ...request, namespace: 'reconfigure' });
    hcp.setManagementApi('finance', false);
    const failure = await failureOf(cooper.api.buckets.putBack.mutate({ connectionId, bucket }));
    hcp.setManagementApi('finance', true);
    expect(failure).toMatchObject({ kind: 'access-denied', bucket });
    expect(await pendingOf(bucket)).toHaveLength(1);
  }, 60_000);

  it('that there is not is said to be unknown', async () => {
    const failure = await failureOf(
      cooper.api.buckets.putBack.mutate({ connectionId, bucket: 'nothing-waits' }),
    );
    expect(failure).toMatchObject({ kind: 'not-found', bucket: 'nothing-waits' });
  });
});

describe('a survey', () => {
  it('of more than a page counts as it goes, and what it gave stays as it was given', async () => {
    const bucket = freshBucketName();
    const storage = await cooper.context.storages.get(connectionId);
    await storage.createBucket(bucket);
    for (let n = 0; n < 1200; n += 50) {
      const keys = Array.from({ length: 50 }, (_, i) => `${n + i}`);
      await Promise.all(keys.map((key) => storage.write({ bucket, key, body: Buffer.from('xy') })));
    }
    const seen: BucketSurvey[] = [];
    for await (const snapshot of cooper.api.buckets.survey.subscribe({ connectionId, bucket }))
      seen.push(snapshot);
    expect(seen.at(-1)).toMatchObject({
      objects: 1200,
      versions: 1200,
      bytes: 2400,
      uploads: 0,
      isFinal: true,
    });
    expect(seen.filter(({ isFinal }) => isFinal)).toHaveLength(1);
    const counts = seen.map(({ versions }) => versions);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  }, 60_000);

  it('of a bucket that is not there fails with its name', async () => {
    const survey = async () => {
      for await (const _ of cooper.api.buckets.survey.subscribe({ connectionId, bucket: 'not-there' }));
    };
    expect(await failureOf(survey())).toMatchObject({ kind: 'not-found', bucket: 'not-there' });
  });
});
