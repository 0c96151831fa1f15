import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '#sandbox/faults.ts';
import type { Job, JobRequest } from '#shared/job.ts';
import type { ZipResult } from '#shared/job-results.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { complaintsAbout, readZip, type ReadEntry } from '#test/support/zip-readers.ts';
import { ended, type Objects, startWorld, when, type World } from './support.ts';

const MiB = 1024 * 1024;
const text = (bytes: number) => Buffer.alloc(bytes, 'The quick brown fox jumps over the lazy dog. ');

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.plan = undefined;
});
afterAll(() => world.stop());

type ZipRequest = Omit<Extract<JobRequest, { kind: 'zip' }>, 'kind' | 'connectionId'>;

/** A path in a folder of its own. */
async function freshPath(name = 'export.zip'): Promise<string> {
  return join(await mkdtemp(join(world.folder, 'zip-')), name);
}

async function exportZip(
  request: Omit<ZipRequest, 'path'> & { path?: string },
): Promise<{ job: Job; result: ZipResult; path: string }> {
  const path = request.path ?? (await freshPath());
  const job = await world.run({ kind: 'zip', ...request, path });
  if (job.kind !== 'zip' || job.result === undefined) throw new Error(`No result: ${JSON.stringify(job)}`);
  expect(job.state).toBe('done');
  expect(job.result.zipBytes).toBe((await stat(path)).size);
  expect(await readdir(dirname(path))).toEqual([basename(path)]);
  return { job, result: job.result, path };
}

async function entriesOf(path: string): Promise<Map<string, ReadEntry>> {
  const entries = new Map<string, ReadEntry>();
  for await (const entry of readZip(path)) {
    expect(entries.has(entry.name)).toBe(false);
    entries.set(entry.name, entry);
  }
  return entries;
}

interface ManifestDocument {
  bucket: string;
  counts: { renamed: number; failed: number };
  renamed: { key: string; name: string }[];
  failed: { key: string; kind: string; code?: string; reason: string }[];
}
function manifestIn(entries: Map<string, ReadEntry>, name = 'cooper-manifest.json'): ManifestDocument {
  return JSON.parse(entries.get(name)?.bytes.toString() ?? 'null') as ManifestDocument;
}

/** Lets `fault` happen to every read of `key`. */
function failReads(key: string, fault: Fault): void {
  const before = world.plan;
  world.plan = (request) => (request.method === 'GET' && request.key === key ? fault : before?.(request));
}

/** The job ended as failed, and nothing of it is left in its folder. */
async function expectFailed(job: Job, path: string, failure: object): Promise<void> {
  expect(job).toMatchObject({ state: 'failed', failure });
  expect(await readdir(dirname(path))).toEqual([]);
}

