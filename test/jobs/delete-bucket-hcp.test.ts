import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { PendingDeletions } from '#settings/pending-deletions.ts';
import type { DeleteBucketInput, Job } from '#shared/job.ts';
import { hcpSecret } from '#storage/hcp/credentials.ts';
import { openStorage } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { OWNER, sdk } from '#test/fake-hcp/support.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { QUIRKS } from '#test/support/fake-hcp/options.ts';
import { FileStore, noPause, putMany, runOn, versionsIn } from './deletion.ts';

const TENANT = 'finance';
const BEFORE = {
  enabled: true,
  prune: true,
  pruneDays: 30,
  keepDeletionRecords: true,
  useDeleteMarkers: true,
};

let hcp: FakeHcp;
let storage: Storage;
let folder: string;
const secret = hcpSecret('local', OWNER.password);
beforeAll(async () => {
  hcp = await startFakeHcp();
  storage = openStorage({ hcp: hcp.settings(TENANT, OWNER.username), secret }, { attempts: 2, baseMs: 5 });
  folder = await mkdtemp(join(tmpdir(), 'cooper-deletions-'));
});
afterAll(async () => {
  storage.close();
  await hcp.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => hcp.setQuirks(QUIRKS));

/** A settings file, and Cooper as it starts over it: with each call anew, as after a restart. */
function settingsFile() {
  const path = join(folder, `${freshBucketName()}.json`);
  return {
    path,
    start() {
      const deletions = new PendingDeletions(new FileStore(path));
      const bugs: unknown[] = [];
      const services = basicServices({ deletions, pause: noPause });
      const runner = new JobRunner(
        async () => storage,
        (bug) => bugs.push(bug),
        services,
      );
      onTestFinished(async () => {
        await runner.close();
        expect(bugs).toEqual([]);
      });
      return {
        deletions,
        remove: (bucket: string, namespace: DeleteBucketInput['namespace']) =>
          runOn(runner, bucket, { kind: 'delete-bucket', confirm: bucket, namespace }),
      };
    },
  };
}

/** A namespace with deletion records, markers, versions, folders of HCP's own and an unfinished upload. */
async function crowded({ searchEnabled = true } = {}): Promise<string> {
  const bucket = freshBucketName();
  await hcp.addNamespace(TENANT, bucket, { owner: OWNER.username, versioning: BEFORE, searchEnabled });
  for (const key of ['a', 'a', 'dir/b', 'dir/deep/c'])
    await storage.write({ bucket, key, body: Buffer.from(key) });
  await storage.delete({ bucket, key: 'dir/b' });
  await storage.createUpload({ bucket, key: 'half' });
  return bucket;
}

const resultOf = (job: Job) => {
  if (job.kind !== 'delete-bucket' || job.result === undefined) throw new Error('no result');
  return job.result;
};
const logOf = (job: Job) => resultOf(job).log.map(({ text }) => text);
const settingsOf = (bucket: string) => {
  const { versioning, settings } = hcp.namespace(TENANT, bucket) ?? {};
  return { versioning, searchEnabled: settings?.['searchEnabled'] };
};
const names = async () => (await storage.listBuckets()).map(({ name }) => name);

describe('force delete of a bucket that HCP keeps deletion records of', () => {
  it('ends with what would have to be changed, and changes nothing before that is agreed to', async () => {
    const bucket = await crowded();
    const before = settingsOf(bucket);
    const cooper = settingsFile().start();
    const job = await cooper.remove(bucket, 'ask');
    expect(job).toMatchObject({
      state: 'done',
      progress: { failures: { count: 0 } },
      result: {
        outcome: {
          state: 'needs-reconfiguring',
          changes: ['versioning', 'search'],
          before: { versioning: BEFORE, searchEnabled: true },
        },
      },
    });
    expect(settingsOf(bucket)).toEqual(before);
    expect(cooper.deletions.list()).toEqual([]);
    expect(hcp.requests.some(({ side, method }) => side === 'mapi' && method === 'POST')).toBe(false);
    expect((await versionsIn(storage, bucket)).filter(({ key }) => !key.endsWith('/'))).toEqual([]);
  });

  it('changes the namespace once that is agreed to, says so, and the bucket is gone', async () => {
    const bucket = await crowded();
    const cooper = settingsFile().start();
    const job = await cooper.remove(bucket, 'reconfigure');
    expect(job).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
    expect(logOf(job).some((text) => text.includes('cannot be got back'))).toBe(true);
    expect(logOf(job).join('\n')).not.toContain('search'); // it went without
    expect(cooper.deletions.list()).toEqual([]);
    expect(await names()).not.toContain(bucket);
    expect(hcp.namespace(TENANT, bucket)).toBe(undefined);
  });

  it('switches search off only when nothing else helps, and says that the index is lost', async () => {
    hcp.setQuirks({ pruneNeedsSearchOff: true });
    const bucket = await crowded();
    const job = await settingsFile().start().remove(bucket, 'reconfigure');
    expect(job).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
    const log = logOf(job);
    const versioning = log.findIndex((text) => text.startsWith('Changing the versioning'));
    const search = log.findIndex((text) => text.startsWith('Switching search off'));
    expect(versioning).toBeGreaterThan(-1);
    expect(search).toBeGreaterThan(versioning);
    expect(log[search]).toContain('cannot be undone');
  });

  it('tries both ways three times; still cleaning up, it says what failed and what was changed', async () => {
    hcp.setQuirks({ prune: 'never' });
    const bucket = await crowded();
    const file = settingsFile();
    const cooper = file.start();
    hcp.requests.length = 0;
    const job = await cooper.remove(bucket, 'reconfigure');
    expect(job).toMatchObject({
      state: 'done',
      result: {
        outcome: {
          state: 'cleaning-up',
          failure: { kind: 'not-empty', bucket },
          changed: ['versioning', 'search'],
          before: { versioning: BEFORE, searchEnabled: true },
        },
      },
    });
    const deletions = hcp.requests.filter(
      ({ method, path }) => method === 'DELETE' && /^\/[^/]+\/?(\?x-id=\w+)?$|namespaces\/[^/]+$/u.test(path),
    );
    // Once before anything was changed, three times after each of the two changes.
    const attempts = Array.from({ length: 6 }, () => ['s3', 'mapi']).flat();
    expect(deletions.map(({ side }) => side)).toEqual(['s3', ...attempts]);
    expect(settingsOf(bucket)).toMatchObject({
      versioning: {
        enabled: true,
        keepDeletionRecords: false,
        prune: true,
        pruneDays: 0,
        useDeleteMarkers: true,
      },
      searchEnabled: false,
    });
    expect(file.start().deletions.list()).toMatchObject([
      { bucket, changed: ['versioning', 'search'], before: { versioning: BEFORE, searchEnabled: true } },
    ]);
  });

  it('goes on from there when it is tried again, also after a restart', async () => {
    hcp.setQuirks({ prune: 'never' });
    const bucket = await crowded();
    const file = settingsFile();
    await file.start().remove(bucket, 'reconfigure');
    const again = await file.start().remove(bucket, 'continue');
    expect(again).toMatchObject({
      result: { outcome: { state: 'cleaning-up', before: { versioning: BEFORE, searchEnabled: true } } },
    });
    hcp.setQuirks({ prune: 'explicit' });
    await hcp.prune(bucket);
    const after = file.start();
    const job = await after.remove(bucket, 'continue');
    expect(job).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
    expect(file.start().deletions.list()).toEqual([]);
  });

  it('knows the settings before when it is agreed to a second time', async () => {
    hcp.setQuirks({ prune: 'never' });
    const bucket = await crowded();
    const file = settingsFile();
    await file.start().remove(bucket, 'reconfigure');
    const job = await file.start().remove(bucket, 'reconfigure');
    expect(resultOf(job).outcome).toMatchObject({ before: { versioning: BEFORE, searchEnabled: true } });
  });

  it('that is gone meanwhile is said to be gone', async () => {
    hcp.setQuirks({ prune: 'never' });
    const bucket = await crowded();
    const file = settingsFile();
    await file.start().remove(bucket, 'reconfigure');
    hcp.setQuirks({ prune: 'explicit' });
    await hcp.prune(bucket);
    await storage.deleteBucket(bucket);
    const cooper = file.start();
    expect(await cooper.remove(bucket, 'continue')).toMatchObject({ result: { outcome: { state: 'gone' } } });
    expect(cooper.deletions.list()).toEqual([]);
  });

  it('does not take “continue” for an agreement when nothing was changed before', async () => {
    const bucket = await crowded();
    const job = await settingsFile().start().remove(bucket, 'continue');
    expect(resultOf(job).outcome.state).toBe('needs-reconfiguring');
    expect(settingsOf(bucket).versioning).toEqual(BEFORE);
  });

  it('changes nothing when the settings before cannot be kept', async () => {
    const bucket = await crowded();
    const full = {
      get: () => undefined,
      set: () => {
        throw new Error('no room');
      },
    };
    const services = basicServices({ deletions: new PendingDeletions(full), pause: noPause });
    const runner = new JobRunner(async () => storage, undefined, services);
    const request = { kind: 'delete-bucket', confirm: bucket, namespace: 'reconfigure' } as const;
    const job = await runOn(runner, bucket, request);
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'disk-error' } });
    expect(settingsOf(bucket).versioning).toEqual(BEFORE);
  });
});

