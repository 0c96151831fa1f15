import { createHash } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import type { BucketSurvey } from '#shared/objects.ts';
import { openStorage } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { survey } from '#storage/survey.ts';
import { cephEndpoint, freshBucketName, rawClient } from '#test/support/endpoints.ts';
import { noPause, runOn, versionsIn } from './deletion.ts';

const KEPT = 'kept/é';

let storage: Storage;
let client: S3Client;
let runner: JobRunner;
let bucket: string;
let kept: string | undefined;
beforeAll(async () => {
  const endpoint = cephEndpoint();
  storage = openStorage(endpoint);
  client = rawClient(endpoint);
  runner = new JobRunner(async () => storage, undefined, basicServices({ pause: noPause }));
  bucket = freshBucketName();
  await storage.createBucket(bucket, { objectLock: true });
  for (const key of ['a', 'z']) await storage.write({ bucket, key, body: Buffer.from(key) });
  const retain = {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000),
  } as const;
  const put = new PutObjectCommand({ Bucket: bucket, Key: KEPT, Body: 'k', ContentMD5: md5('k'), ...retain });
  ({ VersionId: kept } = await client.send(put));
});
afterAll(async () => {
  const release = { Bucket: bucket, Key: KEPT, VersionId: kept, BypassGovernanceRetention: true };
  await client.send(new DeleteObjectCommand(release));
  await runOn(runner, bucket, { kind: 'delete-bucket', confirm: bucket });
  await runner.close();
  client.destroy();
  storage.close();
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('base64');
}

describe('an object that is retained', () => {
  it('is named before anything is destroyed', async () => {
    let last: BucketSurvey | undefined;
    for await (const snapshot of survey(storage, bucket)) last = snapshot;
    expect(last).toMatchObject({ objects: 3, locked: { count: 1, first: [{ key: KEPT }] }, isFinal: true });
    expect(last?.locked.first[0]?.reason).toContain('retained until');
  });

  it('is not deleted by its version, and it is said why', async () => {
    const versions = [{ key: KEPT, versionId: kept ?? '' }];
    const job = await runOn(runner, bucket, { kind: 'delete', versions });
    expect(job.progress.failures).toMatchObject({ count: 1, first: [{ kind: 'locked', key: KEPT, bucket }] });
    expect((await versionsIn(storage, bucket)).map(({ key }) => key)).toContain(KEPT);
  });

  it('keeps its bucket: all else is destroyed, which is said', async () => {
    const job = await runOn(runner, bucket, { kind: 'delete-bucket', confirm: bucket });
    expect(job).toMatchObject({
      state: 'failed',
      failure: { kind: 'locked', bucket },
      progress: { failures: { count: 1, first: [{ kind: 'locked', key: KEPT }] } },
      result: { deleted: { versions: 2 } },
    });
    expect(job.state === 'failed' && job.failure.message).toContain('2 versions of objects');
    expect((await versionsIn(storage, bucket)).map(({ key }) => key)).toEqual([KEPT]);
  });
});
