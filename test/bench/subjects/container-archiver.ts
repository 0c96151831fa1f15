// archiver's ZIP: `container-archiver.ts CASE`, see ../zip-container.ts.
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ZipArchive } from 'archiver';
import { complaintsAbout } from '#test/support/zip-readers.ts';
import { text } from '../content.ts';
import { measureHere } from '../measure.ts';
import {
  DEFLATE_ENTRIES,
  heapMB,
  inFolder,
  MANY_ENTRIES,
  STREAM_CHUNK_BYTES,
  STREAM_CHUNKS,
} from '../zip-cases.ts';

await inFolder(async (path) => {
  const date = new Date();
  const out = createWriteStream(path);
  const closed = new Promise<void>((resolve, reject) =>
    out.once('close', () => resolve()).once('error', reject),
  );
  const zip = new ZipArchive({ store: process.argv[2] !== 'deflate', zlib: { level: 6 } });
  zip.pipe(out);
  // One entry at a time: what is appended waits in memory otherwise.
  const append = (body: Buffer | Readable, name: string) => {
    const added = new Promise<void>((resolve) => zip.once('entry', () => resolve()));
    zip.append(body, { name, date });
    return added;
  };
  const finish = async () => {
    await zip.finalize();
    await closed;
    const file = await open(path, 'r+');
    await file.sync();
    await file.close();
  };
  const which = process.argv[2] ?? '';
  switch (which) {
    case 'deflate': {
      const body = text(16 * 1024);
      await measureHere(async () => {
        for (let i = 0; i < DEFLATE_ENTRIES; i++) await append(body, `text/${i}.txt`);
        await finish();
      });
      break;
    }
    case 'stream': {
      const chunk = text(STREAM_CHUNK_BYTES);
      await measureHere(async () => {
        await append(Readable.from(Array<Buffer>(STREAM_CHUNKS).fill(chunk), { objectMode: false }), 'one');
        await finish();
      });
      break;
    }
    case 'many': {
      const body = Buffer.from('x');
      const before = heapMB();
      await measureHere(async () => {
        for (let i = 0; i < MANY_ENTRIES; i++) await append(body, `many/folder/${i}.txt`);
        const keptMB = heapMB() - before;
        await finish();
        return { keptMB };
      });
      break;
    }
    case 'failure': {
      const source = new PassThrough();
      source.on('error', () => undefined);
      await measureHere(async () => {
        zip.append('before', { name: 'before' });
        zip.append(source, { name: 'broken' });
        zip.append('after', { name: 'after' });
        source.write(Buffer.alloc(2 ** 20));
        await delay(500);
        source.destroy(new Error('The connection broke.'));
        const isFinished = await Promise.race([finish().then(() => 1), delay(3000).then(() => 0)]);
        return { complaints: Object.keys(await complaintsAbout(path)).length, isFinished };
      });
      break;
    }
    default:
      throw new Error(`There is no case “${which}”.`);
  }
});
process.exit(); // after an entry that broke off it would wait for ever
