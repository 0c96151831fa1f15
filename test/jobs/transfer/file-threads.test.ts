import { createHash, randomBytes } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onFileThread } from '#jobs/transfer/disk/file-threads.ts';
import { DATE_ROUNDED_MS } from '#jobs/transfer/disk/file-work.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cooper-threads-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

describe('a place', () => {
  it('is free where nothing is, in a folder that is there', async () => {
    expect(await onFileThread({ do: 'look', folder, place: at('a') })).toEqual({
      is: 'free',
      root: folder,
      isFolderEmpty: true,
    });
  });

  it('says of its folder whether anything is in it, hidden or not', async () => {
    await writeFile(at('.hidden'), '');
    expect(await onFileThread({ do: 'look', folder, place: at('a') })).toEqual({
      is: 'free',
      root: folder,
      isFolderEmpty: false,
    });
  });

  it('is not free where a file, a folder or a link that leads nowhere is', async () => {
    await writeFile(at('file'), '');
    await mkdir(at('folder'));
    await symlink(at('nowhere'), at('link'));
    for (const name of ['file', 'folder', 'link', 'missing/a'])
      expect(await onFileThread({ do: 'look', folder, place: at(name) })).toEqual({ is: 'no' });
  });

  it('is not free behind a link that leads out of the folder', async () => {
    const inside = at('inside');
    await mkdir(inside);
    await mkdir(at('outside'));
    await symlink(at('outside'), join(inside, 'link'));
    const looked = await onFileThread({ do: 'look', folder: inside, place: join(inside, 'link', 'a') });
    expect(looked).toEqual({ is: 'no' });
  });
});

describe('a file', () => {
  it('is written with its date and gets its name in one go; nothing else is left', async () => {
    const bytes = randomBytes(5000);
    const dateMs = Date.UTC(2001, 2, 3, 4, 5, 6, 789) + 0.25;
    const paths = { path: at('.p'), place: at('a'), root: folder };
    const placed = await onFileThread({ do: 'place', ...paths, bytes, dateMs });
    expect(placed).toEqual({ is: 'named', isPartialGone: true });
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(at('a'))).toEqual(bytes);
    expect(Math.abs((await stat(at('a'))).mtimeMs - dateMs)).toBeLessThanOrEqual(DATE_ROUNDED_MS);
  });

  it('keeps its partial name in one go where the place is taken, leads outside, or another date is kept', async () => {
    await writeFile(at('a'), 'somebody else');
    await mkdir(at('inside'));
    await symlink(folder, at('inside/out'));
    const bytes = Buffer.from('new');
    const cases = [
      { path: at('.p1'), place: at('a'), root: folder, dateMs: 0 },
      { path: at('.p2'), place: at('inside/out/b'), root: at('inside'), dateMs: 0 },
      { path: at('.p3'), place: at('c'), root: folder, dateMs: Number.NaN },
    ];
    for (const each of cases) {
      const placed = await onFileThread({ do: 'place', ...each, bytes });
      expect(placed).toMatchObject({ is: 'written', size: 3 });
      expect(await readFile(each.path, 'utf8')).toBe('new');
    }
    expect((await readdir(folder)).sort()).toEqual(['.p1', '.p2', '.p3', 'a', 'inside']);
    expect(await readFile(at('a'), 'utf8')).toBe('somebody else');
  });

  it('never takes the place of another', async () => {
    await writeFile(at('a'), 'somebody else');
    await writeFile(at('.p'), 'new');
    const paths = { path: at('.p'), place: at('a'), root: folder };
    const newer = { ...paths, place: at('b'), bytes: Buffer.from('newer'), dateMs: 0 };
    expect(await onFileThread({ do: 'place', ...newer })).toEqual({ is: 'no' });
    expect(await onFileThread({ do: 'name', ...paths })).toEqual({ is: 'no' });
    expect(await readFile(at('a'), 'utf8')).toBe('somebody else');
    expect(await readFile(at('.p'), 'utf8')).toBe('new');
    expect((await readdir(folder)).sort()).toEqual(['.p', 'a']);
  });

  it('gets no name where its folder became a link that leads out', async () => {
    const inside = at('inside');
    await mkdir(join(inside, 'sub'), { recursive: true });
    await writeFile(join(inside, 'sub', '.p'), 'new');
    await rename(join(inside, 'sub'), at('outside'));
    await symlink(at('outside'), join(inside, 'sub'));
    const paths = { path: join(inside, 'sub', '.p'), place: join(inside, 'sub', 'a') };
    expect(await onFileThread({ do: 'name', ...paths, root: inside })).toEqual({ is: 'no' });
    expect(await readdir(at('outside'))).toEqual(['.p']);
  });

  it('that is open is hashed from anywhere to anywhere, but not past its end', async () => {
    const bytes = randomBytes(3 * 2 ** 20 + 7);
    await writeFile(at('a'), bytes);
    const file = await open(at('a'));
    try {
      const hashed = (start: number, end: number) => onFileThread({ do: 'md5', fd: file.fd, start, end });
      for (const [start, end] of [
        [0, bytes.length],
        [5, 2 ** 20 + 5],
        [9, 9],
      ] as const) {
        const md5 = createHash('md5').update(bytes.subarray(start, end)).digest('hex');
        expect(await hashed(start, end)).toEqual({ is: 'md5', md5 });
      }
      expect(await hashed(0, bytes.length + 1)).toEqual({ is: 'no' });
    } finally {
      await file.close();
    }
  });

  it('is one of very many at once, each with what belongs to it', async () => {
    const names = Array.from({ length: 500 }, (_, n) => `f${n}`);
    const paths = (name: string) => ({ path: at(`.${name}`), place: at(name), root: folder });
    const placed = await Promise.all(
      names.map((name) => onFileThread({ do: 'place', ...paths(name), bytes: Buffer.from(name), dateMs: 0 })),
    );
    expect(placed.every(({ is }) => is === 'named')).toBe(true);
    for (const name of names) expect(await readFile(at(name), 'utf8')).toBe(name);
  });
});
