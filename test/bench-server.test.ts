import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compareKeys } from '#shared/key-order.ts';
import { startServer } from '#test/bench/server.ts';
import { Bodies } from '#test/bench/server/bodies.ts';
import { Keys } from '#test/bench/server/keys.ts';
import { tokenOf } from '#test/bench/server/listing.ts';
import { readServerFlags, serverFlags, type ServerOptions } from '#test/bench/server/options.ts';

async function serve(options: Partial<ServerOptions>) {
  const server = await startServer(options);
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  onTestFinished(async () => {
    client.destroy();
    await server.stop();
  });
  const full = readServerFlags(serverFlags(options));
  const keys = new Keys(full);
  return { client, server, all: Array.from({ length: keys.count }, (_, index) => keys.at(index)), full };
}

interface Listed {
  StartAfter?: string;
  Prefix?: string;
  Delimiter?: string;
  MaxKeys?: number;
}

/** Everything that is listed, page by page, decoded where it comes encoded. */
async function listed(client: S3Client, input: Listed, EncodingType?: 'url') {
  const found = { keys: [] as string[], folders: [] as string[] };
  const decode = (text = '') =>
    EncodingType === undefined ? text : decodeURIComponent(text.replaceAll('+', ' '));
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: 'bench', ...input, EncodingType, ContinuationToken: token }),
    );
    found.keys.push(...(page.Contents ?? []).map(({ Key }) => decode(Key)));
    found.folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => decode(Prefix)));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

/** What S3 says that a listing holds, of keys in order. */
function expected(all: string[], { StartAfter = '', Prefix = '', Delimiter = '' }: Listed) {
  const keys: string[] = [];
  const folders = new Set<string>();
  for (const key of all) {
    if (!key.startsWith(Prefix) || (StartAfter !== '' && compareKeys(key, StartAfter) <= 0)) continue;
    const cut = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
    if (cut === -1) keys.push(key);
    else folders.add(key.slice(0, cut + Delimiter.length));
  }
  return { keys, folders: [...folders] };
}

