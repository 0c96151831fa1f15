import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { previewSync } from '#jobs/transfer/sync/preview.ts';
import type { Job } from '#shared/job.ts';
import {
  type SyncInput,
  syncInputSchema,
  type SyncPreview,
  type SyncRow,
  type TransferResult,
} from '#shared/transfer.ts';
import { readOnly } from '#storage/read-only.ts';
import { contentsOf, putAll } from '../object-support.ts';
import { ended, type Objects, startWorld, when, type World } from '../support.ts';

let world: World;
let folder: string;
let bucket: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  folder = await mkdtemp(join(world.folder, 'sync-'));
  bucket = await world.bucket({});
});

const sync = (direction: 'up' | 'down', changes: Partial<SyncInput> = {}) => ({
  kind: 'sync' as const,
  bucket,
  prefix: 'p/',
  folder,
  direction,
  ...changes,
});
const resultOf = (job: Job) => job.result as TransferResult;
const put = (objects: Objects) => putAll(world.storage, bucket, objects);
const remote = () => contentsOf(world.storage, bucket);

async function write(files: Record<string, string>, modifiedAt = new Date(Date.now() - 3_600_000)) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    await utimes(path, modifiedAt, modifiedAt);
  }
}

async function local(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isDirectory()) files[`${name}/`] = '';
    else if (entry.isFile()) files[name] = await readFile(path, 'utf8');
  }
  return files;
}

async function dryRun(request: ReturnType<typeof sync>): Promise<{ rows: SyncRow[]; last: SyncPreview }> {
  const input = syncInputSchema.parse({ ...request, connectionId: 'test' });
  const rows: SyncRow[] = [];
  let last: SyncPreview | undefined;
  for await (const step of previewSync(world.storage, input, new AbortController().signal)) {
    rows.push(...step.rows);
    last = step;
  }
  if (last?.isFinal !== true) throw new Error('The dry run did not say that it was over.');
  return { rows, last };
}
const brief = (rows: SyncRow[]) => rows.map(({ action, path }) => `${action} ${path}`);

describe('syncing a folder into a prefix', () => {
  it('sends what is missing or differs, and deletes only when asked, as the dry run said', async () => {
    await put({
      'p/same': 'same',
      'p/other': 'old',
      'p/extra': 'x',
      'p/d/extra': 'x',
      'p/old/': '',
      'p-q': 'n',
      p: 'n',
    });
    await write({ same: 'same', other: 'newer', 'd/new': 'n' });
    await mkdir(join(folder, 'empty'));
    const { rows, last } = await dryRun(sync('up'));
    expect(brief(rows)).toEqual(['send d/new', 'send empty/', 'replace other']);
    expect(last.totals).toEqual({ send: 2, replace: 1, delete: 0, same: 1, bytes: 6 });
    const job = await world.run(sync('up'));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(await remote()).toMatchObject({
      'p/other': 'newer',
      'p/extra': 'x',
      'p/d/new': 'n',
      'p/empty/': '',
    });

    const deletes = await dryRun(sync('up', { deletes: true }));
    expect(brief(deletes.rows)).toEqual(['delete d/extra', 'delete extra', 'delete old/']);
    const done = await world.run(sync('up', { deletes: true }));
    expect(resultOf(done)).toMatchObject({ deleted: 3, sent: 0 });
    // P16: its neighbours are not touched.
    expect(await remote()).toEqual({
      p: 'n',
      'p-q': 'n',
      'p/d/new': 'n',
      'p/empty/': '',
      'p/other': 'newer',
      'p/same': 'same',
    });
    expect((await dryRun(sync('up', { deletes: true }))).rows).toEqual([]);
  });

  it('takes the newer of the same size, and by content whatever differs', async () => {
    await put({ 'p/new': '1', 'p/old': '1' });
    await write({ old: '2' });
    await write({ new: '2' }, new Date(Date.now() + 60_000));
    expect(brief((await dryRun(sync('up'))).rows)).toEqual(['replace new']);
    expect(brief((await dryRun(sync('up', { compare: 'content' }))).rows)).toEqual([
      'replace new',
      'replace old',
    ]);
    await world.run(sync('up', { compare: 'content' }));
    expect(await remote()).toEqual({ 'p/new': '2', 'p/old': '2' });
    expect((await dryRun(sync('up'))).rows).toEqual([]); // although its date is still in the future
  });

  it('deletes nothing that it left out, and says what', async () => {
    await put({ 'p/link': 'x', 'p/link/below': 'x', 'p/extra': 'x' });
    await symlink('/etc', join(folder, 'link'));
    const job = await world.run(sync('up', { deletes: true }));
    expect(resultOf(job).leftOut.first).toEqual([
      { path: join(folder, 'link'), reason: 'it is a link, and links are left out' },
    ]);
    expect(await remote()).toEqual({ 'p/link': 'x', 'p/link/below': 'x' });
  });

  it('deletes nothing when something could not be sent, says so, and does when it was tried again', async () => {
    await put({ 'p/extra': 'x' });
    await write({ a: '1', b: '2' });
    world.plan = ({ method, key }) =>
      method === 'PUT' && key === 'p/b' ? { error: { status: 403, code: 'AccessDenied' } } : undefined;
    const id = await world.start(sync('up', { deletes: true }));
    const job = await ended(world.runner, id);
    expect(job.progress.failures.count).toBe(2);
    expect(job.progress.failures.first[1]?.message).toContain('“p/extra” was not deleted');
    expect(await remote()).toEqual({ 'p/a': '1', 'p/extra': 'x' });
    world.plan = undefined;
    world.runner.resume(id, { retry: true });
    await when(world.runner, id, ({ progress, state }) => state === 'done' && progress.failures.count === 0);
    expect(await remote()).toEqual({ 'p/a': '1', 'p/b': '2' });
  });

  it('deletes no object that was changed since it was compared, nor one whose file has appeared', async () => {
    await put({ 'p/changed': 'old', 'p/appears': 'x', 'p/extra': 'x' });
    await write({ a: '1' });
    let isFirst = true;
    world.plan = ({ method, key }) => {
      if (method !== 'PUT' || key !== 'p/a') return undefined;
      isFirst = false;
      return { slowDown: true };
    };
    const id = await world.start(sync('up', { deletes: true }));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    expect(isFirst).toBe(false);
    world.plan = undefined;
    await put({ 'p/changed': 'newer' });
    await write({ appears: 'y' });
    await world.restart();
    world.runner.resume(id);
    const job = await ended(world.runner, id);
    expect(job.progress.failures.first).toMatchObject([{ kind: 'changed', key: 'p/changed' }]);
    expect(await remote()).toEqual({ 'p/a': '1', 'p/appears': 'x', 'p/changed': 'newer' });
  });
});