describe('exporting a ZIP', () => {
  it('holds every object of a folder under its name there, with its date, byte for byte', async () => {
    const objects: Objects = {
      'docs/readme.txt': text(5000),
      'docs/photo.JPG': randomBytes(3000),
      'docs/deep/er/note.md': 'note',
      'docs/empty.txt': '',
      'docs/empty folder/': '',
      'docs/long.txt': text(9 * MiB),
      'docs/long.bin': randomBytes(5 * MiB),
      'docs/long.mp4': text(5 * MiB),
      'other.txt': 'not in the folder',
    };
    const bucket = await world.bucket(objects);
    const { job, result, path } = await exportZip({ bucket, prefix: 'docs/' });
    expect(result).toMatchObject({ path, entries: 8, renamed: 0 });
    expect(result).not.toHaveProperty('manifest');
    expect(job.progress).toMatchObject({
      objects: { done: 8, total: 8, totalIsFinal: true },
      bytes: { done: 19 * MiB + 8004, total: 19 * MiB + 8004, totalIsFinal: true },
      failures: { count: 0 },
    });
    expect(await complaintsAbout(path)).toEqual({});
    const entries = await entriesOf(path);
    const stored = [...entries].filter(([, { isStored }]) => isStored).map(([name]) => name);
    expect(stored.sort()).toEqual([
      'deep/er/note.md',
      'empty folder/',
      'empty.txt',
      'long.bin',
      'long.mp4',
      'photo.JPG',
    ]);
    const { objects: listed } = await world.storage.listPage({ bucket, prefix: 'docs/' });
    expect(entries.size).toBe(listed.length);
    for (const { key, modifiedAt } of listed) {
      const entry = entries.get(key.slice('docs/'.length));
      expect(entry?.bytes.equals(Buffer.from(objects[key] ?? 'absent'))).toBe(true);
      expect(Math.abs((entry?.modifiedAt.getTime() ?? 0) - modifiedAt.getTime())).toBeLessThan(1000);
    }
  });

  it('stores everything when asked to', async () => {
    const bucket = await world.bucket({ 'a.txt': text(5000), 'b.txt': text(5 * MiB) });
    const { path } = await exportZip({ bucket, prefix: '', compression: 'store' });
    expect([...(await entriesOf(path)).values()].map(({ isStored }) => isStored)).toEqual([true, true]);
  });

  it('holds chosen objects and folders, each once, under their names after the folder they were chosen in', async () => {
    const bucket = await world.bucket({
      'a/b/1': '1',
      'a/b/c/2': '2',
      'a/b/c/3': '3',
      'a/d': 'd',
      'a/e': 'e',
    });
    const chosen = { prefixes: ['a/b/', 'a/b/c/'], keys: ['a/d', 'a/b/1', 'a/d'] };
    const { path } = await exportZip({ bucket, ...chosen, base: 'a/' });
    expect([...(await entriesOf(path)).keys()]).toEqual(['b/1', 'b/c/2', 'b/c/3', 'd']);
    const whole = await exportZip({ bucket, ...chosen });
    expect([...(await entriesOf(whole.path)).keys()]).toEqual(['a/b/1', 'a/b/c/2', 'a/b/c/3', 'a/d']);
  });

  it('cuts names at a folder, though a prefix may end in the middle of a name', async () => {
    const bucket = await world.bucket({
      'logs/2024-01/a': 'x',
      'logs/2024-02/b': 'y',
      'logs/2023-01/c': 'z',
    });
    const { path } = await exportZip({ bucket, prefix: 'logs/2024' });
    expect([...(await entriesOf(path)).keys()]).toEqual(['2024-01/a', '2024-02/b']);
  });

  it('holds thousands of hostile keys under safe names, and its manifest says which is which', async () => {
    const keys = hostileKeys(2000, 5);
    const objects: Objects = Object.fromEntries(keys.map((key) => [key, key]));
    const bucket = await world.bucket(objects);
    const { result, path } = await exportZip({ bucket, prefix: '' });
    expect(result).toMatchObject({
      entries: keys.length,
      manifest: expect.stringContaining('ooper-manifest') as string,
    });
    expect(await complaintsAbout(path)).toEqual({});
    const entries = await entriesOf(path);
    const manifest = manifestIn(entries, result.manifest);
    expect(manifest.counts).toEqual({ renamed: result.renamed, failed: 0 });
    const names = new Map(manifest.renamed.map(({ key, name }) => [key, name]));
    expect(names.size).toBe(result.renamed);
    const wrong = keys.filter((key) => entries.get(names.get(key) ?? key)?.bytes.toString() !== key);
    expect(wrong).toEqual([]);

    const outside = await mkdtemp(join(world.folder, 'unpack-'));
    const folder = join(outside, 'a', 'b', 'c');
    await mkdir(folder, { recursive: true });
    await promisify(execFile)('python3', ['-m', 'zipfile', '-e', path, folder]);
    const unpacked = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = unpacked
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name).slice(folder.length + 1));
    expect(files.sort()).toEqual([...entries.keys()].sort());
    expect([
      await readdir(outside),
      await readdir(join(outside, 'a')),
      await readdir(join(outside, 'a', 'b')),
    ]).toEqual([['a'], ['b'], ['c']]);
    const other = keys.filter((key) => readFileSync(join(folder, names.get(key) ?? key), 'utf8') !== key);
    expect(other).toEqual([]);
  });

  it('goes on when connections break, from where they broke', async () => {
    const objects: Objects = { 'a.txt': text(5000), 'b.txt': text(5 * MiB), 'c.bin': randomBytes(5 * MiB) };
    const bucket = await world.bucket(objects);
    const seen = new Map<string, number>();
    world.plan = ({ method, key }) => {
      if (method !== 'GET' || key === '') return undefined;
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return count === 1 ? { reset: 3000 } : count === 2 ? { truncate: 1000 } : undefined;
    };
    const { job, path } = await exportZip({ bucket, prefix: '' });
    expect(job.progress.failures.count).toBe(0);
    const entries = await entriesOf(path);
    for (const [key, body] of Object.entries(objects))
      expect(entries.get(key)?.bytes.equals(Buffer.from(body))).toBe(true);
  });

  it('leaves out what cannot be read, says why in the manifest, and ends as done', async () => {
    const bucket = await world.bucket({
      'changed.txt': 'x',
      'denied.txt': 'x',
      'gone.txt': 'x',
      'good.txt': 'good',
      'long changed.bin': randomBytes(5 * MiB),
      'long good.bin': randomBytes(5 * MiB),
      'short.txt': 'abc',
      'cooper-manifest.json': 'mine',
    });
    failReads('changed.txt', { wrongEtag: true });
    failReads('denied.txt', { error: { status: 403, code: 'AccessDenied' } });
    failReads('gone.txt', { error: { status: 404, code: 'NoSuchKey' } });
    failReads('short.txt', { truncate: 0 });
    const others = world.plan;
    let reads = 0;
    world.plan = (request) => {
      if (request.key !== 'long changed.bin' || request.method !== 'GET') return others?.(request);
      return ++reads === 1 ? { reset: 4 * MiB } : { error: { status: 412, code: 'PreconditionFailed' } };
    };
    const { job, result, path } = await exportZip({ bucket, prefix: '' });
    expect(result).toMatchObject({ entries: 3, renamed: 0, manifest: 'cooper-manifest (2).json' });
    expect(job.progress.failures.count).toBe(5);
    expect(job.progress.failures.first.map(({ key, kind }) => [key, kind])).toEqual([
      ['changed.txt', 'changed'],
      ['denied.txt', 'access-denied'],
      ['gone.txt', 'not-found'],
      ['long changed.bin', 'changed'],
      ['short.txt', 'incomplete'],
    ]);
    expect(job.progress).toMatchObject({
      objects: { done: 3, total: 8 },
      bytes: { done: 5 * MiB + 8, total: 5 * MiB + 8, totalIsFinal: true },
    });
    expect(await complaintsAbout(path)).toEqual({});
    const entries = await entriesOf(path);
    expect([...entries.keys()]).toEqual([
      'cooper-manifest.json',
      'good.txt',
      'long good.bin',
      'cooper-manifest (2).json',
    ]);
    const manifest = manifestIn(entries, 'cooper-manifest (2).json');
    expect(manifest).toMatchObject({ bucket, counts: { renamed: 0, failed: 5 }, renamed: [] });
    expect(manifest.failed[1]).toEqual({
      key: 'denied.txt',
      kind: 'access-denied',
      code: 'AccessDenied',
      reason: expect.stringContaining('denied.txt') as string,
    });
  });

  it('names a chosen object that is gone, and packs the rest', async () => {
    const bucket = await world.bucket({ a: 'a' });
    const { job, path } = await exportZip({ bucket, keys: ['gone', 'a'] });
    expect(job.progress).toMatchObject({
      objects: { done: 1, total: 2 },
      failures: { count: 1, first: [{ key: 'gone' }] },
    });
    expect(manifestIn(await entriesOf(path)).failed).toMatchObject([{ key: 'gone', kind: 'not-found' }]);
  });
});

