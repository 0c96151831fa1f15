import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { bucketOn, mapi, OWNER, refusal, sdk } from './support.ts';
import { MIB, openFake } from './world.ts';

const { hcp, s3, put, versionsOf, keysOf, bodyOf, uploadOf, stop } = await openFake();
afterAll(stop);

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

test('H7: a key that ends in a slash is a folder, and its body is dropped', async () => {
  const bucket = await bucketOn(s3);
  await put(bucket, 'docs/', 'a body');
  expect((await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'docs/' }))).ContentLength).toBe(0);
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
