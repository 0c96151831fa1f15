import { mkdir, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IfExists } from '#shared/transfer.ts';
import { ended, startWorld, type World } from '../support.ts';
import { type FetchRequest, freshFolder, isBody, MIB, noise, resultOf, tree } from './fetching.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  folder = await freshFolder(world);
});

const fetch = (bucket: string, changes: Partial<FetchRequest> = {}) =>
  ({ kind: 'fetch', bucket, prefix: '', base: '', folder, ...changes }) as const;

describe('fetching to a folder', () => {
  it('brings every object to its path, byte for byte, with placeholders as folders and nothing beside', async () => {
    const large = noise(3 * MIB);
    const bucket = await world.bucket({
      'a/page.html': '<p>',
      'a/empty/': '',
      'a/nothing': '',
      'b/c/large.bin': large,
      top: 'x',
    });
    const job = await world.run(fetch(bucket));
    expect(job).toMatchObject({
      state: 'done',
      progress: {
        objects: { done: 5, total: 5, totalIsFinal: true },
        bytes: { done: large.length + 4, total: large.length + 4 },
        failures: { count: 0 },
      },
      result: { sent: 5, skipped: 0, renamed: 0, verified: { md5: 4 } },
    });
    expect(await tree(folder)).toEqual({
      'a/page.html': '<p>',
      'a/empty/': '',
      'a/nothing': '',
      'b/c/large.bin': large.toString('latin1'),
      top: 'x',
    });
  });

  it('brings chosen keys and prefixes under their names after the base, and makes the folder', async () => {
    const bucket = await world.bucket({ 'in/a/x': '1', 'in/a/y': '2', 'in/b': '3', 'in/c': '4', out: '5' });
    folder = join(folder, 'new', 'er');
    const job = await world.run(
      fetch(bucket, { prefix: undefined, base: 'in/', keys: ['in/b'], prefixes: ['in/a/'] }),
    );
    expect(resultOf(job).sent).toBe(3);
    expect(await tree(folder)).toEqual({ 'a/x': '1', 'a/y': '2', b: '3' });
  });

  it('gives a file the date that its object was made of, else that of the object', async () => {
    const bucket = await world.bucket({ plain: 'x' });
    const metadata = { mtime: '1580608922.500' };
    await world.storage.write({ bucket, key: 'kept', body: Buffer.from('y'), metadata });
    await world.storage.write({ bucket, key: 'odd', body: Buffer.from('z'), metadata: { mtime: '1e99' } });
    await world.run(fetch(bucket));
    const dateOf = async (name: string) => (await stat(join(folder, name))).mtimeMs;
    const modifiedOf = async (key: string) =>
      (await world.storage.stat({ bucket, key })).modifiedAt?.getTime();
    expect(await dateOf('kept')).toBe(1580608922500);
    expect(await dateOf('plain')).toBe(await modifiedOf('plain'));
    expect(await dateOf('odd')).toBe(await modifiedOf('odd'));
  });

  it('brings what was there at a date, though it was overwritten and deleted since', async () => {
    const bucket = await world.bucket({});
    await world.storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
    await world.storage.write({ bucket, key: 'a', body: Buffer.from('then') });
    await world.storage.write({ bucket, key: 'b', body: Buffer.from('deleted later') });
    const { modifiedAt } = await world.storage.stat({ bucket, key: 'b' });
    await new Promise((resolve) => setTimeout(resolve, 1100)); // dates of versions are kept by the second
    await world.storage.write({ bucket, key: 'a', body: Buffer.from('now') });
    await world.storage.delete({ bucket, key: 'b' });
    const job = await world.run(fetch(bucket, { asOf: modifiedAt }));
    expect(resultOf(job).sent).toBe(2);
    expect(await tree(folder)).toEqual({ a: 'then', b: 'deleted later' });
  });

  it('names a chosen key that is gone as failed, and brings the others', async () => {
    const bucket = await world.bucket({ a: '1', b: '2' });
    const job = await world.run(fetch(bucket, { prefix: undefined, keys: ['a', 'gone', 'b'] }));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 1 } }, result: { sent: 2 } });
    expect(job.progress.failures.first[0]).toMatchObject({ kind: 'not-found', key: 'gone' });
    expect(await tree(folder)).toEqual({ a: '1', b: '2' });
  });

  it('refuses what is not inside its base, an empty selection, and a folder that is a file', async () => {
    const bucket = await world.bucket({ 'a/x': '1' });
    await writeFile(join(folder, 'file'), '');
    const refused = async (changes: Partial<FetchRequest>, failure: object) => {
      await expect(world.start(fetch(bucket, changes))).rejects.toMatchObject(failure);
    };
    await refused({ base: 'b/' }, { kind: 'invalid-input' });
    await refused({ prefix: 'none/' }, { kind: 'not-found' });
    await refused({ folder: 'relative' }, { kind: 'invalid-input', path: 'relative' });
    await refused({ folder: join(folder, 'file') }, { kind: 'disk-exists' });
    await refused({ folder: join(folder, 'file', 'in') }, { kind: 'disk-exists' });
    expect(await tree(folder)).toEqual({ file: '' });
  });
});

