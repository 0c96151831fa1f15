import { DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { bucketOn, mapi, refusal } from './support.ts';
import { openFake } from './world.ts';

const { hcp, s3, versionsOf, keysOf, bodyOf, deleting, sdkWith, stop } = await openFake();
afterAll(stop);

test('H2: deleting many needs Content-MD5', async () => {
  const bucket = await bucketOn(s3, ['a', 'b']);
  expect(await refusal(deleting(bucket, [{ Key: 'a' }], false))).toBe('InvalidRequest 400');
  expect(await keysOf(bucket)).toEqual(['a', 'b']);
  await deleting(bucket, [{ Key: 'a' }, { Key: 'b' }]);
  expect(await keysOf(bucket)).toEqual([]);
});

test('H3: versions are not deleted in bulk, unless this one can', async () => {
  const bucket = await bucketOn(s3, ['a', 'b'], true);
  const targets = ((await versionsOf(bucket)).Versions ?? []).map(({ Key = '', VersionId = '' }) => ({
    Key,
    VersionId,
  }));
  const inside = await deleting(bucket, targets);
  expect(inside.Errors?.map(({ Code }) => Code)).toEqual(['NotImplemented', 'NotImplemented']);
  hcp.setQuirks({ bulkVersions: 'refused-whole' });
  expect(await refusal(deleting(bucket, targets))).toBe('NotImplemented 501');
  expect((await versionsOf(bucket)).Versions).toHaveLength(2);
  hcp.setQuirks({ bulkVersions: 'allowed' });
  expect((await deleting(bucket, targets)).Errors).toBeUndefined();
  expect((await versionsOf(bucket)).Versions).toBeUndefined();
  hcp.setQuirks({ bulkVersions: 'refused' });
});

test('H4: deleting a version that cannot be is a success that does nothing', async () => {
  const bucket = await bucketOn(s3, ['a'], true);
  for (const VersionId of ['no-such-id', '1', '99999999999999999999']) {
    const { $metadata } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a', VersionId }));
    expect($metadata.httpStatusCode).toBe(204);
  }
  expect(await bodyOf(bucket, 'a')).toBe('a');
});

describe('H5: deleting keeps the old version', () => {
  test('under a hidden record', async () => {
    const bucket = await bucketOn(s3, ['a'], true);
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(deleted.DeleteMarker).toBeUndefined();
    expect(await keysOf(bucket)).toEqual([]);
    const { Versions, DeleteMarkers } = await versionsOf(bucket);
    expect(DeleteMarkers).toBeUndefined();
    expect(Versions).toMatchObject([{ Key: 'a', IsLatest: false }]);
  });
  test('under a marker where the namespace uses them', async () => {
    const bucket = await bucketOn(s3, ['a'], true);
    await mapi(hcp, `/namespaces/${bucket}/versioningSettings`, 'POST', { useDeleteMarkers: true });
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(deleted.DeleteMarker).toBe(true);
    expect((await versionsOf(bucket)).DeleteMarkers).toMatchObject([
      { Key: 'a', IsLatest: true, VersionId: deleted.VersionId },
    ]);
  });
});

describe('H21: retention', () => {
  test('what is retained is not deleted, unless somebody says why', async () => {
    const Bucket = await bucketOn(s3);
    const holding = await sdkWith('x-hcp-retentionhold', 'true');
    await holding.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(await refusal(s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' })))).toBe('Conflict 409');
    const privileged = await sdkWith('x-hcp-privileged', 'asked to');
    await privileged.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await keysOf(Bucket)).toEqual([]);
  });
});

test('a bucket with deletions in it cannot be deleted', async () => {
  const Bucket = await bucketOn(s3, ['a'], true);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  for (const { Key, VersionId } of (await versionsOf(Bucket)).Versions ?? [])
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  expect((await versionsOf(Bucket)).Versions).toBeUndefined();
  expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
});
