// Cooper's ZIP writer: `container-cooper.ts CASE`, see ../zip-container.ts.
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { OutputFile } from '#jobs/zip/output-file.ts';
import { ZipWriter } from '#jobs/zip/zip-writer.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
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

const modifiedAt = new Date();

await inFolder(async (path) => {
  const file = await OutputFile.create(path);
  const zip = new ZipWriter(file);
  const which = process.argv[2] ?? '';
  switch (which) {
    case 'deflate': {
      const body = text(16 * 1024);
      const deflated = mapConcurrent(
        Array.from({ length: DEFLATE_ENTRIES }, (_, i) => i),
        async (i) => ({ i, data: await promisify(deflateRaw)(body) }),
        { limit: 4 * availableParallelism() },
      );
      await measureHere(async () => {
        for await (const { i, data } of deflated) {
          const ready = { method: 'deflate' as const, data, crc32: crc32(body), bytes: body.length };
          await zip.addEntry({ name: `text/${i}.txt`, modifiedAt }, ready);
        }
        await zip.finish();
      });
      break;
    }
    case 'stream': {
      const chunk = text(STREAM_CHUNK_BYTES);
      await measureHere(async () => {
        const bytes = STREAM_CHUNK_BYTES * STREAM_CHUNKS;
        const entry = await zip.openEntry({ name: 'one', modifiedAt }, { method: 'store', bytes });
        for (let i = 0; i < STREAM_CHUNKS; i++) await entry.write(chunk);
        await entry.close();
        await zip.finish();
      });
      break;
    }
    case 'many': {
      const body = Buffer.from('x');
      const ready = { method: 'store' as const, data: body, crc32: crc32(body), bytes: 1 };
      const before = heapMB();
      await measureHere(async () => {
        for (let i = 0; i < MANY_ENTRIES; i++)
          await zip.addEntry({ name: `many/folder/${i}.txt`, modifiedAt }, ready);
        const keptMB = heapMB() - before;
        await zip.finish();
        return { keptMB };
      });
      break;
    }
    case 'failure': {
      const ready = (body: Buffer) => ({
        method: 'store' as const,
        data: body,
        crc32: crc32(body),
        bytes: body.length,
      });
      await measureHere(async () => {
        await zip.addEntry({ name: 'before', modifiedAt }, ready(Buffer.from('before')));
        const entry = await zip.openEntry(
          { name: 'broken', modifiedAt },
          { method: 'store', bytes: 2 ** 21 },
        );
        await entry.write(Buffer.alloc(2 ** 20));
        await entry.discard();
        await zip.addEntry({ name: 'after', modifiedAt }, ready(Buffer.from('after')));
        await zip.finish();
        return { complaints: Object.keys(await complaintsAbout(path)).length };
      });
      break;
    }
    default:
      throw new Error(`There is no case “${which}”.`);
  }
  await file.close();
});