describe('syncing a prefix into a folder', () => {
  it('fetches what is missing or differs, and deletes only when asked, as the dry run said', async () => {
    await put({ 'p/same': 'same', 'p/other': 'newer', 'p/d/new': 'n', 'p/empty/': '', 'p/': '' });
    await write(
      { same: 'same', extra: 'x', 'd/extra': 'x', 'gone/deep/x': 'x', other: 'old' },
      new Date(Date.now() + 60_000),
    );
    const { rows } = await dryRun(sync('down'));
    expect(brief(rows)).toEqual(['send d/new', 'send empty/', 'replace other']);
    const job = await world.run(sync('down'));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(await local()).toMatchObject({
      'd/new': 'n',
      'empty/': '',
      other: 'newer',
      extra: 'x',
      'gone/deep/x': 'x',
    });

    const deletes = await dryRun(sync('down', { deletes: true }));
    expect(brief(deletes.rows)).toEqual([
      'delete d/extra',
      'delete extra',
      'delete gone/deep/x',
      'delete gone/deep/',
      'delete gone/',
    ]);
    const done = await world.run(sync('down', { deletes: true }));
    expect(resultOf(done)).toMatchObject({ deleted: 5, sent: 0 });
    expect(await local()).toEqual({ 'd/': '', 'd/new': 'n', 'empty/': '', other: 'newer', same: 'same' });
    expect((await dryRun(sync('down', { deletes: true }))).rows).toEqual([]);
  });

  it('comes to rest also where objects say the dates of the files that they were made of', async () => {
    await write({ a: '1' }, new Date('2020-02-02T02:02:02.500Z'));
    await world.run(sync('up'));
    await rm(join(folder, 'a'));
    await world.run(sync('down'));
    expect((await lstat(join(folder, 'a'))).mtime.getUTCFullYear()).toBe(2020);
    expect((await dryRun(sync('down'))).rows).toEqual([]);
  });

  it('P19, P20, P21: keys that would be one file, or none, are kept apart, said, and come to rest', async () => {
    const objects = {
      'p/A': '1',
      'p/a': '2',
      'p/x:y': '3',
      'p/q//r': '4',
      'p/../up': '5',
      'p/é': '6',
      'p/e\u0301': '7',
    };
    await put(objects);
    const { rows } = await dryRun(sync('down'));
    expect(rows.filter(({ why }) => why.includes('name for')).length).toBeGreaterThanOrEqual(4);
    const job = await world.run(sync('down', { deletes: true }));
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
    expect(resultOf(job).renamed).toBeGreaterThanOrEqual(4);
    const files = Object.entries(await local()).filter(([name]) => !name.endsWith('/'));
    expect(files.map(([, content]) => content).sort()).toEqual(Object.values(objects).sort());
    expect(await readdir(dirname(folder))).not.toContain('up');
    expect((await dryRun(sync('down', { deletes: true }))).rows).toEqual([]);
  });

  it('deletes and replaces no file that was changed since it was compared', async () => {
    await put({ 'p/a': 'a', 'p/replaced': 'remote!' });
    await write({ changed: 'x', appears: 'x', replaced: 'local' });
    world.plan = ({ method, key }) => (method === 'GET' && key !== '' ? { slowDown: true } : undefined);
    world.settings = { ...world.settings, objectsAtOnce: 1 };
    const id = await world.start(sync('down', { deletes: true }));
    await when(world.runner, id, ({ state }) => state === 'waiting');
    await write({ changed: 'mine!', replaced: 'mine!' }, new Date());
    world.plan = undefined;
    await world.restart();
    world.runner.resume(id);
    const job = await ended(world.runner, id);
    expect(job.progress.failures.first[0]).toMatchObject({ kind: 'changed', path: join(folder, 'replaced') });
    expect(await local()).toEqual({ a: 'a', appears: 'x', changed: 'mine!', replaced: 'mine!' });
    await put({ 'p/appears': 'x', 'p/replaced': 'mine!' });
    world.settings = { ...world.settings, objectsAtOnce: 16 };
  });

  it('leaves alone what is behind a link', async () => {
    const outside = await mkdtemp(join(world.folder, 'outside-'));
    await writeFile(join(outside, 'x'), 'mine');
    await symlink(outside, join(folder, 'd'));
    await put({ 'p/d/x': 'theirs', 'p/e': 'e' });
    const job = await world.run(sync('down', { deletes: true }));
    expect(job).toMatchObject({ state: 'done', result: { leftOut: { count: 1 }, sent: 1 } });
    expect(await readFile(join(outside, 'x'), 'utf8')).toBe('mine');
  });

  it('keeps a file that a renamed key has, whatever else has its name', async () => {
    await put({ 'p/x:y': 'new' });
    await write({ x_y: 'new', other: 'o' });
    await link(join(folder, 'x_y'), join(folder, 'twin'));
    await utimes(join(folder, 'x_y'), new Date(), new Date(Date.now() + 60_000));
    await world.run(sync('down', { deletes: true }));
    expect(await local()).toMatchObject({ x_y: 'new' });
    expect(await local()).not.toHaveProperty('other');
  });
});

