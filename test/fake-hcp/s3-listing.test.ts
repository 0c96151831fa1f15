import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { bucketOn, mapi, refusal } from './support.ts';
import { openFake } from './world.ts';

const { hcp, s3, put, versionsOf, keysOf, bodyOf, stop } = await openFake();
afterAll(stop);

describe('H6: folders are objects', () => {
  test('listed, asked for by HEAD, and nothing to get', async () => {
    const bucket = await bucketOn(s3, ['a/b/c']);
    expect(await keysOf(bucket)).toEqual(['a/', 'a/b/', 'a/b/c']);
    expect((await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a/' }))).ETag).toBeTruthy();
    expect(await refusal(bodyOf(bucket, 'a/'))).toBe('NoSuchKey 404');
  });
  test('deleted when they are empty', async () => {
    const bucket = await bucketOn(s3, ['a/b']);
    const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    expect(await refusal(remove('a/'))).toBe('Conflict 409');
    await remove('a/b');
    await remove('a/');
    expect(await keysOf(bucket)).toEqual([]);
  });
  test('what is left of one in a versioned bucket cannot be purged', async () => {
    const bucket = await bucketOn(s3, [], true);
    await mapi(hcp, `/namespaces/${bucket}/versioningSettings`, 'POST', { useDeleteMarkers: true });
    await put(bucket, 'a/b');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a/b' }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a/' }));
    const marker = { Key: 'a/', VersionId: '-3' };
    expect((await versionsOf(bucket)).DeleteMarkers).toMatchObject([marker, { Key: 'a/b' }]);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, ...marker }));
    expect((await versionsOf(bucket)).DeleteMarkers).toMatchObject([marker, { Key: 'a/b' }]);
  });
});

describe('H8: versions are listed oldest first, under numbers', () => {
  test('whatever the page', async () => {
    const bucket = await bucketOn(s3, [], true);
    for (const body of ['1', '22', '333', '4444']) await put(bucket, 'a', body);
    const { Versions = [] } = await versionsOf(bucket);
    expect(Versions.map(({ Size }) => Size)).toEqual([1, 2, 3, 4]);
    expect(Versions.map(({ IsLatest }) => IsLatest)).toEqual([false, false, false, true]);
    for (const { VersionId } of Versions) expect(VersionId).toMatch(/^\d+$/);
    const sizes: (number | undefined)[] = [];
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let page = 0; page < 4; page++) {
      const input = { Bucket: bucket, MaxKeys: 1, ...next };
      const answer = await s3.send(new ListObjectVersionsCommand(input));
      sizes.push(...(answer.Versions ?? []).map(({ Size }) => Size));
      next = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
      expect(answer.IsTruncated).toBe(page < 3);
    }
    expect(sizes).toEqual([1, 2, 3, 4]);
  });
});

describe('H25: lists are right in time', () => {
  test('what was deleted is listed once more', async () => {
    const bucket = await bucketOn(s3, ['a', 'dir/b', 'z']);
    hcp.setQuirks({ staleLists: 1 });
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'dir/b' }));
    hcp.setQuirks({ staleLists: 0 });
    expect(await keysOf(bucket)).toEqual(['a', 'dir/', 'dir/b', 'z']);
    expect(await keysOf(bucket)).toEqual(['a', 'dir/', 'z']);
  });
  test('a page may be empty though more follow', async () => {
    const bucket = await bucketOn(s3, ['a', 'b']);
    hcp.setQuirks({ emptyPages: 2 });
    const pages: (string | undefined)[][] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken }));
      pages.push((page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined || pages.length < 2);
    hcp.setQuirks({ emptyPages: 0 });
    expect(pages).toContainEqual([]);
    expect(pages).toContainEqual(['a', 'b']);
  });
});
