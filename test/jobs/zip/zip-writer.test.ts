import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deflateBlocks } from '#jobs/zip/deflate-blocks.ts';
import { OutputFile } from '#jobs/zip/output-file.ts';
import { centralHeader, endRecords, localHeader } from '#jobs/zip/zip-records.ts';
import { type OpenEntry, ZipWriter } from '#jobs/zip/zip-writer.ts';
import { complaintsAbout, readZip, type ReadEntry } from '#test/support/zip-readers.ts';

let folder = '';
let counter = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooper-zip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = new Date('2024-02-29T12:34:56Z');

async function writeZip(compose: (zip: ZipWriter, file: OutputFile) => Promise<void>): Promise<string> {
  const path = join(folder, `${counter++}.zip`);
  const file = await OutputFile.create(path);
  try {
    const zip = new ZipWriter(file);
    await compose(zip, file);
    expect(await zip.finish()).toBe((await stat(path)).size);
    await zip.dispose();
  } finally {
    await file.close();
  }
  return path;
}

async function entriesOf(path: string): Promise<ReadEntry[]> {
  const entries: ReadEntry[] = [];
  for await (const entry of readZip(path)) entries.push(entry);
  return entries;
}

function ready(bytes: Uint8Array, method: 'store' | 'deflate') {
  return {
    method,
    data: method === 'store' ? bytes : deflateRawSync(bytes),
    crc32: crc32(bytes),
    bytes: bytes.length,
  };
}

async function* each(chunks: Uint8Array[]) {
  yield* chunks;
}

async function fill(entry: OpenEntry, chunks: Uint8Array[], method: 'store' | 'deflate') {
  if (method === 'store') for (const chunk of chunks) await entry.write(chunk);
  else for await (const { raw, data } of deflateBlocks(each(chunks))) await entry.write(raw, data);
}

async function stream(
  zip: ZipWriter,
  name: string,
  chunks: Uint8Array[],
  method: 'store' | 'deflate',
  modifiedAt = at,
) {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const entry = await zip.openEntry({ name, modifiedAt }, { method, bytes });
  await fill(entry, chunks, method);
  await entry.close();
}