describe('the server of the benchmarks', () => {
  test('lists as S3 does, whatever the start, the prefix and the delimiter, plain and encoded', async () => {
    const { client, all } = await serve({ keys: 230, folders: 7, names: 'odd' });
    expect(all.toSorted(compareKeys)).toEqual(all);
    const around = fc
      .tuple(fc.constantFrom(...all), fc.nat({ max: 40 }), fc.constantFrom('', '!', '~', '/'))
      .map(([key, length, end]) => [...key].slice(0, length).join('') + end);
    const input = fc.record(
      {
        StartAfter: around,
        Prefix: around,
        Delimiter: fc.constantFrom('/', '-', 'page'),
        MaxKeys: fc.integer({ min: 1, max: 300 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(input, fc.constantFrom(undefined, 'url' as const), async (asked, encoding) => {
        // Where it begins within a folder, the folder is there as long as something of it follows.
        expect(await listed(client, asked, encoding)).toEqual(expected(all, asked));
      }),
      { numRuns: 60 },
    );
  });

  test('gives the same keys page by page and by tokens that are known beforehand', async () => {
    const { client, all } = await serve({ keys: 70_500 });
    const pages = await Promise.all(
      Array.from({ length: 71 }, (_, page) =>
        client.send(new ListObjectsV2Command({ Bucket: 'bench', ContinuationToken: tokenOf(page * 1000) })),
      ),
    );
    const keys = pages.flatMap(({ Contents = [] }) => Contents.map(({ Key }) => Key));
    expect(keys).toEqual(all);
    expect((await listed(client, {})).keys).toEqual(all);
    expect(pages.map(({ IsTruncated }) => IsTruncated)).toEqual(
      Array.from({ length: 71 }, (_, page) => page < 70),
    );
  });

  test('gives bodies, whole and in ranges, whose digests are their ETags', async () => {
    const { client, all, full } = await serve({ keys: 20, bytes: 5000, body: 'random' });
    const bodies = new Bodies(full);
    for (const [index, Key = ''] of all.entries()) {
      const whole = await client.send(new GetObjectCommand({ Bucket: 'bench', Key }));
      const bytes = Buffer.from((await whole.Body?.transformToByteArray()) ?? []);
      expect(whole.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
      expect(bytes.equals(bodies.piece(index, 0, 5000))).toBe(true);
      const range = { Bucket: 'bench', Key, Range: 'bytes=100-199', IfMatch: whole.ETag };
      const part = await client.send(new GetObjectCommand(range));
      expect(Buffer.from((await part.Body?.transformToByteArray()) ?? [])).toEqual(bytes.subarray(100, 200));
      expect(part.ContentRange).toBe('bytes 100-199/5000');
    }
    const stale = client.send(new GetObjectCommand({ Bucket: 'bench', Key: all[0], IfMatch: '"other"' }));
    await expect(stale).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const absent = client.send(new GetObjectCommand({ Bucket: 'bench', Key: 'absent' }));
    await expect(absent).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('gives a large object the ETag of its parts', async () => {
    const { client, all } = await serve({ keys: 1, bytes: 40 * 2 ** 20 + 3 });
    const whole = await client.send(new GetObjectCommand({ Bucket: 'bench', Key: all[0] }));
    const bytes = Buffer.from((await whole.Body?.transformToByteArray()) ?? []);
    const digests: Buffer[] = [];
    for (let part = 1; part <= 6; part++) {
      const input = { Bucket: 'bench', Key: all[0], PartNumber: part };
      const head = await client.send(new HeadObjectCommand(input));
      expect(head.PartsCount).toBe(6);
      const from = (part - 1) * 8 * 2 ** 20;
      digests.push(
        createHash('md5')
          .update(bytes.subarray(from, from + (head.ContentLength ?? 0)))
          .digest(),
      );
    }
    expect(whole.ETag).toBe(`"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-6"`);
  });

  test('lists versions in order, deletes what it is told, and has all of it again when it is reset', async () => {
    const { client, server, all } = await serve({ keys: 300, versions: 4, names: 'odd' });
    const versions = async (MaxKeys: number) => {
      const found: { Key: string; VersionId: string; IsLatest: boolean }[] = [];
      let [KeyMarker, VersionIdMarker]: (string | undefined)[] = [];
      do {
        const page: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket: 'bench', MaxKeys, KeyMarker, VersionIdMarker }),
        );
        for (const { Key = '', VersionId = '', IsLatest = false } of page.Versions ?? [])
          found.push({ Key, VersionId, IsLatest });
        KeyMarker = page.NextKeyMarker;
        VersionIdMarker = page.NextVersionIdMarker;
      } while (KeyMarker !== undefined);
      return found;
    };
    const before = await versions(1000);
    expect(before.map(({ Key }) => Key)).toEqual(all.flatMap((key) => [key, key, key, key]));
    expect(before.filter(({ IsLatest }) => IsLatest).map(({ Key }) => Key)).toEqual(all);
    expect(new Set(before.map(({ VersionId }) => VersionId)).size).toBe(1200);
    expect(await versions(7)).toEqual(before);

    const gone = before.filter((_, place) => place % 3 === 0 || place < 40);
    const Objects = gone.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: 'bench', Delete: { Objects } }));
    expect(answer.Deleted?.length).toBe(gone.length);
    expect(answer.Errors).toBeUndefined();
    const left = before.filter((version) => !gone.includes(version));
    const ids = (rows: { VersionId: string }[]) => rows.map(({ VersionId }) => VersionId);
    expect(ids(await versions(7))).toEqual(ids(left));
    const keysLeft = all.filter((key) => left.some(({ Key }) => Key === key));
    expect((await listed(client, { MaxKeys: 9 })).keys).toEqual(keysLeft);
    const isEmpty = () => client.send(new DeleteBucketCommand({ Bucket: 'bench' }));
    await expect(isEmpty()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    for (let at = 0; at < left.length; at += 1000) {
      const rest = left.slice(at, at + 1000).map(({ Key, VersionId }) => ({ Key, VersionId }));
      await client.send(
        new DeleteObjectsCommand({ Bucket: 'bench', Delete: { Objects: rest, Quiet: true } }),
      );
    }
    expect(await versions(1000)).toEqual([]);
    await isEmpty();
    await server.reset();
    expect(await versions(1000)).toEqual(before);
  });

  test('counts what it is sent, and refuses what it does not know', async () => {
    const { client } = await serve({ keys: 3 });
    const Body = Buffer.alloc(70_000, 'x');
    const ETag = `"${createHash('md5').update(Body).digest('hex')}"`;
    expect(await client.send(new PutObjectCommand({ Bucket: 'bench', Key: 'new', Body }))).toMatchObject({
      ETag,
    });
    expect(await client.send(new HeadObjectCommand({ Bucket: 'bench', Key: 'new' }))).toMatchObject({
      ETag,
      ContentLength: 70_000,
    });
    const copy = new CopyObjectCommand({ Bucket: 'bench', Key: 'copy', CopySource: 'bench/new' });
    await expect(client.send(copy)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('names the flag that is wrong', () => {
    const wrong = (...args: string[]) => {
      try {
        readServerFlags(args);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : undefined;
      }
    };
    expect(wrong('--keys', 'many')).toBe('--keys is a whole number from 0 to 20000000, not “many”.');
    expect(wrong('--layout', 'deep')).toContain('--layout is flat, or folders:N');
    expect(wrong('--body', 'video')).toBe('--body is text or random, not “video”.');
    expect(wrong('--colour', 'red')).toContain('--colour');
    expect(wrong('--latency-ms', '20')).toBeUndefined();
  });
});
