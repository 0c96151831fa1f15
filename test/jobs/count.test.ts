import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Census } from '#jobs/count/census.ts';
import { compareKeys } from '#shared/key-order.ts';
import type { Job, JobRequest } from '#shared/job.ts';
import type { CountResult } from '#shared/job-results.ts';
import { keyPageOf } from '#storage/key-page.ts';
import { hostileKey, hostileKeys } from '#test/support/hostile-keys.ts';
import { type Objects, startWorld, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type CountRequest = Omit<Extract<JobRequest, { kind: 'count' }>, 'kind' | 'connectionId'>;

async function count(request: CountRequest): Promise<{ job: Job; result: CountResult }> {
  const job = await world.run({ kind: 'count', ...request });
  if (job.kind !== 'count' || job.result === undefined) throw new Error(`No result: ${JSON.stringify(job)}`);
  return { job, result: job.result };
}

const isFolder = ({ key, size }: { key: string; size: number }) => key.endsWith('/') && size === 0;

/** The folders of the next level with what is in them, and `''` for what is in none; by bytes, then by name. */
function rowsOf(objects: { key: string; size: number }[], prefix: string) {
  const rows = new Map<string, { files: number; bytes: number }>();
  for (const { key, size } of objects) {
    const name = key.slice(0, key.indexOf('/', prefix.length) + 1);
    const row = rows.get(name) ?? { files: 0, bytes: 0 };
    const { files, bytes } = row;
    rows.set(name, isFolder({ key, size }) ? row : { files: files + 1, bytes: bytes + size });
  }
  const shown = [...rows].filter(([name, { files }]) => name !== '' || files > 0);
  const all = shown.map(([name, row]) => ({ prefix: name, ...row }));
  return all.sort((a, b) => b.bytes - a.bytes || compareKeys(a.prefix, b.prefix));
}

/** Files, folders and bytes, counted in the most obvious way. */
function tally(objects: { key: string; size: number }[], prefix = '') {
  const under = objects.filter(({ key }) => key.startsWith(prefix));
  const files = under.filter(({ key, size }) => !(key.endsWith('/') && size === 0));
  const folders = new Set<string>();
  for (const { key } of under) {
    for (let at = prefix.length; at < key.length; at++)
      if (key[at] === '/') folders.add(key.slice(0, at + 1));
  }
  return {
    files: files.length,
    folders: folders.size,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

describe('counting', () => {
  it('counts files, folders at any depth and bytes under a folder, not the folder itself', async () => {
    const bucket = await world.bucket({
      'a/': '',
      'a/1.txt': 'one',
      'a/b/c/2.txt': 'four',
      'a/b/empty/': '',
      'a/b/with bytes/': 'x',
      'a//odd': 'odd',
      'ab/3.txt': 'not under a/',
    });
    const { job, result } = await count({ bucket, prefix: 'a/' });
    expect(result).toEqual({
      files: 4,
      folders: 5,
      bytes: 11,
      largest: [
        { key: 'a/b/c/2.txt', size: 4 },
        { key: 'a//odd', size: 3 },
        { key: 'a/1.txt', size: 3 },
        { key: 'a/b/with bytes/', size: 1 },
      ],
      byFolder: [
        { prefix: 'a/b/', files: 2, bytes: 5 },
        { prefix: '', files: 1, bytes: 3 },
        { prefix: 'a//', files: 1, bytes: 3 },
      ],
      otherFolders: { folders: 0, files: 0, bytes: 0 },
    });
    expect(job).toMatchObject({
      state: 'done',
      progress: {
        objects: { done: 4, total: 4, totalIsFinal: true },
        bytes: { done: 11, total: 11, totalIsFinal: true },
        failures: { count: 0, first: [] },
      },
    });
    expect(job.finishedAt).toBeInstanceOf(Date);
  });

  it('counts one level: its objects, and its folders as folders', async () => {
    const bucket = await world.bucket({
      'a/': '',
      'a/1': '1',
      'a/b/2': '22',
      'a/b/': '',
      'a/c/d/3': '333',
      z: 'z',
    });
    expect((await count({ bucket, prefix: 'a/', oneLevel: true })).result).toMatchObject({
      files: 1,
      folders: 2,
      bytes: 1,
    });
    expect((await count({ bucket, prefix: '', oneLevel: true })).result).toMatchObject({
      files: 1,
      folders: 1,
      bytes: 1,
    });
  });

  it('counts a whole bucket over many pages as it would by hand, hostile keys among them', async () => {
    const objects: Objects = {};
    for (const [index, key] of hostileKeys(2500).entries()) objects[key] = 'x'.repeat(index % 7);
    const sizes = Object.entries(objects).map(([key, body]) => ({ key, size: body.length }));
    const bucket = await world.bucket(objects);
    for (const prefix of ['', 'a/', '/', '//', '../', 'x']) {
      const { result } = await count({ bucket, prefix });
      const { files, folders, bytes } = result;
      expect({ prefix, files, folders, bytes }).toEqual({ prefix, ...tally(sizes, prefix) });
      const rows = [...result.byFolder, result.otherFolders];
      expect(rows.reduce((sum, row) => sum + row.files, 0)).toBe(files);
      expect(rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(bytes);
    }
  });

  it('counts chosen keys and folders, each object once however the choices overlap', async () => {
    const bucket = await world.bucket({
      'a/1': '1',
      'a/b/2': '22',
      'a/b/3': '333',
      'c/4': '4444',
      d: 'ddddd',
      e: 'e',
    });
    const chosen = { prefixes: ['a/', 'a/b/', 'c/', 'a/'], keys: ['a/1', 'd', 'd', 'a/b/3'] };
    const { result } = await count({ bucket, ...chosen });
    expect(result).toMatchObject({ files: 5, folders: 1, bytes: 15 });
    expect(result.byFolder).toEqual([
      { prefix: 'a/', files: 3, bytes: 6 },
      { prefix: '', files: 1, bytes: 5 },
      { prefix: 'c/', files: 1, bytes: 4 },
    ]);
    const level = await count({ bucket, ...chosen, oneLevel: true });
    expect(level.result).toMatchObject({ files: 5, folders: 1, bytes: 15 });
  });

  it('goes on when a chosen key is not there or must not be read, and says so', async () => {
    const bucket = await world.bucket({ here: 'x', secret: 'y' });
    world.plan = ({ key }) =>
      key === 'secret' ? { error: { status: 403, code: 'AccessDenied' } } : undefined;
    const { job, result } = await count({ bucket, keys: ['gone', 'secret', 'here'] });
    world.plan = undefined;
    expect(result.files).toBe(1);
    expect(job.state).toBe('done');
    expect(job.progress.failures).toMatchObject({
      count: 2,
      first: [
        { kind: 'not-found', key: 'gone', bucket },
        { kind: 'access-denied', key: 'secret', bucket },
      ],
    });
  });

  it('does not begin when nothing is there, and leaves no job behind', async () => {
    const bucket = await world.bucket({ 'a/1': 'x' });
    const before = await firstEvent();
    await expect(world.start({ kind: 'count', bucket, prefix: 'b/' })).rejects.toMatchObject({
      kind: 'not-found',
      message: `Bucket “${bucket}” has no object under “b/”.`,
    });
    await expect(world.start({ kind: 'count', bucket, keys: ['x', 'y'] })).rejects.toMatchObject({
      kind: 'not-found',
    });
    const missing = `${bucket}-not-there`;
    await expect(world.start({ kind: 'count', bucket: missing, prefix: '' })).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(await firstEvent()).toEqual(before);
  });

  it('counts an empty folder whose placeholder is all there is', async () => {
    const bucket = await world.bucket({ 'empty/': '' });
    expect((await count({ bucket, prefix: 'empty/' })).result).toMatchObject({
      files: 0,
      folders: 0,
      bytes: 0,
      byFolder: [],
    });
    expect((await count({ bucket, prefix: '' })).result).toMatchObject({ files: 0, folders: 1, bytes: 0 });
  });

  it('fails, with what it knew by then, when the listing breaks off for good', async () => {
    const objects: Objects = {};
    for (let i = 0; i < 1500; i++) objects[`k${i}`] = 'x';
    const bucket = await world.bucket(objects);
    world.plan = ({ query }) =>
      query['continuation-token'] === undefined
        ? undefined
        : { error: { status: 403, code: 'AccessDenied' } };
    const job = await world.run({ kind: 'count', bucket, prefix: '' });
    world.plan = undefined;
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'access-denied', bucket } });
    expect(job.progress.objects).toEqual({ done: 1000 });
  });
});

async function firstEvent() {
  for await (const event of world.runner.watch(undefined)) return event;
  return undefined;
}

describe('what a count adds up', () => {
  const byBytes = (a: { key: string }, b: { key: string }) =>
    Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));

  it('agrees with counting by hand for any keys', () => {
    const objects = fc.uniqueArray(fc.record({ key: hostileKey(), size: fc.nat({ max: 3 }) }), {
      selector: ({ key }) => key,
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(objects, fc.nat(), fc.integer({ min: 1, max: 20 }), (given, pick, pageSize) => {
        const sorted = given.sort(byBytes);
        const from = sorted[pick % sorted.length]?.key ?? '';
        const prefix = from.slice(0, from.indexOf('/') + 1);
        const census = new Census(false);
        const under = sorted.filter(({ key }) => key.startsWith(prefix));
        for (let at = 0; at < under.length; at += pageSize)
          census.add(keyPageOf(under.slice(at, at + pageSize)), prefix);
        const { files, folders, bytes, largest, byFolder } = census.result();
        expect({ files, folders, bytes }).toEqual(tally(sorted, prefix));
        expect(byFolder).toEqual(rowsOf(under, prefix));
        const found = under.filter((object) => !isFolder(object));
        expect(largest).toEqual(found.sort((a, b) => b.size - a.size || byBytes(a, b)).slice(0, 100));
      }),
      { numRuns: 1000 },
    );
  });

  it('shows the largest 100 objects and 200 folders of half a million, and adds up the rest', () => {
    const census = new Census(false);
    let state = 7;
    const sizes: { key: string; size: number }[] = [];
    const folders = new Map<string, number>();
    for (let folder = 0; folder < 1000; folder++) {
      for (let file = 0; file < 500; file++) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        const prefix = `folder ${String(folder).padStart(4, '0')}/`;
        const key = `${prefix}${String(file).padStart(4, '0')}`;
        const size = state % 1_000_000;
        sizes.push({ key, size });
        folders.set(prefix, (folders.get(prefix) ?? 0) + size);
      }
      census.add(keyPageOf(sizes.slice(-500)), '');
    }
    const result = census.result();
    const largest = sizes.sort((a, b) => b.size - a.size || byBytes(a, b)).slice(0, 100);
    expect(result.largest).toEqual(largest);
    const rows = [...folders]
      .sort((a, b) => b[1] - a[1])
      .map(([prefix, bytes]) => ({ prefix, files: 500, bytes }));
    expect(result.byFolder).toEqual(rows.slice(0, 199));
    expect(result.otherFolders).toEqual({
      folders: 801,
      files: 801 * 500,
      bytes: rows.slice(199).reduce((sum, { bytes }) => sum + bytes, 0),
    });
  });
});