describe('a ZIP that cannot be made', () => {
  it('fails when not a single object could be read, and leaves nothing', async () => {
    const bucket = await world.bucket({ a: 'a', b: 'b' });
    world.plan = ({ method, key }) =>
      method === 'GET' && key !== '' ? { error: { status: 403, code: 'AccessDenied' } } : undefined;
    const path = await freshPath();
    const job = await world.run({ kind: 'zip', bucket, prefix: '', path });
    await expectFailed(job, path, {
      kind: 'access-denied',
      message: expect.stringContaining('None of the 2 objects') as string,
    });
  });

  it('fails at once when the credentials expire half-way', async () => {
    const objects: Objects = {};
    for (let i = 0; i < 100; i++) objects[`k${String(i).padStart(3, '0')}`] = 'x';
    const bucket = await world.bucket(objects);
    world.plan = ({ key }) => (key >= 'k050' ? { expiredToken: true } : undefined);
    const path = await freshPath();
    const job = await world.run({ kind: 'zip', bucket, prefix: '', path });
    await expectFailed(job, path, { kind: 'expired-credentials' });
    expect(job.progress.failures.count).toBe(0);
  });

  it('fails when the server fails on one object after the other', async () => {
    const objects: Objects = {};
    for (let i = 0; i < 40; i++) objects[`k${String(i).padStart(3, '0')}`] = 'x';
    const bucket = await world.bucket(objects);
    world.plan = ({ key }) => (key >= 'k010' ? { error: { status: 500, code: 'InternalError' } } : undefined);
    const path = await freshPath();
    const job = await world.run({ kind: 'zip', bucket, prefix: '', path });
    await expectFailed(job, path, { kind: 'server-error' });
  });

  it('leaves no file when it is cancelled, be it between small objects or within a long one', async () => {
    const objects: Objects = { 'z.bin': randomBytes(20 * MiB) };
    for (let i = 0; i < 200; i++) objects[`a/${i}`] = text(20_000);
    const bucket = await world.bucket(objects);
    for (const slow of ['a/77', 'z.bin']) {
      const path = await freshPath();
      failReads(slow, { stall: 10_000 });
      const id = await world.start({ kind: 'zip', bucket, prefix: '', path });
      await when(world.runner, id, (job) => job.progress.objects.done > 0 || job.state !== 'running');
      world.runner.cancel(id);
      const job = await ended(world.runner, id);
      expect(job.state).toBe('cancelled');
      expect(job.finishedAt).toBeInstanceOf(Date);
      expect(await readdir(dirname(path))).toEqual([]);
    }
  });

  it('is refused before it starts when its target cannot be: nothing is left, and no job', async () => {
    const bucket = await world.bucket({ a: 'a', 'empty/': '' });
    const path = await freshPath();
    const folder = dirname(path);
    await writeFile(join(folder, 'there.zip'), 'mine');
    await mkdir(join(folder, 'folder.zip'));
    const jobs = () => world.runner.watch(undefined).next();
    const before = await jobs();
    const refused = async (request: Partial<ZipRequest>, error: object) => {
      await expect(world.start({ kind: 'zip', bucket, prefix: '', path, ...request })).rejects.toMatchObject(
        error,
      );
    };
    await refused(
      { path: join(folder, 'there.zip') },
      { kind: 'disk-exists', path: join(folder, 'there.zip') },
    );
    await refused(
      { path: join(folder, 'folder.zip'), overwrite: true },
      { kind: 'disk-exists', message: expect.stringContaining('is a folder') as string },
    );
    await refused(
      { path: join(folder, 'no such folder', 'x.zip') },
      { kind: 'disk-missing', message: expect.stringContaining('no such folder') as string },
    );
    await refused(
      { path: join(folder, 'there.zip', 'x.zip') },
      { kind: 'disk-missing', message: expect.stringContaining('not a folder') as string },
    );
    await refused({ path: 'relative.zip' }, { kind: 'invalid-input' });
    if (process.platform === 'linux')
      await refused({ path: '/sys/x.zip' }, { kind: 'disk-denied', path: '/sys/x.zip' });
    await refused({ prefix: 'nothing/' }, { kind: 'not-found', bucket });
    await refused({ prefix: 'empty/' }, { kind: 'not-found', bucket });
    await refused({ prefix: undefined, keys: ['no', 'none'] }, { kind: 'not-found', bucket });
    await refused({ prefix: undefined, keys: ['a'], base: 'b/' }, { kind: 'invalid-input', key: 'a' });
    await refused({ bucket: `${bucket}-not` }, { kind: 'not-found' });
    expect(await jobs()).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual(['folder.zip', 'there.zip']);
    expect(await readFile(join(folder, 'there.zip'), 'utf8')).toBe('mine');
  });

  it('replaces a file only when the user agreed, and only once it is whole', async () => {
    const bucket = await world.bucket({ a: 'a' });
    const path = await freshPath();
    await writeFile(path, 'the old one');
    failReads('a', { error: { status: 403, code: 'AccessDenied' } });
    await world.run({ kind: 'zip', bucket, prefix: '', path, overwrite: true });
    expect(await readFile(path, 'utf8')).toBe('the old one');
    world.plan = undefined;
    await exportZip({ bucket, prefix: '', path, overwrite: true });
    expect([...(await entriesOf(path)).keys()]).toEqual(['a']);
  });

  it('never replaces a file that appeared while it was being made', async () => {
    const bucket = await world.bucket({ a: 'a' });
    const path = await freshPath();
    failReads('a', { delayMs: 500 });
    const id = await world.start({ kind: 'zip', bucket, prefix: '', path });
    await writeFile(path, 'mine');
    expect(await ended(world.runner, id)).toMatchObject({
      state: 'failed',
      failure: { kind: 'disk-exists', path },
    });
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
  });

  it('says that the disk holds no more, in which folder and what it should have held, and leaves nothing', async () => {
    const bucket = await world.bucket({ 'a.bin': randomBytes(MiB), 'b.bin': randomBytes(6 * MiB) });
    const path = await freshPath();
    // A limit that needs neither root nor a disk to fill: files of this process end at 3 MiB (EFBIG).
    const child = [
      '--import',
      'tsx',
      join(import.meta.dirname, 'export-in-child.ts'),
      ...world.access,
      bucket,
      path,
    ];
    const limited = ['-c', 'ulimit -f 3072 && exec "$0" "$@"', process.execPath, ...child];
    const { stdout } = await promisify(execFile)('bash', limited);
    const job = JSON.parse(stdout.split('\n').find((line) => line.startsWith('{')) ?? '') as Job;
    const message = `The disk of the folder “${dirname(path)}” cannot hold so large a file: the objects have 7.3 MB before compression.`;
    await expectFailed(job, path, { kind: 'disk-full', path, code: 'EFBIG', message });
  });

  it('can have the longest name that a file may have', async () => {
    const bucket = await world.bucket({ a: 'a' });
    const { result } = await exportZip({
      bucket,
      prefix: '',
      path: await freshPath(`${'é'.repeat(125)}.zip`),
    });
    expect(result.entries).toBe(1);
  });
});
