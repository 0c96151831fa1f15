// What a first version written on the SDK does: listing in series; a ZIP by archiver of batches of 20 whole objects.
//   sdk.ts count|zip ENDPOINT
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ZipArchive } from 'archiver';
import { measureHere } from '../measure.ts';
import { inFolder } from '../zip-cases.ts';

const [kind = '', endpoint = ''] = process.argv.slice(2);
const BATCH = 20;
const client = new S3Client({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});

async function* list(): AsyncGenerator<{ key: string; size: number }, void, undefined> {
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: 'bench', ContinuationToken: token }));
    for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) yield { key, size };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function count(): Promise<Record<string, number>> {
  let [objects, bytes] = [0, 0];
  for await (const { size } of list()) {
    objects++;
    bytes += size;
  }
  return { objects, bytes };
}

async function zip(path: string): Promise<Record<string, number>> {
  const archive = new ZipArchive({ zlib: { level: 6 } });
  const out = createWriteStream(path);
  archive.pipe(out);
  const keys: string[] = [];
  for await (const { key } of list()) keys.push(key);
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH).map(async (key) => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: 'bench', Key: key }));
      return { key, bytes: Buffer.from((await body?.transformToByteArray()) ?? []) };
    });
    for (const { key, bytes } of await Promise.all(batch)) archive.append(bytes, { name: key });
  }
  const closed = once(out, 'close');
  await archive.finalize();
  await closed;
  return { objects: keys.length };
}

await inFolder((path) => measureHere(() => (kind === 'zip' ? zip(path) : count())));
client.destroy();
