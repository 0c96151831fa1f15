// What a first version written on the SDK does: listing in series; a ZIP by archiver of batches of 20 whole objects; one
// object piped to a file; one DELETE a version.
//   sdk.ts count|zip|download|delete {"endpoint": …} [HOW MANY VERSIONS]
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ZipArchive } from 'archiver';
import { accessSchema } from '../access.ts';
import { measureHere } from '../measure.ts';
import { inScratch } from '../peers.ts';

const [kind = '', access = '{}', most = '0'] = process.argv.slice(2);
const { endpoint, region, accessKeyId, secretAccessKey, bucket } = accessSchema.parse(JSON.parse(access));
const BATCH = 20;
const client = new S3Client({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey },
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});

async function* list(): AsyncGenerator<{ key: string; size: number }, void, undefined> {
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }));
    for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) yield { key, size };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

const work: Record<string, (folder: string) => Promise<Record<string, number>>> = {
  async count() {
    let [objects, bytes] = [0, 0];
    for await (const { size } of list()) {
      objects++;
      bytes += size;
    }
    return { objects, bytes };
  },

  async zip(folder) {
    const archive = new ZipArchive({ zlib: { level: 6 } });
    const out = createWriteStream(join(folder, 'out.zip'));
    archive.pipe(out);
    const keys: string[] = [];
    for await (const { key } of list()) keys.push(key);
    for (let start = 0; start < keys.length; start += BATCH) {
      const batch = keys.slice(start, start + BATCH).map(async (key) => {
        const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return { key, bytes: Buffer.from((await body?.transformToByteArray()) ?? []) };
      });
      for (const { key, bytes } of await Promise.all(batch)) archive.append(bytes, { name: key });
    }
    const closed = once(out, 'close');
    await archive.finalize();
    await closed;
    return { objects: keys.length };
  },

  async download(folder) {
    let objects = 0;
    for await (const { key } of list()) {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(body instanceof Readable)) throw new Error('There is no body.');
      await pipeline(body, createWriteStream(join(folder, `out-${objects}`)));
      objects++;
    }
    return { objects };
  },

  async delete() {
    const MaxKeys = Math.min(1000, Number(most));
    let objects = 0;
    while (objects < Number(most)) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys }));
      for (const { Key, VersionId } of page.Versions ?? []) {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
        objects++;
      }
      if (page.IsTruncated !== true) break;
    }
    return { objects };
  },
};

await inScratch((folder) =>
  measureHere(async () => {
    const run = work[kind];
    if (run === undefined) throw new Error(`There is no “${kind}”.`);
    return run(folder);
  }),
);
client.destroy();
