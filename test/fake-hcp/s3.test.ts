import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshBucketName } from '#test/support/endpoints.ts';
import { FINANCE, type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { ask, bucketOn, mapi, OTHER, OWNER, refusal, sdk } from './support.ts';

let hcp: FakeHcp;
let s3: S3Client;
beforeAll(async () => {
  hcp = await startFakeHcp({ tenants: [FINANCE, { ...FINANCE, name: 'sales' }] });
  s3 = await sdk(hcp);
});
afterAll(async () => {
  s3.destroy();
  await hcp.stop();
});

const put = (Bucket: string, Key: string, Body: string | Uint8Array = Key) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const versionsOf = async (Bucket: string) => s3.send(new ListObjectVersionsCommand({ Bucket }));
const keysOf = async (Bucket: string) =>
  (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];
const bodyOf = async (Bucket: string, Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

/** A body for DeleteObjects, with its digest or without: the SDK's own are of another kind. */
function deleting(Bucket: string, objects: { Key: string; VersionId?: string }[], withMd5 = true) {
  const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects: objects } });
  if (withMd5)
    command.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { headers: Record<string, string>; body: string } };
        request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
  return s3.send(command);
}

/** A client that sends one header more. */
async function sdkWith(name: string, value: string): Promise<S3Client> {
  const client = await sdk(hcp);
  client.middlewareStack.add(
    (next) => (args) => {
      (args as { request: { headers: Record<string, string> } }).request.headers[name] = value;
      return next(args);
    },
    { step: 'build' },
  );
  return client;
}

async function uploadOf(Bucket: string, Key: string, parts: readonly Uint8Array[]) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts: { PartNumber: number; ETag: string }[] = [];
  for (const [i, Body] of parts.entries()) {
    const PartNumber = i + 1;
    const { ETag = '' } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
}
const MIB = 2 ** 20;

describe('H1: a key that exists cannot be put again without versioning', () => {
  test('409, unless the namespace allows to overwrite', async () => {
    const bucket = await bucketOn(s3, ['a']);
    expect(await refusal(put(bucket, 'a', 'new'))).toBe('Conflict 409');
    expect(await bodyOf(bucket, 'a')).toBe('a');
    await mapi(hcp, `/namespaces/${bucket}`, 'POST', { s3UnversionedOverwrite: true });
    await put(bucket, 'a', 'new');
    expect(await bodyOf(bucket, 'a')).toBe('new');
  });
  test('with versioning it makes a version', async () => {
    const bucket = await bucketOn(s3, ['a', 'a'], true);
    expect((await versionsOf(bucket)).Versions).toHaveLength(2);
  });
  test('completing an upload onto one leaves the parts, so that it can be completed once it is deleted', async () => {
    const bucket = await bucketOn(s3, ['a']);
    const upload = await uploadOf(bucket, 'a', [Buffer.from('from parts')]);
    expect(await refusal(s3.send(new CompleteMultipartUploadCommand(upload)))).toBe('Conflict 409');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    await s3.send(new CompleteMultipartUploadCommand(upload));
    expect(await bodyOf(bucket, 'a')).toBe('from parts');
  });
  test('of two that put one key at once, one is refused', async () => {
    const bucket = await bucketOn(s3);
    const outcomes = await Promise.all([refusal(put(bucket, 'a', '1')), refusal(put(bucket, 'a', '2'))]);
    expect(outcomes.sort()).toEqual(['Conflict 409', 'not refused']);
  });
});

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

test('H7: a key that ends in a slash is a folder, and its body is dropped', async () => {
  const bucket = await bucketOn(s3);
  await put(bucket, 'docs/', 'a body');
  expect((await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'docs/' }))).ContentLength).toBe(0);
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

test('H9: the ETag of what was uploaded in parts is no MD5', async () => {
  const bucket = await bucketOn(s3);
  const upload = await uploadOf(bucket, 'a', [Buffer.alloc(MIB), Buffer.from('end')]);
  const { ETag } = await s3.send(new CompleteMultipartUploadCommand(upload));
  expect(ETag).toMatch(/^"[0-9a-f]{64}-2"$/);
});

describe('H10: what is packed with gzip is unpacked', () => {
  test('and comes back as it was', async () => {
    const bucket = await bucketOn(s3);
    const input = { Bucket: bucket, Key: 'a', Body: gzipSync('a text'), ContentEncoding: 'gzip' };
    await s3.send(new PutObjectCommand(input));
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(got.ContentEncoding).toBeUndefined();
    expect(await got.Body?.transformToString()).toBe('a text');
  });
  test('the digest is of what comes out', async () => {
    const bucket = await bucketOn(s3);
    const Body = gzipSync('a text');
    const input = { Bucket: bucket, Key: 'a', Body, ContentEncoding: 'gzip' };
    const ContentMD5 = createHash('md5').update(Body).digest('base64');
    expect(await refusal(s3.send(new PutObjectCommand({ ...input, ContentMD5 })))).toBe('BadDigest 400');
    expect(await keysOf(bucket)).toEqual([]);
  });
});

test('H11: bodies in chunks with checksums are refused before HCP 10', async () => {
  const bucket = await bucketOn(s3);
  const newer = await sdk(hcp, OWNER, 'WHEN_SUPPORTED');
  const { Readable } = await import('node:stream');
  const send = () => {
    const Body = Readable.from([Buffer.from('streamed')]);
    return newer.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body, ContentLength: 8 }));
  };
  expect(await refusal(send())).toBe('MissingContentLength 411');
  hcp.setQuirks({ software: '10.0.0.1' });
  await send();
  hcp.setQuirks({ software: '9.7.0.74' });
  expect(await bodyOf(bucket, 'a')).toBe('streamed');
  newer.destroy();
});

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

describe('H14: limits', () => {
  test('keys to 4,095 bytes, and some names are kept back', async () => {
    const bucket = await bucketOn(s3);
    await put(bucket, 'x'.repeat(4095));
    expect(await refusal(put(bucket, 'x'.repeat(4096)))).toBe('KeyTooLongError 400');
    expect(await refusal(put(bucket, 'a/.directory-metadata'))).toBe('InvalidArgument 400');
  });
  test('parts from 1 MB', async () => {
    const bucket = await bucketOn(s3);
    const upload = await uploadOf(bucket, 'a', [Buffer.alloc(MIB), Buffer.from('end')]);
    await s3.send(new CompleteMultipartUploadCommand(upload));
    const small = await uploadOf(bucket, 'b', [Buffer.alloc(MIB - 1), Buffer.from('end')]);
    expect(await refusal(s3.send(new CompleteMultipartUploadCommand(small)))).toMatch(/^EntityTooSmall/);
  });
  test('no pages of uploads over a thousand', async () => {
    const Bucket = await bucketOn(s3);
    const list = s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1001 }));
    expect(await refusal(list)).toBe('InvalidArgument 400');
  });
  test('names of metadata are names of XML elements', async () => {
    const Bucket = await bucketOn(s3);
    const Metadata = { "city'town": 'x', plain: 'y' };
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Metadata }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(head.Metadata).toEqual({ city_town: 'x', plain: 'y' });
  });
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

test('a bucket with deletions in it cannot be deleted', async () => {
  const Bucket = await bucketOn(s3, ['a'], true);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  for (const { Key, VersionId } of (await versionsOf(Bucket)).Versions ?? [])
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  expect((await versionsOf(Bucket)).Versions).toBeUndefined();
  expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
});
