import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZip } from '#test/support/zip-readers.ts';
import { putAll, versionedBucket } from './object-support.ts';
import { type Objects, startWorld, type World } from './support.ts';

const MiB = 1024 * 1024;

let world: World;
let bucket = '';
let then = new Date();
const before: Objects = {
  'in/a': 'before',
  'in/gone': 'gone',
  'in/': '',
  'in/sub/long.bin': randomBytes(6 * MiB),
  'in/same': 'same',
  out: 'out',
};
beforeAll(async () => {
  world = await startWorld();
  bucket = await versionedBucket(world.storage, before);
  await delay(1100); // versions have the date of whole seconds
  then = new Date();
  await delay(1100);
  await putAll(world.storage, bucket, { 'in/a': 'x', 'in/sub/long.bin': 'short', 'in/new/b': 'new' });
  for (const key of ['in/gone', 'in/', 'out']) await world.storage.delete({ bucket, key });
});
afterAll(() => world.stop());

async function exported(request: { prefix?: string; keys?: string[]; asOf: Date }) {
  const path = join(await mkdtemp(join(world.folder, 'as-of-')), 'export.zip');
  const job = await world.run({ kind: 'zip', bucket, ...request, path });
  const entries = new Map<string, Buffer>();
  if (job.state === 'done') for await (const { name, bytes } of readZip(path)) entries.set(name, bytes);
  else expect(await readdir(dirname(path))).toEqual([]);
  return { job, entries };
}

describe('as of a date', () => {
  it('counts what was there then', async () => {
    const count = (asOf?: Date) => world.run({ kind: 'count', bucket, prefix: 'in/', ...(asOf && { asOf }) });
    expect(await count(then)).toMatchObject({
      state: 'done',
      result: { files: 4, folders: 1, bytes: 6 + 4 + 6 * MiB + 4 },
    });
    expect(await count()).toMatchObject({ result: { files: 4, folders: 2, bytes: 1 + 5 + 3 + 4 } });
  });

  it('counts one level: folders only where something was', async () => {
    const request = { kind: 'count' as const, bucket, prefix: 'in/', oneLevel: true };
    expect(await world.run({ ...request, asOf: then })).toMatchObject({ result: { files: 3, folders: 1 } });
    expect(await world.run(request)).toMatchObject({ result: { files: 2, folders: 2 } });
  });

  it('packs the bytes of then, also of long objects and of what is deleted by now', async () => {
    const { job, entries } = await exported({ prefix: 'in/', asOf: then });
    expect(job).toMatchObject({ state: 'done', result: { entries: 4, renamed: 0 } });
    expect([...entries.keys()].sort()).toEqual(['a', 'gone', 'same', 'sub/long.bin']);
    for (const [name, bytes] of entries)
      expect(bytes.equals(Buffer.from(before[`in/${name}`] ?? ''))).toBe(true);
  });

  it('packs chosen objects, and tells in the manifest of those that were not there', async () => {
    const { job, entries } = await exported({ keys: ['in/gone', 'in/new/b'], asOf: then });
    expect(job).toMatchObject({
      state: 'done',
      progress: { failures: { count: 1, first: [{ kind: 'not-found', key: 'in/new/b' }] } },
    });
    expect(entries.get('in/gone')?.toString()).toBe('gone');
    expect(entries.get('cooper-manifest.json')?.toString()).toContain('did not exist at');
  });

  it('says that there was nothing, and when', async () => {
    const asOf = new Date('2001-02-03T04:05:06Z');
    await expect(exported({ prefix: 'in/', asOf })).rejects.toThrow(
      `Bucket “${bucket}” had at 2001-02-03T04:05:06.000Z no object under “in/”.`,
    );
  });
});
