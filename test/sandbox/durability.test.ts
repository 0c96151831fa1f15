import { once } from 'node:events';
import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { SandboxAnswer } from '#sandbox/process.ts';
import { startSandbox } from '#sandbox/sandbox.ts';
import { clientFor, errorOf, forkSandbox, sign, temporaryFolder, withSandbox } from './support.ts';

const Bucket = 'kept';
const LARGE = Buffer.alloc(300_000, 'large');

/** Every file below a folder. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function read(s3: S3Client, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

function clientOf(answer: SandboxAnswer): S3Client {
  if (!('ok' in answer)) throw new Error(answer.error);
  return clientFor({ ...answer, port: 0, close: async () => {} });
}

describe('after a restart', () => {
  test('objects, versions, settings and unfinished uploads are what they were', async () => {
    const folder = await temporaryFolder();
    const before = await withSandbox(folder, async (s3) => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
      await s3.send(new PutObjectCommand({ Bucket, Key: 'null', Body: 'before versioning' }));
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      );
      await s3.send(new PutObjectCommand({ Bucket, Key: 'null', Body: LARGE, Tagging: 'x=y' }));
      await s3.send(
        new PutObjectCommand({ Bucket, Key: '\u0001/../ü\n', Body: 'odd', Metadata: { note: 'kept' } }),
      );
      await s3.send(new DeleteObjectCommand({ Bucket, Key: '\u0001/../ü\n' }));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
      const { ETag } = await s3.send(
        new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: LARGE }),
      );
      const list = await s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url' }));
      return { UploadId, ETag, versions: list.Versions, markers: list.DeleteMarkers };
    });
    await withSandbox(folder, async (s3) => {
      const list = await s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url' }));
      expect([list.Versions, list.DeleteMarkers]).toEqual([before.versions, before.markers]);
      expect(await read(s3, 'null')).toBe(LARGE.toString());
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'null' }));
      expect(TagSet).toEqual([{ Key: 'x', Value: 'y' }]);
      const upload = { Bucket, Key: 'parts', UploadId: before.UploadId };
      expect((await s3.send(new ListPartsCommand(upload))).Parts).toHaveLength(1);
      const Parts = [{ PartNumber: 1, ETag: before.ETag }];
      await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
      expect(await read(s3, 'parts')).toBe(LARGE.toString());
    });
  });

  test('what was replaced or removed takes no room', async () => {
    const folder = await temporaryFolder();
    const sizeOf = async () => {
      const sizes = await Promise.all((await filesOf(folder)).map(async (path) => (await stat(path)).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    await withSandbox(folder, async (s3) => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      for (let round = 0; round < 3; round++) {
        await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: LARGE }));
      }
      const Body = Buffer.alloc(60_000, 'small');
      const puts = Array.from({ length: 60 }, (_, n) =>
        s3.send(new PutObjectCommand({ Bucket, Key: String(n), Body })),
      );
      await Promise.all(puts);
      for (let n = 0; n < 50; n++) await s3.send(new DeleteObjectCommand({ Bucket, Key: String(n) }));
      const many = Array.from({ length: 1100 }, () =>
        s3.send(new PutObjectCommand({ Bucket, Key: 'often', Body: 'x' })),
      );
      await Promise.all(many);
    });
    expect(await sizeOf()).toBeGreaterThan(3_600_000);
    await withSandbox(folder, async (s3) => {
      for (let n = 50; n < 60; n++) expect(await read(s3, String(n))).toHaveLength(60_000);
      expect(await read(s3, 'often')).toBe('x');
    });
    expect(await sizeOf()).toBeLessThan(1_000_000);
    await withSandbox(folder, async (s3) => {
      expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(12);
      expect(await read(s3, 'large')).toBe(LARGE.toString());
    });
  });

  test('a line that was torn is dropped, and what nobody refers to is swept', async () => {
    const folder = await temporaryFolder();
    await withSandbox(folder, async (s3) => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
      await s3.send(new PutObjectCommand({ Bucket, Key: 'b', Body: LARGE }));
    });
    const files = await filesOf(folder);
    const journal = files.find((path) => path.endsWith('journal')) ?? '';
    const whole = await readFile(journal, 'utf8');
    const lines = whole.trimEnd().split('\n');
    await truncate(journal, whole.length - 10);
    const blob = files.find((path) => path.includes('blobs')) ?? '';
    await withSandbox(folder, async (s3) => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map((object) => object.Key)).toEqual(['a']);
      expect(await filesOf(folder)).not.toContain(blob);
      await s3.send(new PutObjectCommand({ Bucket, Key: 'c', Body: 'after' }));
    });
    const healed = await readFile(journal, 'utf8');
    expect(healed.split('\n').slice(0, lines.length - 1)).toEqual(lines.slice(0, -1));
    await withSandbox(folder, async (s3) => {
      expect([await read(s3, 'a'), await read(s3, 'c')]).toEqual(['kept', 'after']);
    });
  });

  test('a damaged line is said, not skipped', async () => {
    const folder = await temporaryFolder();
    await withSandbox(folder, async (s3) => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      for (const Key of ['a', 'b']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    });
    const journal = (await filesOf(folder)).find((path) => path.endsWith('journal')) ?? '';
    await writeFile(journal, (await readFile(journal, 'utf8')).replace('"key":"a"', '"key":"z"'));
    await expect(startSandbox({ folder })).rejects.toThrow(/damaged in line 2.*backup/);
  });
});

test('a bucket that is deleted while objects are on their way stays deleted', async () => {
  const folder = await temporaryFolder();
  await withSandbox(folder, async (s3, sandbox) => {
    for (const size of [100, 300_000]) {
      await s3.send(new CreateBucketCommand({ Bucket }));
      const body = Buffer.alloc(size, 'x');
      const path = `/${Bucket}/k`;
      const { headers } = sign(sandbox, { method: 'PUT', path, body: body.toString() });
      const put = request({
        port: sandbox.port,
        method: 'PUT',
        path,
        headers: { ...headers, 'content-length': size },
      });
      put.write(body.subarray(0, size / 2));
      await sleep(20);
      await s3.send(new DeleteBucketCommand({ Bucket }));
      put.end(body.subarray(size / 2));
      const [answer] = (await once(put, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(404);
    }
  });
  await withSandbox(folder, async (s3) => {
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    expect(await readdir(join(folder, 'buckets'))).toEqual([]);
  });
});

describe('in a process of its own', () => {
  test('everything that was acknowledged before a kill is there after it, whole', async () => {
    const folder = await temporaryFolder();
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round++) {
      const { child, answer } = await forkSandbox(folder);
      const s3 = clientOf(answer);
      if (round === 0) await s3.send(new CreateBucketCommand({ Bucket }));
      let running = true;
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; running; n++) {
          const Key = `${String(round)}/${String(writer)}/${String(n)}`;
          const size = n % 5 === 0 ? 100_000 : 100 + n;
          const sent = s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size, 'b') }));
          await sent.then(
            () => acknowledged.set(Key, size),
            () => {
              running = false;
            },
          );
        }
      });
      await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(100 * (round + 1));
      child.kill('SIGKILL');
      await Promise.all(writers);
      s3.destroy();
    }
    await withSandbox(folder, async (s3) => {
      const listed = new Map<string, number>();
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
        for (const { Key = '', Size = 0 } of page.Contents ?? []) listed.set(Key, Size);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      for (const [key, size] of acknowledged) expect([key, listed.get(key)]).toEqual([key, size]);
      for (const [key, size] of listed) {
        expect(await read(s3, key)).toBe('b'.repeat(size));
      }
    });
  });

  test('it ends with its parent, or when it is told to', async () => {
    const folder = await temporaryFolder();
    const first = await forkSandbox(folder);
    expect(first.answer).toMatchObject({ ok: true, region: 'us-east-1' });
    first.child.disconnect();
    await once(first.child, 'exit');
    const second = await forkSandbox(folder);
    expect(second.answer).toMatchObject({ ok: true });
    second.child.send({ stop: true });
    const [code] = (await once(second.child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(await readdir(folder)).not.toContain('lock');
  });

  test('it says why there is no sandbox, and can be asked again', async () => {
    const folder = await temporaryFolder();
    await appendFile(join(folder, 'notes.txt'), 'x');
    const { child, answer } = await forkSandbox(folder);
    expect(errorOf(answer)).toMatch(/Choose an empty folder/);
    child.send({ folder: join(folder, 'inside') });
    const [again] = (await once(child, 'message')) as [SandboxAnswer];
    expect(again).toMatchObject({ ok: true });
  });
});
