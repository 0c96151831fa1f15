import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FreePlaces } from '#jobs/transfer/fetch/free-places.ts';

let folder: string;
let places: FreePlaces;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cooper-places-')));
  places = new FreePlaces(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = (name: string) => places.find(join(folder, name));

it('finds places free in a folder that was empty, also when many are asked for at once', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `file ${n}`);
  expect(new Set(await Promise.all(names.map(find)))).toEqual(new Set([folder]));
  await writeFile(join(folder, 'file 1'), '');
  expect(await find('another')).toBe(folder);
});

it('looks at each place where something was in the folder before', async () => {
  await writeFile(join(folder, 'here'), '');
  expect(await Promise.all(['a', 'here', 'b'].map(find))).toEqual([folder, undefined, folder]);
  await writeFile(join(folder, 'later'), '');
  expect(await find('later')).toBeUndefined();
});

it('looks again in a folder that was not there', async () => {
  expect(await Promise.all([find('new/a'), find('new/b')])).toEqual([undefined, undefined]);
  await mkdir(join(folder, 'new'));
  expect(await find('new/a')).toBe(folder);
});

it('remembers a bounded number of folders', async () => {
  for (let n = 0; n < 100; n++) {
    await mkdir(join(folder, String(n)));
    expect(await find(`${n}/a`)).toBe(folder);
  }
  await writeFile(join(folder, '0', 'a'), '');
  expect(await find('0/a')).toBeUndefined();
});
