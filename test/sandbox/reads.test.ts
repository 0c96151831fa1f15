import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type GetObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { md5, objectsOf, sendSigned, sharedSandbox, xmlText } from './support.ts';

const shared = sharedSandbox();
const { put, read } = objectsOf(shared);

const KIB = 1024;

const statusOf = (input: GetObjectCommandInput) =>
  shared.s3.send(new GetObjectCommand(input)).then(
    ({ $metadata }) => $metadata.httpStatusCode,
    (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
  );

describe('a range', () => {
  test('gives the bytes it names, of small objects and large ones', async () => {
    const Bucket = await shared.bucket();
    for (const size of [10, 200 * KIB]) {
      const Key = String(size);
      const Body = Buffer.from(Array.from({ length: size }, (_, n) => n % 251));
      await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      const last = size - 1;
      const cases: [string, number, number][] = [
        ['bytes=0-0', 0, 1],
        ['bytes=3-5', 3, 6],
        [`bytes=${String(last)}-`, last, size],
        ['bytes=5-999999999', 5, size],
        ['bytes=-3', size - 3, size],
        ['bytes=-999999999', 0, size],
      ];
      for (const [Range, start, end] of cases) {
        const got = await shared.s3.send(new GetObjectCommand({ Bucket, Key, Range }));
        expect(got.ContentRange).toBe(`bytes ${String(start)}-${String(end - 1)}/${String(size)}`);
        expect(got.$metadata.httpStatusCode).toBe(206);
        expect(
          Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body.subarray(start, end)),
        ).toBe(true);
      }
      for (const Range of ['bytes=5-3', 'bytes=a-b', 'bytes=-', 'lines=0-1', 'bytes=0-1,3-4']) {
        expect(await read({ Bucket, Key, Range })).toHaveLength(size);
      }
    }
  });

  test('that lies behind the end is 416, with the size', async () => {
    const Bucket = await put('k', '0123456789');
    for (const Range of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) {
      const answer = await sendSigned(shared.sandbox, { path: `/${Bucket}/k`, headers: { range: Range } });
      expect([answer.status, xmlText(answer.body, 'Code')]).toEqual([416, 'InvalidRange']);
      expect(xmlText(answer.body, 'ActualObjectSize')).toBe('10');
      expect(answer.headers['content-range']).toBe('bytes */10');
    }
    const empty = await put('empty', Buffer.alloc(0));
    expect(await statusOf({ Bucket: empty, Key: 'empty', Range: 'bytes=0-' })).toBe(416);
  });

  test('counts with If-Range only for the same object', async () => {
    const Bucket = await put('k', '0123456789');
    const path = `/${Bucket}/k`;
    const get = (condition: string) =>
      sendSigned(shared.sandbox, { path, headers: { range: 'bytes=0-1', 'if-range': condition } });
    expect((await get(`"${md5('0123456789')}"`)).body).toBe('01');
    expect((await get('"other"')).body).toBe('0123456789');
  });

  test('works for HEAD', async () => {
    const Bucket = await put('k', '0123456789');
    const head = await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k', Range: 'bytes=2-4' }));
    expect([head.ContentLength, head.ContentRange]).toEqual([3, 'bytes 2-4/10']);
  });
});

describe('conditions', () => {
  test('of a read', async () => {
    const Bucket = await put('k', 'content');
    const Key = 'k';
    const etag = `"${md5('content')}"`;
    const { LastModified = new Date() } = await shared.s3.send(new HeadObjectCommand({ Bucket, Key }));
    const earlier = new Date(LastModified.getTime() - 10_000);
    expect(await statusOf({ Bucket, Key, IfMatch: etag })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfMatch: '*' })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfMatch: `"x", ${etag}` })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfMatch: '"x"' })).toBe(412);
    expect(await statusOf({ Bucket, Key, IfNoneMatch: etag })).toBe(304);
    expect(await statusOf({ Bucket, Key, IfNoneMatch: '"x"' })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfModifiedSince: LastModified })).toBe(304);
    expect(await statusOf({ Bucket, Key, IfModifiedSince: earlier })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfUnmodifiedSince: LastModified })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfUnmodifiedSince: earlier })).toBe(412);
    expect(await statusOf({ Bucket, Key, IfMatch: etag, IfUnmodifiedSince: earlier })).toBe(200);
    expect(await statusOf({ Bucket, Key, IfNoneMatch: '"x"', IfModifiedSince: LastModified })).toBe(200);
    const unchanged = await sendSigned(shared.sandbox, {
      path: `/${Bucket}/k`,
      headers: { 'if-none-match': etag },
    });
    expect([unchanged.status, unchanged.body, unchanged.headers.etag]).toEqual([304, '', etag]);
  });

  test('of a write, also when many write at once', async () => {
    const Bucket = await shared.bucket();
    const { s3 } = shared;
    const attempts = Array.from({ length: 20 }, (_, n) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: String(n), IfNoneMatch: '*' })).then(
        () => 'won',
        (error: Error) => error.name,
      ),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'won')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['won', 'PreconditionFailed']));
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'new', IfMatch: ETag }));
    const again = s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'newer', IfMatch: ETag }));
    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const absent = s3.send(new PutObjectCommand({ Bucket, Key: 'absent', Body: 'x', IfMatch: ETag }));
    await expect(absent).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect((await read({ Bucket, Key: 'k' })).toString()).toBe('new');
  });
});
