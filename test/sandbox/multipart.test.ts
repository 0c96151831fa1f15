import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, test } from 'vitest';
import { clientFor, sharedSandbox } from './support.ts';

const shared = sharedSandbox();

const MIB = 1024 * 1024;
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const nameOf = (error: unknown) => (error instanceof Error ? error.name : error);

async function begin(Bucket: string, Key = 'k', more: object = {}) {
  const { UploadId = '' } = await shared.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const at = { Bucket, Key, UploadId };
  return {
    at,
    part: async (PartNumber: number, Body: Uint8Array | string): Promise<CompletedPart> => {
      const { ETag } = await shared.s3.send(new UploadPartCommand({ ...at, PartNumber, Body }));
      return { PartNumber, ETag };
    },
    complete: (Parts: CompletedPart[]) =>
      shared.s3.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } })),
  };
}

async function read(Bucket: string, Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await shared.s3.send(new GetObjectCommand({ Bucket, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('an upload in parts', () => {
  test('becomes one object, in the order of its parts, with the ETag that AWS gives', async () => {
    const Bucket = await shared.bucket();
    const upload = await begin(Bucket, 'k', { Metadata: { a: 'b' }, ContentType: 'text/x', Tagging: 'c=d' });
    const bodies = [Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB + 1, 'b'), Buffer.from('tail')];
    const [a, b, c] = bodies.map((body) => md5(body));
    const third = await upload.part(9, bodies[2] ?? '');
    await upload.part(1, 'will be replaced');
    const second = await upload.part(5, bodies[1] ?? '');
    const first = await upload.part(1, bodies[0] ?? '');
    await upload.part(3, 'will not be named');
    const { ETag } = await upload.complete([first, second, third]);
    const digest = md5(Buffer.concat([a ?? Buffer.alloc(0), b ?? Buffer.alloc(0), c ?? Buffer.alloc(0)]));
    expect(ETag).toBe(`"${digest.toString('hex')}-3"`);
    const whole = Buffer.concat(bodies);
    expect((await read(Bucket, 'k')).equals(whole)).toBe(true);
    const range = [5 * MIB - 2, 10 * MIB + 2] as const;
    const middle = await read(Bucket, 'k', `bytes=${String(range[0])}-${String(range[1] - 1)}`);
    expect(middle.equals(whole.subarray(...range))).toBe(true);
    const head = await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head).toMatchObject({
      ETag,
      ContentLength: whole.length,
      Metadata: { a: 'b' },
      ContentType: 'text/x',
      TagCount: 1,
    });
    expect(await upload.complete([first]).catch(nameOf)).toBe('NoSuchUpload');
    await shared.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }));
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect((await read(Bucket, 'copy')).equals(whole)).toBe(true);
    const copied = await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
    expect(copied.ETag).toBe(`"${md5(whole).toString('hex')}"`);
  });

  test('is completed only with parts that are there, in order and large enough', async () => {
    const upload = await begin(await shared.bucket());
    const one = await upload.part(1, Buffer.alloc(5 * MIB));
    const two = await upload.part(2, 'small');
    const three = await upload.part(3, 'small');
    expect(await upload.complete([two, one]).catch(nameOf)).toBe('InvalidPartOrder');
    expect(await upload.complete([one, one]).catch(nameOf)).toBe('InvalidPartOrder');
    expect(await upload.complete([{ ...one, ETag: '"other"' }]).catch(nameOf)).toBe('InvalidPart');
    expect(await upload.complete([one, { PartNumber: 7, ETag: '"x"' }]).catch(nameOf)).toBe('InvalidPart');
    expect(await upload.complete([one, two, three]).catch(nameOf)).toBe('EntityTooSmall');
    expect(await upload.complete([]).catch(nameOf)).toBe('MalformedXML');
    expect(await upload.part(0, 'x').catch(nameOf)).toBe('InvalidArgument');
    expect(await upload.part(10_001, 'x').catch(nameOf)).toBe('InvalidArgument');
    await upload.complete([one, two]);
  });

  test('that is aborted is gone', async () => {
    const Bucket = await shared.bucket();
    const upload = await begin(Bucket);
    await upload.part(1, 'x');
    await shared.s3.send(new AbortMultipartUploadCommand(upload.at));
    expect(await upload.part(2, 'x').catch(nameOf)).toBe('NoSuchUpload');
    expect(await shared.s3.send(new AbortMultipartUploadCommand(upload.at)).catch(nameOf)).toBe(
      'NoSuchUpload',
    );
    expect(await shared.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' })).catch(nameOf)).toBe('NotFound');
  });

  test('completed twice at once is completed once', async () => {
    const upload = await begin(await shared.bucket());
    const one = await upload.part(1, 'x');
    const outcomes = await Promise.all([1, 2].map(() => upload.complete([one]).then(() => 'done', nameOf)));
    expect(outcomes.sort()).toEqual(['NoSuchUpload', 'done']);
  });

  test('shows its parts in pages, so that it can be resumed', async () => {
    const upload = await begin(await shared.bucket());
    for (const number of [1, 2, 3, 10]) await upload.part(number, String(number));
    const page = await shared.s3.send(new ListPartsCommand({ ...upload.at, MaxParts: 3 }));
    expect(page.Parts?.map((part) => [part.PartNumber, part.Size])).toEqual([[1, 1], [2, 1], [3, 1]]); // prettier-ignore
    expect([page.IsTruncated, page.NextPartNumberMarker]).toEqual([true, '3']);
    const rest = await shared.s3.send(new ListPartsCommand({ ...upload.at, PartNumberMarker: '3' }));
    expect(rest.Parts?.map((part) => part.PartNumber)).toEqual([10]);
    expect(rest.Parts?.[0]?.ETag).toBe(`"${md5(Buffer.from('10')).toString('hex')}"`);
  });

  test('can take its parts from objects', async () => {
    const Bucket = await shared.bucket();
    const Body = Buffer.from(Array.from({ length: 6 * MIB }, (_, n) => n % 253));
    await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body }));
    const upload = await begin(Bucket);
    const CopySource = `${Bucket}/source`;
    const copy = (PartNumber: number, CopySourceRange?: string) =>
      shared.s3.send(new UploadPartCopyCommand({ ...upload.at, PartNumber, CopySource, CopySourceRange }));
    const whole = await copy(1);
    const piece = await copy(2, 'bytes=3-70000');
    await upload.complete([
      { PartNumber: 1, ETag: whole.CopyPartResult?.ETag },
      { PartNumber: 2, ETag: piece.CopyPartResult?.ETag },
    ]);
    expect((await read(Bucket, 'k')).equals(Buffer.concat([Body, Body.subarray(3, 70_001)]))).toBe(true);
    const next = await begin(Bucket);
    for (const range of ['bytes=0-', 'bytes=5-3', `bytes=0-${String(Body.length)}`]) {
      const input = { ...next.at, PartNumber: 1, CopySource, CopySourceRange: range };
      expect(await shared.s3.send(new UploadPartCopyCommand(input)).catch(nameOf)).toBe('InvalidArgument');
    }
  });

  test('works through the SDK’s own uploader', async () => {
    const Bucket = await shared.bucket();
    const Body = Buffer.alloc(12 * MIB, 'cooper');
    for (const requestChecksumCalculation of ['WHEN_REQUIRED', 'WHEN_SUPPORTED'] as const) {
      const client = clientFor(shared.sandbox, { requestChecksumCalculation });
      const Key = requestChecksumCalculation;
      await new Upload({ client, params: { Bucket, Key, Body }, queueSize: 3 }).done();
      expect((await read(Bucket, Key)).equals(Body)).toBe(true);
    }
  });
});

