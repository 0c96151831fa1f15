import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, symlink, utimes, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Job } from '#shared/job.ts';
import type { TransferResult, uploadInputSchema } from '#shared/transfer.ts';
import { listObjects } from '#storage/list.ts';
import { ended, startWorld, when, type World } from '../support.ts';

type UploadRequest = z.input<typeof uploadInputSchema>;
let world: World;
let folder: string;
let bucket: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  folder = await mkdtemp(join(world.folder, 'in-'));
  bucket = await world.bucket({});
});

async function text(key: string): Promise<string> {
  const { body } = await world.storage.read({ bucket, key });
  return Buffer.concat((await body.toArray()) as Buffer[]).toString();
}

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of listObjects(world.storage, { bucket })) found.push(key);
  return found;
}

const upload = (changes: Partial<UploadRequest> = {}) => ({
  kind: 'upload' as const,
  bucket,
  prefix: 'in/',
  paths: [folder],
  ...changes,
});
const partOf = (query: Readonly<Record<string, string>>) => query['partNumber'];
const resultOf = (job: Job) => job.result as TransferResult;
const name = () => folder.slice(folder.lastIndexOf('/') + 1);

describe('uploading a folder', () => {
  it('puts every file under its path, with its type and its date, and a placeholder for what is empty', async () => {
    await mkdir(join(folder, 'a', 'empty'), { recursive: true });
    await writeFile(join(folder, 'a', 'page.html'), '<p>');
    await writeFile(join(folder, 'nothing'), '');
    await utimes(join(folder, 'a', 'page.html'), new Date(0), new Date('2020-02-02T02:02:02.500Z'));
    const job = await world.run(upload());
    expect(job).toMatchObject({ state: 'done', progress: { objects: { done: 3, total: 3 } } });
    expect(await keys()).toEqual([
      `in/${name()}/a/empty/`,
      `in/${name()}/a/page.html`,
      `in/${name()}/nothing`,
    ]);
    expect(await text(`in/${name()}/a/page.html`)).toBe('<p>');
    const stat = await world.storage.stat({ bucket, key: `in/${name()}/a/page.html` });
    expect(stat).toMatchObject({ contentType: 'text/html', metadata: { mtime: '1580608922.500' } });
    expect(resultOf(job)).toMatchObject({ sent: 3, verified: { md5: 2 }, leftOut: { count: 0 } });
  });

  it('names what it leaves out, and a link that leads into itself ends', async () => {
    await writeFile(join(folder, 'file'), 'x');
    await symlink('file', join(folder, 'link'));
    await symlink('gone', join(folder, 'dangling'));
    await symlink('.', join(folder, 'loop'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const left = resultOf(await world.run(upload())).leftOut;
    expect(left.count).toBe(4);
    const followed = await world.run(upload({ links: 'follow', prefix: 'followed/' }));
    expect(await keys()).toEqual([`followed/${name()}/file`, `followed/${name()}/link`, `in/${name()}/file`]);
    const reasons = Object.fromEntries(
      resultOf(followed).leftOut.first.map(({ path, reason }) => [path.slice(folder.length + 1), reason]),
    );
    expect(reasons).toEqual({
      dangling: 'it is a link that leads nowhere',
      loop: 'it leads back to a folder that it is in',
      pipe: 'it is a pipe',
    });
  });

  it.each<[UploadRequest['ifExists'], string, string[]]>([
    ['skip', 'old', ['x.txt']],
    ['replace', 'new', ['x.txt']],
    ['keep-both', 'old', ['x (2).txt', 'x.txt']],
    ['if-different', 'new', ['x.txt']],
  ])('does with what exists as told: %s', async (ifExists, content, names) => {
    const key = `in/${name()}/x.txt`;
    await world.storage.write({ bucket, key, body: Buffer.from('old') });
    await writeFile(join(folder, 'x.txt'), 'new');
    await utimes(join(folder, 'x.txt'), new Date(0), new Date(0));
    await world.run(upload({ ifExists }));
    expect(await text(key)).toBe(content);
    expect((await keys()).map((each) => each.split('/').at(-1))).toEqual(names);
  });

  it('goes on after Cooper was ended in the middle, and sends no part twice', async () => {
    const bytes = Buffer.alloc(70 * 2 ** 20, 'cooper');
    await writeFile(join(folder, 'large.bin'), bytes);
    world.settings = { ...world.settings, partsAtOnce: 1 };
    let parts = 0;
    world.plan = ({ method, query }) => {
      if (method === 'PUT' && partOf(query) !== undefined && ++parts > 2) return { slowDown: true };
      return undefined;
    };
    const id = await world.start(upload());
    await when(world.runner, id, ({ state }) => state === 'waiting');
    await world.restart();
    expect(world.runner.get(id)).toMatchObject({ state: 'paused', interrupted: true });
    let again = 0;
    world.plan = ({ method, query }) => {
      if (method === 'PUT' && partOf(query) !== undefined) again++;
      return undefined;
    };
    world.runner.resume(id);
    const job = await ended(world.runner, id);
    expect(job).toMatchObject({ state: 'done', result: { verified: { parts: 1 } } });
    expect(again).toBe(7); // of 9
    const { body } = await world.storage.read({ bucket, key: `in/${name()}/large.bin` });
    const hash = createHash('md5');
    for await (const piece of body) hash.update(piece as Buffer);
    expect(hash.digest('hex')).toBe(createHash('md5').update(bytes).digest('hex'));
    expect((await world.storage.listUploadsPage({ bucket })).uploads).toEqual([]);
  });

  it('takes an unfinished upload away when it is cancelled', async () => {
    await writeFile(join(folder, 'large.bin'), Buffer.alloc(40 * 2 ** 20));
    world.plan = ({ method, query }) =>
      method === 'PUT' && partOf(query) === '2' ? { slowDown: true } : undefined;
    const id = await world.start(upload());
    await when(world.runner, id, ({ state }) => state === 'waiting');
    expect((await world.storage.listUploadsPage({ bucket })).uploads).toHaveLength(1);
    world.runner.cancel(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'cancelled' });
    expect((await world.storage.listUploadsPage({ bucket })).uploads).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  it('keeps what failed with its reason, and tries only that again', async () => {
    for (const each of ['a', 'b', 'c']) await writeFile(join(folder, each), each);
    await chmod(join(folder, 'b'), 0o644);
    world.plan = ({ method, key }) =>
      method === 'PUT' && key.endsWith('/b') ? { error: { status: 403, code: 'AccessDenied' } } : undefined;
    const id = await world.start(upload());
    const job = await ended(world.runner, id);
    expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 1 } }, result: { sent: 2 } });
    expect(job.progress.failures.first[0]).toMatchObject({ kind: 'access-denied' });
    const sent: string[] = [];
    world.plan = ({ method, key }) => {
      if (method === 'PUT') sent.push(key);
      return undefined;
    };
    world.runner.resume(id, { retry: true });
    await when(world.runner, id, ({ progress, state }) => state === 'done' && progress.failures.count === 0);
    expect(sent).toEqual([`in/${name()}/b`]);
  });
});
