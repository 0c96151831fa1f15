import {
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { md5, objectsOf, send, sendSigned, sharedSandbox, xmlText } from './support.ts';

const shared = sharedSandbox();
const { put, read } = objectsOf(shared);

const KIB = 1024;

describe('an object', () => {
  test('of any size comes back as it was put', async () => {
    const Bucket = await shared.bucket();
    for (const size of [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 3_000_000]) {
      const Body = Buffer.alloc(size, 'cooper');
      const Key = String(size);
      const { ETag } = await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      expect(ETag).toBe(`"${md5(Body)}"`);
      expect((await read({ Bucket, Key })).equals(Body)).toBe(true);
    }
  });

  test('has the headers that it was put with', async () => {
    const headers = {
      CacheControl: 'no-cache',
      ContentDisposition: 'attachment; filename="a b"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentType: 'text/plain; charset=utf-8',
      ExpiresString: 'Thu, 01 Jan 2037 00:00:00 GMT',
      Metadata: { one: '1', 'with-dash': 'two words' },
      StorageClass: 'STANDARD_IA' as const,
    };
    const Bucket = await put('k', 'content', { ...headers, Expires: new Date(headers.ExpiresString) });
    expect(await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({
      ...headers,
      AcceptRanges: 'bytes',
      ContentLength: 7,
    });
    const raw = await sendSigned(shared.sandbox, { path: `/${Bucket}/k` });
    expect(raw.headers).toMatchObject({ etag: `"${md5('content')}"`, 'content-length': '7' });
    expect(raw.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    expect(raw.headers).not.toHaveProperty('x-amz-version-id');
    const plain = await put('plain');
    const head = await shared.s3.send(new HeadObjectCommand({ Bucket: plain, Key: 'plain' }));
    expect([head.ContentType, head.StorageClass]).toEqual(['application/octet-stream', undefined]);
  });

  test('answers with other headers when a signed request asks for them', async () => {
    const Bucket = await put('k');
    const got = await shared.s3.send(
      new GetObjectCommand({
        Bucket,
        Key: 'k',
        ResponseContentType: 'text/x',
        ResponseContentDisposition: 'inline',
      }),
    );
    expect([got.ContentType, got.ContentDisposition]).toEqual(['text/x', 'inline']);
    const split = `/${Bucket}/k?response-content-type=a%0D%0Ab`;
    expect((await sendSigned(shared.sandbox, { path: split })).status).toBe(400);
  });

  test('has a key of at most 1,024 bytes, and metadata of at most two kilobytes', async () => {
    const Bucket = await shared.bucket();
    const key = 'é'.repeat(512);
    await shared.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'x' }));
    await expect(
      shared.s3.send(new PutObjectCommand({ Bucket, Key: `${key}x`, Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'KeyTooLongError',
    });
    const Metadata = { a: 'x'.repeat(2048) };
    await expect(
      shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Metadata })),
    ).rejects.toMatchObject({
      name: 'MetadataTooLarge',
    });
    await expect(
      shared.s3.send(
        new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', StorageClass: 'CHEAP' as 'STANDARD' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidStorageClass' });
    const broken = await send(shared.sandbox, { path: `/${Bucket}/%ff` });
    expect([broken.status, xmlText(broken.body, 'Code')]).toEqual([400, 'InvalidURI']);
  });

  test('that is not there is said to be missing, in XML but for HEAD', async () => {
    const Bucket = await shared.bucket();
    const got = await sendSigned(shared.sandbox, { path: `/${Bucket}/a%3Cb` });
    expect([got.status, got.headers['content-type'], xmlText(got.body, 'Key')]).toEqual([
      404,
      'application/xml',
      'a&lt;b',
    ]);
    const head = await sendSigned(shared.sandbox, { method: 'HEAD', path: `/${Bucket}/a` });
    expect([head.status, head.body]).toEqual([404, '']);
    const nowhere = await sendSigned(shared.sandbox, { path: '/no-such-bucket/a' });
    expect(xmlText(nowhere.body, 'Code')).toBe('NoSuchBucket');
  });
});

describe('tags of an object', () => {
  test('come with it or later, and are counted', async () => {
    const Bucket = await put('k', 'content', { Tagging: 'a=1&b%20b=2%2B2' });
    const { s3 } = shared;
    const tags = async () => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b b', Value: '2+2' },
    ]);
    expect((await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount).toBe(2);
    const TagSet = [{ Key: 'c', Value: '' }];
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet } }));
    expect(await tags()).toEqual(TagSet);
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
    expect(await tags()).toEqual([]);
    const twice = [...TagSet, ...TagSet];
    await expect(
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet: twice } })),
    ).rejects.toMatchObject({ name: 'InvalidTag' });
  });
});

describe('a listing over the wire', () => {
  test('pages by both versions of the operation, folders and all', async () => {
    const Bucket = await shared.bucket();
    const { s3 } = shared;
    for (const Key of ['a', 'b/1', 'b/2', 'c', 'd/1', 'e'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken }),
      );
      expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
      names.push(
        ...(page.Contents ?? []).map((object) => object.Key ?? ''),
        ...(page.CommonPrefixes ?? []).map((p) => p.Prefix ?? ''),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(names.sort()).toEqual(['a', 'b/', 'c', 'd/', 'e']);
    const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect([first.NextMarker, first.IsTruncated]).toEqual(['b/', true]);
    const second = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: first.NextMarker }),
    );
    expect([second.Contents?.map((object) => object.Key), second.CommonPrefixes]).toEqual([
      ['c', 'e'],
      [{ Prefix: 'd/' }],
    ]);
    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'b/1', FetchOwner: true }));
    expect(after.Contents?.map((object) => object.Key)).toEqual(['b/2', 'c', 'd/1', 'e']);
    expect(after.Contents?.[0]?.Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
    await expect(
      s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'made-up' })),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
    expect((await sendSigned(shared.sandbox, { path: `/${Bucket}?list-type=2&max-keys=-1` })).status).toBe(
      400,
    );
  });

  test('holds keys that XML cannot, as references, or encoded when asked', async () => {
    const Bucket = await put('a\u0001\r\n<&"> +\uffff.txt');
    const plain = await sendSigned(shared.sandbox, { path: `/${Bucket}` });
    expect(xmlText(plain.body, 'Key')).toBe('a&#x1;&#xd;&#xa;&lt;&amp;&quot;&gt; +&#xffff;.txt');
    const encoded = await sendSigned(shared.sandbox, { path: `/${Bucket}?encoding-type=url` });
    expect(xmlText(encoded.body, 'Key')).toBe('a%01%0D%0A%3C%26%22%3E+%2B%EF%BF%BF.txt');
  });

  test('is in the order of bytes, which is not that of UTF-16', async () => {
    const Bucket = await shared.bucket();
    const keys = ['\u{1f600}', '\uffee', 'z', 'é'];
    for (const Key of keys) await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const { Contents } = await shared.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((object) => object.Key)).toEqual(['z', 'é', '\uffee', '\u{1f600}']);
  });
});

test('many readers and writers of one key always see one whole object', async () => {
  const Bucket = await put('k', Buffer.alloc(100 * KIB, 'a'));
  const letter = fc.sample(fc.constantFrom('a', 'b', 'c'), { numRuns: 60, seed: 1 });
  await Promise.all(
    letter.map(async (fill, n) => {
      if (n % 2 === 0) {
        const Body = Buffer.alloc(100 * KIB, fill);
        await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
        return;
      }
      const bytes = await read({ Bucket, Key: 'k' });
      expect(bytes).toHaveLength(100 * KIB);
      expect(new Set(bytes).size).toBe(1);
    }),
  );
});