describe('the uploads of a bucket', () => {
  test('are listed by key and age, in pages, with folders', async () => {
    const Bucket = await shared.bucket();
    const ids: string[] = [];
    for (const key of ['b', 'a/1', 'a/2', 'a/1', 'c']) ids.push((await begin(Bucket, key)).at.UploadId);
    const found: (string | undefined)[][] = [];
    let KeyMarker: string | undefined;
    let UploadIdMarker: string | undefined;
    for (;;) {
      const page = await shared.s3.send(
        new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, KeyMarker, UploadIdMarker }),
      );
      found.push(...(page.Uploads ?? []).map((upload) => [upload.Key, upload.UploadId]));
      if (page.IsTruncated !== true) break;
      KeyMarker = page.NextKeyMarker;
      UploadIdMarker = page.NextUploadIdMarker;
    }
    expect(found).toEqual([['a/1', ids[1]], ['a/1', ids[3]], ['a/2', ids[2]], ['b', ids[0]], ['c', ids[4]]]); // prettier-ignore
    const level = await shared.s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/' }));
    expect(level.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    expect(level.Uploads?.map((upload) => upload.Key)).toEqual(['b', 'c']);
    const folder = await shared.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'a/2' }));
    expect(folder.Uploads?.map((upload) => upload.UploadId)).toEqual([ids[2]]);
  });
});