describe('a ZIP that Cooper writes', () => {
  it('is read by every reader: stored and deflated, whole and in pieces, folders, empty files, any script', async () => {
    const text = Buffer.from('All work and no play makes Jack a dull boy.\n'.repeat(2000));
    const path = await writeZip(async (zip) => {
      await zip.addFolder({ name: 'empty folder/', modifiedAt: at });
      await zip.addEntry({ name: 'stored.txt', modifiedAt: at }, ready(text, 'store'));
      await zip.addEntry({ name: 'a/deflated.txt', modifiedAt: at }, ready(text, 'deflate'));
      await stream(zip, 'a/b/streamed.txt', [text, text, text], 'deflate');
      await stream(zip, 'a/b/שלום 漢字 🪣.bin', [text, text], 'store');
      await zip.addEntry({ name: 'empty', modifiedAt: at }, ready(Buffer.alloc(0), 'store'));
      await stream(zip, 'empty, streamed', [], 'deflate');
    });
    expect(await complaintsAbout(path)).toEqual({});
    const entries = await entriesOf(path);
    expect(
      entries.map(({ name, isFolder, isStored, bytes }) => [name, isFolder, isStored, bytes.length]),
    ).toEqual([
      ['empty folder/', true, true, 0],
      ['stored.txt', false, true, text.length],
      ['a/deflated.txt', false, false, text.length],
      ['a/b/streamed.txt', false, false, 3 * text.length],
      ['a/b/שלום 漢字 🪣.bin', false, true, 2 * text.length],
      ['empty', false, true, 0],
      ['empty, streamed', false, false, 0],
    ]);
    expect(
      entries.every(
        ({ bytes }) =>
          bytes.length % text.length === 0 &&
          bytes.subarray(0, text.length).equals(text.subarray(0, bytes.length)),
      ),
    ).toBe(true);
  });

  it('holds whatever bytes under whatever names, given in whatever pieces', async () => {
    const entry = fc.record({
      name: fc
        .string({ unit: 'binary', minLength: 1, maxLength: 40 })
        .map((name) => name.replace(/[/\\:]/g, '_')),
      chunks: fc.array(fc.uint8Array({ maxLength: 3000, size: 'max' }), { maxLength: 4 }),
      repeat: fc.constantFrom(1, 1, 100),
      method: fc.constantFrom<('store' | 'deflate')[]>('store', 'deflate'),
      how: fc.constantFrom('whole', 'streamed', 'discarded'),
      modifiedAt: fc.date({ min: new Date('1980-01-02'), max: new Date('2037-12-31'), noInvalidDate: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), async (given) => {
        const entries = given.map((one, index) => ({
          ...one,
          name: `${index}/${one.name}`,
          chunks: one.chunks.map((chunk) => Buffer.concat(Array<Uint8Array>(one.repeat).fill(chunk))),
        }));
        const path = await writeZip(async (zip) => {
          for (const { name, chunks, method, how, modifiedAt } of entries) {
            if (how === 'whole')
              await zip.addEntry({ name, modifiedAt }, ready(Buffer.concat(chunks), method));
            else if (how === 'streamed') await stream(zip, name, chunks, method, modifiedAt);
            else {
              const taken = await zip.openEntry({ name, modifiedAt }, { method, bytes: 1 });
              await fill(taken, chunks, method);
              await taken.discard();
            }
          }
        });
        const kept = entries.filter(({ how }) => how !== 'discarded');
        const read = await entriesOf(path);
        expect(read.map(({ name }) => name)).toEqual(kept.map(({ name }) => name));
        for (const [index, { chunks, method, modifiedAt }] of kept.entries()) {
          expect(read[index]?.bytes.equals(Buffer.concat(chunks))).toBe(true);
          expect(read[index]?.isStored).toBe(method === 'store');
          expect(read[index]?.modifiedAt.getTime()).toBe(Math.floor(modifiedAt.getTime() / 1000) * 1000);
        }
        await rm(path);
      }),
      { numRuns: 60 },
    );
  });

  it('shows no trace of an entry that was taken back', async () => {
    const big = Buffer.alloc(3_000_000, 'x');
    const plain = async (zip: ZipWriter) => {
      await zip.addEntry({ name: 'before', modifiedAt: at }, ready(Buffer.from('before'), 'store'));
      await stream(zip, 'after', [Buffer.from('after')], 'deflate');
    };
    const expected = await readFile(await writeZip(plain));
    for (const [method, bytes] of [
      ['store', big],
      ['deflate', big],
      ['store', Buffer.from('x')],
    ] as const) {
      const path = await writeZip(async (zip) => {
        await zip.addEntry({ name: 'before', modifiedAt: at }, ready(Buffer.from('before'), 'store'));
        const entry = await zip.openEntry(
          { name: 'lost', modifiedAt: at },
          { method, bytes: bytes.length + 1 },
        );
        await fill(entry, [bytes], method);
        await expect(entry.close()).rejects.toThrow('announced');
        await entry.discard();
        await stream(zip, 'after', [Buffer.from('after')], 'deflate');
      });
      expect((await readFile(path)).equals(expected)).toBe(true);
    }
    const atTheEnd = await writeZip(async (zip) => {
      await plain(zip);
      const entry = await zip.openEntry(
        { name: 'lost', modifiedAt: at },
        { method: 'store', bytes: big.length },
      );
      await entry.write(big);
      await entry.discard();
    });
    expect((await readFile(atTheEnd)).equals(expected)).toBe(true);
  });

  it('keeps dates in local and in universal time, and says nothing false of dates that do not fit', async () => {
    const dates = ['1980-01-01T12:00:02Z', '2024-02-29T12:34:56Z', '2038-01-19T03:14:07Z'].map(
      (text) => new Date(text),
    );
    const odd = [
      new Date('1899-01-01'),
      new Date('1969-12-31T23:59:58Z'),
      new Date('2200-01-01'),
      new Date(Number.NaN),
    ];
    const path = await writeZip(async (zip) => {
      for (const [index, modifiedAt] of [...dates, ...odd].entries()) {
        await zip.addEntry({ name: `${index}`, modifiedAt }, ready(Buffer.from('x'), 'store'));
      }
    });
    expect(await complaintsAbout(path)).toEqual({});
    const read = await entriesOf(path);
    expect(read.slice(0, 3).map(({ modifiedAt }) => modifiedAt)).toEqual(dates);
    expect(read[3]?.modifiedAt.getFullYear()).toBe(1980);
    expect(read[5]?.modifiedAt.getFullYear()).toBe(2107);
  });

  it('holds more than 65,535 entries', async () => {
    const path = await writeZip(async (zip) => {
      const body = ready(Buffer.from('x'), 'store');
      for (let i = 0; i < 66_000; i++) await zip.addEntry({ name: `many/${i}.txt`, modifiedAt: at }, body);
    });
    expect(await complaintsAbout(path)).toEqual({});
    const { stdout } = await promisify(execFile)('bsdtar', ['-tf', path], { maxBuffer: 10_000_000 });
    expect(stdout.split('\n').slice(0, -1)).toEqual(
      Array.from({ length: 66_000 }, (_, i) => `many/${i}.txt`),
    );
    // Its directory waited in a file meanwhile.
    expect((await readdir(folder)).filter((name) => name.startsWith(basename(path)))).toEqual([
      basename(path),
    ]);
  });

  it('is exactly at the limit of what needs no ZIP64', async () => {
    for (const entries of [65_534, 65_535]) {
      const path = await writeZip(async (zip) => {
        const body = ready(Buffer.alloc(0), 'store');
        for (let i = 0; i < entries; i++) await zip.addEntry({ name: `${i}`, modifiedAt: at }, body);
      });
      expect((await readFile(path)).includes(Buffer.from('PK\u0006\u0006'))).toBe(entries === 65_535);
      expect(await complaintsAbout(path)).toEqual({});
    }
  });

  it('has entries that begin beyond 4 GiB, and sizes beyond it, as its records say', async () => {
    const gap = 5 * 2 ** 30; // a hole in the file: its content is not read
    const record = (name: string, offset: number, bytes: number, crc: number) => ({
      name: Buffer.from(name),
      isFolder: false,
      modifiedAt: at,
      method: 'store' as const,
      crc32: crc,
      bytes,
      compressedBytes: bytes,
      offset,
      zip64: bytes > 0xffffffff,
    });
    const big = record('big', 0, gap, 0);
    const small = Buffer.from('small');
    const after = record('after', localHeader(big).length + gap, small.length, crc32(small));
    const directory = Buffer.concat([centralHeader(big), centralHeader(after)]);
    const offset = after.offset + localHeader(after).length + small.length;
    const end = endRecords({ entries: 2, bytes: directory.length, offset });
    const path = join(folder, 'sparse.zip');
    const file = await open(path, 'w');
    await file.write(localHeader(big), 0, undefined, 0);
    const tail = Buffer.concat([localHeader(after), small, directory, end]);
    await file.write(tail, 0, tail.length, after.offset);
    await file.close();

    const run = async (command: string, ...args: string[]) =>
      (await promisify(execFile)(command, args)).stdout;
    expect(await run('unzip', '-p', path, 'after')).toBe('small');
    expect(await run('7z', 'x', '-so', path, 'after')).toBe('small');
    expect(await run('bsdtar', '-xOf', path, 'after')).toBe('small');
    const python =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.getinfo("big").file_size, z.read("after"))';
    expect(await run('python3', '-c', python, path)).toBe(`${gap} b'small'\n`);
    await rm(path);
  });

  it('refuses to write two entries at once', async () => {
    await writeZip(async (zip) => {
      const entry = await zip.openEntry({ name: 'a', modifiedAt: at }, { method: 'store', bytes: 1 });
      await expect(zip.addFolder({ name: 'b/', modifiedAt: at })).rejects.toThrow('open');
      await expect(zip.finish()).rejects.toThrow('open');
      await entry.discard();
      await expect(zip.addFolder({ name: '', modifiedAt: at })).rejects.toThrow(RangeError);
    });
  });
});

