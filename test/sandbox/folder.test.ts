import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '#sandbox/sandbox.ts';
import { errorOf, forkSandbox, temporaryFolder, withSandbox } from './support.ts';

describe('the folder', () => {
  test('belongs to one sandbox at a time', async () => {
    const folder = await temporaryFolder();
    await withSandbox(folder, async () => {
      await expect(startSandbox({ folder })).rejects.toThrow(/in use by another running sandbox/);
      const { answer } = await forkSandbox(folder);
      expect(errorOf(answer)).toMatch(/in use by another running sandbox/);
    });
    await withSandbox(folder, async () => {});
  });

  test('is taken over from one that is gone', async () => {
    const folder = await temporaryFolder();
    await withSandbox(folder, async () => {});
    for (const lock of [
      { pid: 2 ** 22 + 1, born: '', token: 'x' },
      { pid: process.pid, born: '', token: 'x' },
    ]) {
      await writeFile(join(folder, 'lock'), JSON.stringify(lock));
      await withSandbox(folder, async () => {});
    }
    await writeFile(join(folder, 'lock'), '');
    await withSandbox(folder, async () => {});
    expect(await readdir(folder)).not.toContain('lock');
  });

  test('must be empty, or a sandbox', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'thesis.txt'), 'precious');
    await expect(startSandbox({ folder })).rejects.toThrow(/holds other files.*Choose an empty folder/);
    expect(await readdir(folder)).toEqual(['thesis.txt']);
    await expect(startSandbox({ folder: join(folder, 'thesis.txt') })).rejects.toThrow(/it is a file/);
    await expect(startSandbox({ folder: join(folder, 'thesis.txt', 'below') })).rejects.toThrow(/is a file/);
    await withSandbox(join(folder, 'new', 'folder'), async () => {});
  });

  test('of a later version is left alone', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'cooper-sandbox.json'), '{"format":2}\n');
    await expect(startSandbox({ folder })).rejects.toThrow(/another version of Cooper/);
  });

  test('may hold what a file manager left in it', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'x'));
    await writeFile(join(folder, 'x', '.DS_Store'), '');
    await withSandbox(join(folder, 'x'), async (s3) => {
      expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    });
  });
});
