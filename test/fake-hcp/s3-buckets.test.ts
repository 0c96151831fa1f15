import { CreateBucketCommand, GetBucketLocationCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { ask, bucketOn, OTHER, refusal, sdk } from './support.ts';
import { openFake } from './world.ts';

const { hcp, s3, stop } = await openFake();
afterAll(stop);

test('H12: a bucket is named in the path, not in the host', async () => {
  const bucket = await bucketOn(s3, ['a']);
  const byHost = ask(hcp, '/a', { side: 's3', host: `${bucket}.finance.${hcp.domain}` });
  // A wildcard covers one label.
  await expect(byHost).rejects.toThrow("does not match certificate's altnames");
});

test('H13: a region is anything, and where a bucket is cannot be asked', async () => {
  const bucket = await bucketOn(s3);
  expect(await refusal(s3.send(new GetBucketLocationCommand({ Bucket: bucket })))).toBe('NotImplemented 501');
});

describe('H15: names of buckets', () => {
  test('letters, digits and hyphens', async () => {
    for (const Bucket of ['with.dots', 'xn--name', 'under_score'])
      expect(await refusal(s3.send(new CreateBucketCommand({ Bucket })))).toBe('InvalidBucketName 400');
  });
  test('to make one’s own again is a success, somebody else’s a conflict', async () => {
    const Bucket = await bucketOn(s3);
    expect((await s3.send(new CreateBucketCommand({ Bucket }))).$metadata.httpStatusCode).toBe(200);
    const other = await sdk(hcp, OTHER);
    expect(await refusal(other.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyExists 409');
    other.destroy();
  });
  test('a name is taken in one tenant only', async () => {
    const bucket = await bucketOn(s3);
    const authorization = `HCP ${Buffer.from('lgreen').toString('base64')}:2a9d119df47ff993b662a8ef36f9ea20`;
    const options = {
      side: 's3',
      method: 'PUT',
      host: `sales.${hcp.domain}`,
      headers: { authorization },
    } as const;
    expect((await ask(hcp, `/hs3/${bucket}`, options)).status).toBe(200);
  });
});

test('H16: only one’s own buckets are listed', async () => {
  const mine = await bucketOn(s3);
  const other = await sdk(hcp, OTHER);
  const theirs = await bucketOn(other);
  const listed = (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
  expect(listed).toContain(mine);
  expect(listed).not.toContain(theirs);
  other.destroy();
});
