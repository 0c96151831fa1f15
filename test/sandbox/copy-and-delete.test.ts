import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type CopyObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { sendSigned, sharedSandbox, xmlText } from './support.ts';

const shared = sharedSandbox();

const md5 = (text: string) => createHash('md5').update(text).digest('base64');
const KIB = 1024;

describe('a copy', () => {
  const source = {
    Key: 'from here/ü&?%2F.txt',
    Metadata: { note: 'kept' },
    ContentType: 'text/plain',
    Tagging: 'a=b',
  };

  async function sourceBucket(Body: string | Uint8Array = 'content'): Promise<string> {
    const Bucket = await shared.bucket();
    await shared.s3.send(new PutObjectCommand({ Bucket, ...source, Body }));
    return Bucket;
  }
  const copy = (from: string, input: Omit<CopyObjectCommandInput, 'CopySource'>) =>
    shared.s3.send(
      new CopyObjectCommand({ CopySource: encodeURIComponent(`${from}/${source.Key}`), ...input }),
    );
  const nameOf = (error: unknown) => (error instanceof Error ? error.name : error);

  test('has the bytes, metadata and tags of its source, in the same bucket and in another', async () => {
    for (const size of [7, 300 * KIB]) {
      const Body = Buffer.alloc(size, 'x');
      const from = await sourceBucket(Body);
      for (const Bucket of [from, await shared.bucket()]) {
        const { CopyObjectResult } = await copy(from, { Bucket, Key: 'copy' });
        await shared.s3.send(new DeleteObjectCommand({ Bucket: from, Key: 'nothing' }));
        const got = await shared.s3.send(new GetObjectCommand({ Bucket, Key: 'copy' }));
        expect(got).toMatchObject({ Metadata: source.Metadata, ContentType: 'text/plain', TagCount: 1 });
        expect(got.ETag).toBe(CopyObjectResult?.ETag);
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
      }
    }
  });

  test('outlives its source', async () => {
    const from = await sourceBucket(Buffer.alloc(300 * KIB, 'x'));
    await copy(from, { Bucket: from, Key: 'copy' });
    await shared.s3.send(new DeleteObjectCommand({ Bucket: from, Key: source.Key }));
    const { Body } = await shared.s3.send(new GetObjectCommand({ Bucket: from, Key: 'copy' }));
    expect(await Body?.transformToString()).toBe('x'.repeat(300 * KIB));
  });

  test('can have metadata and tags of its own', async () => {
    const Bucket = await sourceBucket();
    await copy(Bucket, {
      Bucket,
      Key: 'copy',
      MetadataDirective: 'REPLACE',
      Metadata: { other: 'new' },
      TaggingDirective: 'REPLACE',
      Tagging: 'c=d',
      StorageClass: 'STANDARD_IA',
    });
    const head = await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
    expect(head).toMatchObject({ Metadata: { other: 'new' }, StorageClass: 'STANDARD_IA' });
    const { TagSet } = await shared.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'copy' }));
    expect(TagSet).toEqual([{ Key: 'c', Value: 'd' }]);
  });

  test('onto itself must change something', async () => {
    const Bucket = await sourceBucket();
    const { Key } = source;
    expect(await copy(Bucket, { Bucket, Key }).catch(nameOf)).toBe('InvalidRequest');
    await copy(Bucket, { Bucket, Key, MetadataDirective: 'REPLACE', Metadata: { a: 'b' } });
    const { Metadata, ContentLength } = await shared.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect([Metadata, ContentLength]).toEqual([{ a: 'b' }, 7]);
  });

  test('is made only if its source is what is expected', async () => {
    const Bucket = await sourceBucket();
    const Key = 'copy';
    const { ETag } = await shared.s3.send(new HeadObjectCommand({ Bucket, Key: source.Key }));
    expect(await copy(Bucket, { Bucket, Key, CopySourceIfMatch: '"x"' }).catch(nameOf)).toBe(
      'PreconditionFailed',
    );
    expect(await copy(Bucket, { Bucket, Key, CopySourceIfNoneMatch: ETag }).catch(nameOf)).toBe(
      'PreconditionFailed',
    );
    await copy(Bucket, { Bucket, Key, CopySourceIfMatch: ETag });
    expect(await copy('no-such-bucket', { Bucket, Key }).catch(nameOf)).toBe('NoSuchBucket');
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: source.Key }));
    expect(await copy(Bucket, { Bucket, Key }).catch(nameOf)).toBe('NoSuchKey');
    const unnamed = new CopyObjectCommand({ Bucket, Key, CopySource: 'bucket-only' });
    expect(await shared.s3.send(unnamed).catch(nameOf)).toBe('InvalidArgument');
  });
});

