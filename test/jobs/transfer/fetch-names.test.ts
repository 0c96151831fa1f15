import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { previewFetch } from '#jobs/transfer/fetch/preview.ts';
import { fold } from '#jobs/segments.ts';
import { type FetchPreview, fetchInputSchema } from '#shared/transfer.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { ended, startWorld, when, type World } from '../support.ts';
import { type FetchRequest, freshFolder, resultOf, tree } from './fetching.ts';

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

async function preview(bucket: string, changes: Partial<FetchRequest> = {}): Promise<FetchPreview[]> {
  const input = fetchInputSchema.parse({ ...fetch(bucket, changes), connectionId: 'test' });
  const told: FetchPreview[] = [];
  for await (const one of previewFetch(world.storage, input, new AbortController().signal)) told.push(one);
  return told;
}

it('P18, P19, P20: 2,000 hostile keys arrive each as a file of its own inside the folder, as the preview says', async () => {
  const keys = hostileKeys(2000, 4);
  // What ends in a slash and has bytes is a file; without bytes it would be a folder.
  const bucket = await world.bucket(Object.fromEntries(keys.map((key) => [key, key])));
  const inner = join(folder, 'inner');
  const last = (await preview(bucket, { folder: inner })).at(-1);
  expect(last).toMatchObject({ objects: 2000, exists: { count: 0 }, isFinal: true });
  expect(last?.renamed.count).toBeGreaterThan(500);
  expect(await readdir(folder)).toEqual([]);

  const job = await world.run(fetch(bucket, { folder: inner }));
  expect(job.progress.failures).toEqual({ count: 0, first: [] });
  expect(resultOf(job)).toMatchObject({ sent: 2000, renamed: last?.renamed.count, verified: { md5: 2000 } });
  expect(await readdir(folder)).toEqual(['inner']);
  const files = await tree(inner);
  const contents = Object.values(files).map((text) => Buffer.from(text, 'latin1').toString());
  expect(contents.sort()).toEqual([...keys].sort());
  // P20: no two are one on a disk without regard to case and normal form.
  expect(new Set(Object.keys(files).map(fold)).size).toBe(2000);
  for (const { key, path } of last?.renamed.first ?? [])
    expect(Buffer.from(files[path] ?? '', 'latin1').toString()).toBe(key);
});

it('P19: keys that are illegal on Windows get legal names, which the preview shows, and others stay', async () => {
  const bucket = await world.bucket({ 'a:b': '1', CON: '2', 'dot.': '3', 'fine.txt': '4' });
  const [last] = (await preview(bucket)).slice(-1);
  expect(last?.renamed).toEqual({
    count: 3,
    first: [
      { key: 'CON', path: '_CON' },
      { key: 'a:b', path: 'a_b' },
      { key: 'dot.', path: 'dot_' },
    ],
  });
  expect(resultOf(await world.run(fetch(bucket)))).toMatchObject({ sent: 4, renamed: 3 });
  expect(await tree(folder)).toEqual({ a_b: '1', _CON: '2', dot_: '3', 'fine.txt': '4' });
});

it('P20: keys that differ by case or normal form only are all kept', async () => {
  const bucket = await world.bucket({
    'A/x': '1',
    'a/y': '2',
    readme: '3',
    README: '4',
    é: '5',
    'e\u0301': '6',
  });
  await world.run(fetch(bucket));
  const files = await tree(folder);
  expect(Object.values(files).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(new Set(Object.keys(files).map(fold)).size).toBe(6);
});

it('the preview says what exists already, and that nothing does where the folder is new', async () => {
  const bucket = await world.bucket({ 'in/a': '1', 'in/b/c': '22', 'in/d/': '' });
  await mkdir(join(folder, 'b'));
  await mkdir(join(folder, 'd'));
  await writeFile(join(folder, 'b', 'c'), 'old');
  expect((await preview(bucket, { prefix: 'in/', base: 'in/' })).at(-1)).toEqual({
    objects: 3,
    bytes: 3,
    exists: { count: 1, first: ['b/c'] },
    renamed: { count: 0, first: [] },
    isFinal: true,
  });
  expect((await preview(bucket, { folder: join(folder, 'new') })).at(-1)?.exists.count).toBe(0);
  await expect(preview(bucket, { folder: 'relative' })).rejects.toMatchObject({ kind: 'invalid-input' });
});

it('a plan that was not finished is gone on with, and no planned path is given to another key', async () => {
  const fillers = Array.from({ length: 1100 }, (_, n) => `k${String(n).padStart(4, '0')}`);
  const bucket = await world.bucket(Object.fromEntries(['a', 'b/x', ...fillers].map((key) => [key, key])));
  world.plan = ({ query }) =>
    query['list-type'] === '2' && query['continuation-token'] !== undefined ? { slowDown: true } : undefined;
  const id = await world.start(fetch(bucket, { ifExists: 'replace' }));
  await when(world.runner, id, ({ state }) => state === 'waiting');
  await world.restart();
  // Both are listed before those that were planned, and would take their names.
  for (const key of ['A', 'B/y']) await world.storage.write({ bucket, key, body: Buffer.from(key) });
  world.plan = undefined;
  world.runner.resume(id);
  const job = await ended(world.runner, id);
  expect(job).toMatchObject({
    state: 'done',
    progress: { failures: { count: 0 }, objects: { done: 1104, total: 1104 } },
    result: { sent: 1104, renamed: 2 },
  });
  const files = await tree(folder);
  expect(Object.keys(files)).toHaveLength(1104);
  expect(files).toMatchObject({ a: 'a', 'A (2)': 'A', 'b/x': 'b/x', 'B (2)/y': 'B/y' });
});

it('a plan that the network broke in the middle is gone on with by itself, and takes nothing twice', async () => {
  const fillers = Array.from({ length: 1100 }, (_, n) => `k${String(n).padStart(4, '0')}`);
  const bucket = await world.bucket(Object.fromEntries(fillers.map((key) => [key, key])));
  let isDown = true;
  world.plan = ({ query }) =>
    isDown && query['list-type'] === '2' && query['continuation-token'] !== undefined
      ? { slowDown: true }
      : undefined;
  const id = await world.start(fetch(bucket));
  await when(world.runner, id, ({ state }) => state === 'waiting');
  isDown = false;
  world.runner.resume(id);
  const job = await ended(world.runner, id);
  expect(job).toMatchObject({ state: 'done', progress: { objects: { done: 1100, total: 1100 } } });
  expect(Object.keys(await tree(folder))).toHaveLength(1100);
});