describe('what is there already', () => {
  it.each<[IfExists, string, string[]]>([
    ['skip', 'old', ['x.txt']],
    ['replace', 'new', ['x.txt']],
    ['keep-both', 'old', ['x (2).txt', 'x.txt']],
    ['if-newer', 'new', ['x.txt']],
    ['if-different', 'new', ['x.txt']],
  ])('is treated as told: %s', async (ifExists, content, names) => {
    const bucket = await world.bucket({ 'x.txt': 'new' });
    await writeFile(join(folder, 'x.txt'), 'old');
    await utimes(join(folder, 'x.txt'), new Date(0), new Date(0));
    const job = await world.run(fetch(bucket, { ifExists }));
    const files = await tree(folder);
    expect(files['x.txt']).toBe(content);
    expect(Object.keys(files).sort()).toEqual(names);
    expect(resultOf(job)).toMatchObject(
      ifExists === 'skip' ? { sent: 0, skipped: 1 } : { sent: 1, skipped: 0 },
    );
  });

  it('is left alone when it is newer, or not different, and a second run brings nothing', async () => {
    const bucket = await world.bucket({ 'x.txt': 'new', y: 'same' });
    const metadata = { mtime: '1580608922.500' };
    await world.storage.write({ bucket, key: 'kept', body: Buffer.from('kept'), metadata });
    await writeFile(join(folder, 'x.txt'), 'old');
    await utimes(join(folder, 'x.txt'), new Date(), new Date(Date.now() + 60_000));
    expect(resultOf(await world.run(fetch(bucket, { ifExists: 'if-newer' })))).toMatchObject({ sent: 2 });
    let bodies = 0;
    world.plan = (request) => {
      if (isBody(request)) bodies++;
      return undefined;
    };
    for (const ifExists of ['if-newer', 'skip'] as const)
      expect(resultOf(await world.run(fetch(bucket, { ifExists })))).toMatchObject({ sent: 0, skipped: 3 });
    expect(bodies).toBe(0);
    expect(resultOf(await world.run(fetch(bucket, { ifExists: 'if-different' })))).toMatchObject({ sent: 1 });
    expect(await tree(folder)).toEqual({ 'x.txt': 'new', y: 'same', kept: 'kept' });
  });

  it('and appears only while the object comes is not overwritten', async () => {
    const bucket = await world.bucket({ x: 'from the bucket' });
    let isAsked = false;
    world.plan = (request) => {
      if (!isBody(request)) return undefined;
      isAsked = true;
      return { delayMs: 400 };
    };
    const id = await world.start(fetch(bucket));
    await expect.poll(() => isAsked).toBe(true);
    await writeFile(join(folder, 'x'), 'somebody else');
    const job = await ended(world.runner, id);
    expect(resultOf(job)).toMatchObject({ sent: 0, skipped: 1 });
    expect(await tree(folder)).toEqual({ x: 'somebody else' });
  });

  it('a folder that has the name of a file, and a file that has the name of a folder, fail by themselves', async () => {
    const bucket = await world.bucket({ 'a/x': '1', b: '2', c: '3' });
    await writeFile(join(folder, 'a'), 'file');
    await mkdir(join(folder, 'b'));
    const job = await world.run(fetch(bucket, { ifExists: 'replace' }));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 2 } }, result: { sent: 1 } });
    const failures = job.progress.failures.first.map(({ kind, path }) => `${kind} ${path ?? ''}`).sort();
    expect(failures).toEqual([
      `invalid-input ${join(folder, 'a', 'x')}`,
      `invalid-input ${join(folder, 'b')}`,
    ]);
    expect(await tree(folder)).toEqual({ a: 'file', 'b/': '', c: '3' });
  });
});

describe('P18, keys that would leave the folder', () => {
  it('a link in the folder that leads out of it is not followed, whether it leads to something or not', async () => {
    const outside = await freshFolder(world);
    const bucket = await world.bucket({ 'out/x': '1', 'nowhere/y': '2', 'in/z': '3', link: '4' });
    await symlink(outside, join(folder, 'out'));
    await symlink(join(outside, 'not-there'), join(folder, 'nowhere'));
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'in'));
    await symlink(join(outside, 'file'), join(folder, 'link'));
    await writeFile(join(outside, 'file'), 'kept');
    const job = await world.run(fetch(bucket, { ifExists: 'replace' }));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 2 } }, result: { sent: 2 } });
    expect(job.progress.failures.first.every(({ kind }) => kind === 'invalid-input')).toBe(true);
    expect(await tree(outside)).toEqual({ file: 'kept' });
    expect(await tree(join(folder, 'real'))).toEqual({ z: '3' });
    expect((await tree(folder))['link']).toBe('4'); // the link was replaced, not what it leads to
  });

  it('dots, slashes and drive letters in keys become names inside it', async () => {
    const keys = ['../up', '../../etc/passwd', '/root', '//x', 'a/../../b', 'C:\\Windows\\x', '..', './c'];
    const bucket = await world.bucket(Object.fromEntries(keys.map((key) => [key, key])));
    const deep = join(folder, 'deep');
    const job = await world.run(fetch(bucket, { folder: deep }));
    expect(resultOf(job)).toMatchObject({ sent: keys.length });
    expect(await readdir(folder)).toEqual(['deep']);
    expect(Object.values(await tree(deep)).sort()).toEqual([...keys].sort());
  });
});