describe('a delete', () => {
  test('of what is not there succeeds', async () => {
    const Bucket = await shared.bucket();
    const { $metadata } = await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect($metadata.httpStatusCode).toBe(204);
  });

  test('may be for one state of the object only', async () => {
    const Bucket = await shared.bucket();
    const { ETag } = await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '1' }));
    await expect(
      shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch: '"other"' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch: ETag }));
    expect((await shared.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('of a thousand at once says what became of each, or only what failed', async () => {
    const Bucket = await shared.bucket();
    const keys = Array.from({ length: 999 }, (_, n) => `<${String(n)}>&`);
    for (const Key of keys.slice(0, 5))
      await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const tooLong = 'k'.repeat(1025);
    const Objects = [...keys, tooLong].map((Key) => ({ Key }));
    const loud = await shared.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(loud.Deleted?.map((each) => each.Key)).toEqual(keys);
    expect(loud.Errors).toMatchObject([{ Key: tooLong, Code: 'KeyTooLongError' }]);
    const quiet = await shared.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    expect([quiet.Deleted, quiet.Errors?.length]).toEqual([undefined, 1]);
    expect((await shared.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('of more, of none, without a digest, or of a key that XML cannot hold is refused', async () => {
    const Bucket = await shared.bucket();
    const Objects = Array.from({ length: 1001 }, (_, n) => ({ Key: String(n) }));
    const refuse = (Delete: { Objects: { Key: string }[] }) =>
      expect(shared.s3.send(new DeleteObjectsCommand({ Bucket, Delete }))).rejects.toMatchObject({
        name: 'MalformedXML',
      });
    await refuse({ Objects });
    await refuse({ Objects: [] });
    await refuse({ Objects: [{ Key: 'a\u0001' }] });
    const body = '<Delete><Object><Key>k</Key></Object></Delete>';
    const bare = await sendSigned(shared.sandbox, { method: 'POST', path: `/${Bucket}?delete`, body });
    expect([bare.status, xmlText(bare.body, 'Code')]).toEqual([400, 'InvalidRequest']);
  });

  test('takes control characters and line ends as references', async () => {
    const Bucket = await shared.bucket();
    const Key = 'a\u0001\r\n\u0085\u2028b';
    await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const body = '<Delete><Object><Key>a&#x1;&#13;&#xa;\u0085\u2028b</Key></Object></Delete>';
    const headers = { 'content-md5': md5(body) };
    await sendSigned(shared.sandbox, { method: 'POST', path: `/${Bucket}?delete`, headers, body });
    expect((await shared.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('of versions removes those, and reports the markers', async () => {
    const Bucket = await shared.bucket('versioned');
    const { VersionId } = await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '1' }));
    const send = (Objects: { Key: string; VersionId?: string | undefined }[]) =>
      shared.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const marked = await send([{ Key: 'k' }]);
    expect(marked.Deleted).toMatchObject([{ Key: 'k', DeleteMarker: true }]);
    const marker = marked.Deleted?.[0]?.DeleteMarkerVersionId;
    const gone = await send([
      { Key: 'k', VersionId },
      { Key: 'k', VersionId: marker },
      { Key: 'k', VersionId: 'made up' },
    ]);
    expect(gone.Deleted).toEqual([
      { Key: 'k', VersionId },
      { Key: 'k', VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
    ]);
    expect(gone.Errors).toMatchObject([{ VersionId: 'made up', Code: 'InvalidArgument' }]);
  });
});
