import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { freshBucketName } from '#test/support/endpoints.ts';
import { bucketOn, OTHER, refusal, sdk } from './support.ts';
import { openFake } from './world.ts';

const { hcp, s3, keysOf, uploadOf, stop } = await openFake();
afterAll(stop);

describe('H17: uploads', () => {
  test('tell when they end by themselves, and are listed oldest first', async () => {
    const Bucket = await bucketOn(s3);
    const ids: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      const begun = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
      expect(begun.AbortDate?.getTime()).toBeGreaterThan(Date.now());
      ids.push(begun.UploadId);
    }
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads?.map(({ UploadId }) => UploadId)).toEqual(ids);
  });
  test('are ended by who began them or the bucket’s owner', async () => {
    const Bucket = freshBucketName();
    await s3.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }));
    const other = await sdk(hcp, OTHER);
    const mine = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    const theirs = await other.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    const abort = (client: S3Client, { UploadId }: { UploadId?: string | undefined }) =>
      client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'a', UploadId }));
    expect(await refusal(abort(other, mine))).toBe('AccessDenied 403');
    await abort(s3, theirs);
    await abort(s3, mine);
    other.destroy();
  });
});

test('H18: completing may say 200 and carry an error', async () => {
  const Bucket = await bucketOn(s3);
  const upload = await uploadOf(Bucket, 'a', [Buffer.from('part')]);
  const wrong = { ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"wrong"' }] } };
  expect(await refusal(s3.send(new CompleteMultipartUploadCommand(wrong)))).toMatch(/^InvalidPart/);
  expect(hcp.requests.at(-1)).toMatchObject({ method: 'POST', status: 200 });
  expect(await keysOf(Bucket)).toEqual([]);
});