describe('Cooper ends in the middle of a force delete', () => {
  it('right after the namespace was changed: the settings before are known, and it goes on', async () => {
    hcp.setQuirks({ prune: 'never' });
    const bucket = await crowded();
    const file = settingsFile();
    const settings = JSON.stringify(hcp.settings(TENANT, OWNER.username));
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        join(import.meta.dirname, 'delete-in-child.ts'),
        settings,
        secret,
        file.path,
        bucket,
        'reconfigure',
      ],
      { stdio: 'ignore' },
    );
    const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const isChanged = () => settingsOf(bucket).versioning?.keepDeletionRecords === false;
    try {
      await expect.poll(isChanged, { interval: 2, timeout: 60_000 }).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
    await exit;
    const cooper = file.start();
    expect(cooper.deletions.get('test', bucket)).toMatchObject({
      changed: expect.arrayContaining(['versioning']) as unknown,
      before: { versioning: BEFORE, searchEnabled: true },
    });
    hcp.setQuirks({ prune: { attempts: 1 } });
    expect(await cooper.remove(bucket, 'continue')).toMatchObject({ result: { outcome: { state: 'gone' } } });
    expect(cooper.deletions.list()).toEqual([]);
  }, 90_000);
});

describe('what HCP does differently', () => {
  it('lists lag behind: they are looked at again', async () => {
    hcp.setQuirks({ staleLists: 2, emptyPages: 3 });
    const bucket = await crowded();
    const job = await settingsFile().start().remove(bucket, 'reconfigure');
    expect(job).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
  });

  it.each(['refused', 'refused-whole', 'allowed'] as const)(
    'versions in bulk are %s: everything goes all the same',
    async (bulkVersions) => {
      hcp.setQuirks({ bulkVersions });
      const bucket = await crowded();
      await putMany(
        storage,
        bucket,
        Array.from({ length: 60 }, (_, n) => `many/${n}`),
      );
      const job = await settingsFile().start().remove(bucket, 'reconfigure');
      expect(job).toMatchObject({ state: 'done', result: { outcome: { state: 'gone' } } });
      expect(resultOf(job).deleted).toMatchObject({ uploads: 1 });
      // In a few requests, or one by one.
      if (bulkVersions === 'allowed') expect(resultOf(job).requests).toBeLessThan(30);
      else expect(resultOf(job).requests).toBeGreaterThan(60);
      expect(resultOf(job).deleted.versions).toBeGreaterThanOrEqual(64);
    },
  );

  it('folders that it made by itself are named apart, and are no failures', async () => {
    const bucket = await crowded();
    const { remove } = settingsFile().start();
    const job = await remove(bucket, 'ask');
    expect(job.progress.failures).toEqual({ count: 0, first: [] });
    expect(logOf(job).some((text) => /folders? that HCP makes by itself.*“dir\//u.test(text))).toBe(true);
  });

  it('deleting a prefix names such folders beside its result', async () => {
    const bucket = await crowded();
    const runner = new JobRunner(async () => storage, undefined, basicServices({ pause: noPause }));
    const job = await runOn(runner, bucket, { kind: 'delete', prefix: 'dir/', scope: 'all-versions' });
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    const kept = job.kind === 'delete' ? job.result?.keptFolders : undefined;
    expect(kept?.first).toEqual(expect.arrayContaining(['dir/']));
    const left = (await versionsIn(storage, bucket)).map(({ key }) => key);
    expect(new Set(left.filter((key) => !key.endsWith('/')))).toEqual(new Set(['a']));
  });

  it('chosen versions never go in bulk, where it might take the current one instead', async () => {
    hcp.setQuirks({ bulkVersions: 'allowed' });
    const bucket = await crowded();
    const old = (await versionsIn(storage, bucket)).find(({ key, isLatest }) => key === 'a' && !isLatest);
    hcp.requests.length = 0;
    const runner = new JobRunner(async () => storage, undefined, basicServices({ pause: noPause }));
    const versions = [{ key: 'a', versionId: old?.versionId ?? '' }];
    const job = await runOn(runner, bucket, { kind: 'delete', versions });
    expect(job).toMatchObject({ result: { deleted: 1, oneByOne: { count: 1 } } });
    expect(hcp.requests.some(({ method }) => method === 'POST')).toBe(false);
    const left = (await versionsIn(storage, bucket)).filter(({ key }) => key === 'a');
    expect(left.map(({ isLatest }) => isLatest)).toEqual([true]);
  });

  it('what is retained keeps its bucket: it says why, and what was destroyed', async () => {
    const bucket = await crowded();
    const client = await sdk(hcp);
    client.middlewareStack.add(
      (next) => (args) => {
        (args as { request: { headers: Record<string, string> } }).request.headers['x-hcp-retentionhold'] =
          'true';
        return next(args);
      },
      { step: 'build' },
    );
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'held', Body: 'x' }));
    client.destroy();
    const job = await settingsFile().start().remove(bucket, 'reconfigure');
    expect(job).toMatchObject({
      state: 'failed',
      failure: { kind: 'locked', bucket },
      progress: { failures: { first: [{ kind: 'locked', key: 'held' }] } },
    });
    expect(job.state === 'failed' && job.failure.message).toMatch(/Destroyed were: .*versions of objects/u);
    expect(settingsOf(bucket).versioning).toEqual(BEFORE);
  });
});
