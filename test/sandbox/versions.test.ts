import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type DeleteMarkerEntry,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { sendSigned, sharedSandbox, xmlText } from './support.ts';

const shared = sharedSandbox();

const suspend = (Bucket: string) =>
  shared.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  );

async function put(Bucket: string, Key: string, Body: string): Promise<string> {
  const { VersionId = 'none' } = await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId;
}

async function read(Bucket: string, Key: string, VersionId?: string): Promise<string> {
  try {
    const { Body } = await shared.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** `key content-or-marker version`, a star for the latest. */
async function versions(Bucket: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await shared.s3.send(
    new ListObjectVersionsCommand({ Bucket }),
  );
  const describeOne = (each: ObjectVersion | DeleteMarkerEntry, kind: string) =>
    `${each.Key ?? ''} ${kind} ${each.VersionId ?? ''}${each.IsLatest === true ? ' *' : ''}`;
  return [
    ...Versions.map((version) => describeOne(version, `${String(version.Size)} bytes`)),
    ...DeleteMarkers.map((marker) => describeOne(marker, 'marker')),
  ];
}

describe('with versioning on', () => {
  test('every write and delete can be taken back', async () => {
    const Bucket = await shared.bucket('versioned');
    const one = await put(Bucket, 'k', '1');
    const two = await put(Bucket, 'k', '22');
    expect(await read(Bucket, 'k')).toBe('22');
    expect(await read(Bucket, 'k', one)).toBe('1');
    const { DeleteMarker, VersionId: marker = '' } = await shared.s3.send(
      new DeleteObjectCommand({ Bucket, Key: 'k' }),
    );
    expect(DeleteMarker).toBe(true);
    expect(await read(Bucket, 'k')).toBe('NoSuchKey');
    expect((await shared.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await versions(Bucket)).toEqual([`k 2 bytes ${two}`, `k 1 bytes ${one}`, `k marker ${marker} *`]);
    const undone = await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker }));
    expect([undone.DeleteMarker, undone.VersionId]).toEqual([true, marker]);
    expect(await read(Bucket, 'k')).toBe('22');
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: two }));
    expect(await read(Bucket, 'k')).toBe('1');
    expect(await versions(Bucket)).toEqual([`k 1 bytes ${one} *`]);
  });

  test('a delete marker answers as one', async () => {
    const Bucket = await shared.bucket('versioned');
    await put(Bucket, 'k', '1');
    const { VersionId: marker = '' } = await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    const plain = await sendSigned(shared.sandbox, { path: `/${Bucket}/k` });
    expect([plain.status, xmlText(plain.body, 'Code')]).toEqual([404, 'NoSuchKey']);
    expect(plain.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker });
    const named = await sendSigned(shared.sandbox, { path: `/${Bucket}/k?versionId=${marker}` });
    expect([named.status, xmlText(named.body, 'Code')]).toEqual([405, 'MethodNotAllowed']);
    expect(named.headers).toMatchObject({ 'x-amz-delete-marker': 'true', allow: 'DELETE' });
    expect(named.headers['last-modified']).toBeDefined();
  });

  test('what never was is no version, and what cannot be is no id', async () => {
    const Bucket = await shared.bucket('versioned');
    const id = await put(Bucket, 'k', '1');
    expect(await read(Bucket, 'k', 'null')).toBe('NoSuchVersion');
    expect(
      await read(
        Bucket,
        'k',
        id.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
      ),
    ).toBe('NoSuchVersion');
    expect(await read(Bucket, 'k', 'made up')).toBe('InvalidArgument');
    const gone = await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'other', VersionId: id }));
    expect(gone.$metadata.httpStatusCode).toBe(204);
  });

  test('an older version is copied to the top, with its metadata', async () => {
    const Bucket = await shared.bucket('versioned');
    const { VersionId: one = '' } = await shared.s3.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: '1', Metadata: { note: 'first' } }),
    );
    await put(Bucket, 'k', '22');
    const copy = await shared.s3.send(
      new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${one}` }),
    );
    expect(copy.CopySourceVersionId).toBe(one);
    const head = await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect([head.VersionId, head.Metadata]).toEqual([copy.VersionId, { note: 'first' }]);
    expect(await read(Bucket, 'k')).toBe('1');
  });

  test('tags are those of a version', async () => {
    const Bucket = await shared.bucket('versioned');
    const one = await put(Bucket, 'k', '1');
    await put(Bucket, 'k', '2');
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
    await shared.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', VersionId: one, Tagging }));
    expect((await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).TagCount).toBeUndefined();
    expect((await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId: one }))).TagCount).toBe(
      1,
    );
  });
});

describe('with versioning suspended', () => {
  test('writes and deletes replace the null version only', async () => {
    const Bucket = await shared.bucket();
    await put(Bucket, 'k', '1');
    expect(await versions(Bucket)).toEqual(['k 1 bytes null *']);
    await shared.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const kept = await put(Bucket, 'k', '22');
    expect(await read(Bucket, 'k', 'null')).toBe('1');
    await suspend(Bucket);
    expect(await put(Bucket, 'k', '333')).toBe('null');
    expect(await versions(Bucket)).toEqual(['k 3 bytes null *', `k 2 bytes ${kept}`]);
    const removed = await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect([removed.DeleteMarker, removed.VersionId]).toEqual([true, 'null']);
    expect(await versions(Bucket)).toEqual([`k 2 bytes ${kept}`, 'k marker null *']);
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(await versions(Bucket)).toEqual([`k 2 bytes ${kept}`, 'k marker null *']);
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: 'null' }));
    expect(await read(Bucket, 'k')).toBe('22');
  });
});

describe('a listing of versions', () => {
  test('comes in pages, and goes on though what it showed has been removed', async () => {
    const Bucket = await shared.bucket('versioned');
    for (let n = 0; n < 7; n++) await put(Bucket, 'k', String(n));
    await put(Bucket, 'l', 'last');
    let removed = 0;
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    for (;;) {
      const page = await shared.s3.send(
        new ListObjectVersionsCommand({ Bucket, MaxKeys: 3, KeyMarker, VersionIdMarker }),
      );
      const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }));
      removed += Objects.length;
      await shared.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      if (page.IsTruncated !== true) break;
      KeyMarker = page.NextKeyMarker;
      VersionIdMarker = page.NextVersionIdMarker;
    }
    expect(removed).toBe(8);
    expect(await versions(Bucket)).toEqual([]);
  });

  test('has folders, and refuses a version without its key', async () => {
    const Bucket = await shared.bucket('versioned');
    for (const Key of ['a/1', 'a/2', 'b']) await put(Bucket, Key, 'x');
    const page = await shared.s3.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 1 }));
    expect([page.CommonPrefixes, page.Versions, page.NextKeyMarker]).toEqual([
      [{ Prefix: 'a/' }],
      undefined,
      'a/',
    ]);
    const next = await shared.s3.send(
      new ListObjectVersionsCommand({ Bucket, Delimiter: '/', KeyMarker: 'a/' }),
    );
    expect([next.CommonPrefixes, next.Versions?.length]).toEqual([undefined, 1]);
    const answer = await sendSigned(shared.sandbox, { path: `/${Bucket}?version-id-marker=x&versions=` });
    expect(answer.status).toBe(400);
  });
});