describe('what cannot be synced is refused before it begins', () => {
  it.each<[string, () => Partial<SyncInput>, string]>([
    ['a prefix that is no folder (P16)', () => ({ prefix: 'p' }), 'invalid-input'],
    ['a folder that is not there', () => ({ folder: join(folder, 'none') }), 'disk-missing'],
    ['a bucket that is not there', () => ({ bucket: 'absent-bucket' }), 'not-found'],
    ['a path that is not full', () => ({ folder: 'here' }), 'invalid-input'],
  ])('%s', async (_, changes, kind) => {
    await expect(world.start(sync('up', changes()))).rejects.toMatchObject({ kind });
    await expect(dryRun(sync('up', changes()))).rejects.toMatchObject({ kind });
  });

  it('a read-only connection, upwards only', async () => {
    const preview = async (direction: 'up' | 'down') => {
      const input = syncInputSchema.parse({ ...sync(direction), connectionId: 'test' });
      return previewSync(readOnly(world.storage), input, new AbortController().signal).next();
    };
    await expect(preview('up')).rejects.toMatchObject({ kind: 'read-only' });
    expect((await preview('down')).value).toMatchObject({ isFinal: true });
  });
});

describe('a side that was not looked at completely', () => {
  it('here: nothing at all is deleted, and that is said', async () => {
    await put({ 'p/gone': 'same', 'p/extra': 'x' });
    await write({ gone: 'same' });
    // It goes after the folder was listed, before it is read.
    world.plan = ({ method, key, query }) => {
      if (method === 'GET' && key === '' && query['max-keys'] !== '1')
        rmSync(join(folder, 'gone'), { force: true });
      return undefined;
    };
    const request = sync('up', { deletes: true, compare: 'content' });
    const { rows, last } = await dryRun(request);
    expect(rows).toEqual([]);
    expect(last.leftOut?.first.map(({ path }) => path)).toEqual([join(folder, 'gone'), folder]);
    await write({ gone: 'same' });
    expect(resultOf(await world.run(request))).toMatchObject({ deleted: 0, leftOut: { count: 2 } });
    expect(await remote()).toEqual({ 'p/gone': 'same', 'p/extra': 'x' });
  });

  it('there: nothing at all is deleted when the listing breaks off', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1001 }, (_, at) => [`p/${String(at).padStart(4, '0')}`, '']),
    );
    await put(many);
    await write({ extra: 'x', '0000': '' });
    let pages = 0;
    world.plan = ({ method, key, query }) =>
      method === 'GET' && key === '' && query['max-keys'] !== '1' && ++pages > 1
        ? { error: { status: 403, code: 'AccessDenied' } }
        : undefined;
    const job = await world.run(sync('down', { deletes: true }));
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'access-denied' } });
    expect(pages).toBeGreaterThan(1);
    expect(await local()).toMatchObject({ extra: 'x' });
  });
});