describe('a file that Cooper writes', () => {
  it('is never one that exists already', async () => {
    const path = join(folder, 'there');
    await (await OutputFile.create(path)).close();
    await expect(OutputFile.create(path)).rejects.toMatchObject({ kind: 'disk-exists', path });
  });

  it('says that the disk is full', async () => {
    if (process.platform !== 'linux') return; // the device that is always full
    const file = new OutputFile('/dev/full', await open('/dev/full', 'r+'));
    await expect(file.write(Buffer.alloc(2_000_000))).rejects.toMatchObject({
      kind: 'disk-full',
      code: 'ENOSPC',
      path: '/dev/full',
    });
    await file.close();
  });

  it('is what an array of bytes would be after the same writes, replacements and returns', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('write' as const),
        length: fc.constantFrom(0, 1, 100, 70_000, 131_072, 200_000, 1_048_577),
      }),
      fc.record({
        do: fc.constant('replace' as const),
        part: fc.nat({ max: 1000 }),
        length: fc.nat({ max: 300 }),
      }),
      fc.record({ do: fc.constant('rewind' as const), part: fc.nat({ max: 1000 }) }),
      fc.record({ do: fc.constant('flush' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const path = join(folder, `${counter++}.bin`);
        const file = await OutputFile.create(path);
        let model = Buffer.alloc(0);
        for (const [index, one] of steps.entries()) {
          const offset = 'part' in one ? Math.floor((one.part / 1000) * model.length) : 0;
          if (one.do === 'write') {
            const bytes = Buffer.alloc(one.length, index + 1);
            await file.write(bytes);
            model = Buffer.concat([model, bytes]);
          } else if (one.do === 'replace') {
            const bytes = Buffer.alloc(Math.min(one.length, model.length - offset), index + 1);
            await file.replace(bytes, offset);
            bytes.copy(model, offset);
          } else if (one.do === 'rewind') {
            await file.rewind(offset);
            model = model.subarray(0, offset);
          } else await file.flush();
          expect(file.position).toBe(model.length);
        }
        expect(await file.sync()).toBe(model.length);
        await file.close();
        await file.close();
        expect((await readFile(path)).equals(model)).toBe(true);
        await rm(path);
      }),
      { numRuns: 100 },
    );
    expect((await readdir(folder)).filter((name) => name.endsWith('.bin'))).toEqual([]);
  });
});
