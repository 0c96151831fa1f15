import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureKinds, failureSchema } from '#shared/failure.ts';
import { diskError } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';

describe('every kind of failure', () => {
  test.each(failureKinds)('%s says what happened and what to do next', (kind) => {
    const details = { kind, operation: 'read', bucket: 'b', key: 'k' };
    const failure = toFailure(new StorageError(details));
    expect(failureSchema.parse(failure)).toEqual(failure);
    expect(failure.message).toMatch(/^[A-Z][^.]{9,}\.$/u);
    expect(failure.nextStep).toMatch(/^[A-Z].{5,}\.$/u);
    expect(failure.message).not.toContain('undefined');
  });

  test('names what it is about', () => {
    const about = (details: object) =>
      toFailure(new StorageError({ kind: 'not-found', operation: 'read', ...details })).message;
    expect(about({ bucket: 'b', key: 'a/k' })).toBe('Object “a/k” in bucket “b” does not exist.');
    expect(about({ bucket: 'b' })).toBe('Bucket “b” does not exist.');
    expect(about({ path: '/tmp/x' })).toBe('“/tmp/x” does not exist.');
  });

  test('a mistake of ours says nothing of what was in it', () => {
    const failure = toFailure(new TypeError('secret=hunter2'), { operation: 'buckets.list' });
    expect(failure).toMatchObject({ kind: 'internal', operation: 'buckets.list', retryable: false });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    for (const odd of [undefined, null, 'text', 7, {}]) expect(toFailure(odd).kind).toBe('internal');
  });

  test('an error of the file system that nobody translated is one of the disk all the same', async () => {
    const thrown: unknown = await readFile('/no/such/file').catch((error: unknown) => error);
    expect(toFailure(thrown)).toMatchObject({ kind: 'disk-missing', path: '/no/such/file', code: 'ENOENT' });
  });
});

describe('what the disk refuses', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cooper-disk-'));
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'file'), 'x');
    await symlink('/dev/full', join(folder, 'full'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const write = async (path: string, flags = 'w') => {
    const file = await open(path, flags);
    try {
      await file.writeFile('some bytes');
    } finally {
      await file.close();
    }
  };

  test.each([
    ['a full disk', 'full', 'w', 'disk-full', 'ENOSPC'],
    ['a folder that is not there', 'nowhere/file', 'w', 'disk-missing', 'ENOENT'],
    ['a folder that is a file', 'file/deeper', 'w', 'disk-missing', 'ENOTDIR'],
    ['a name that a folder has', 'folder', 'w', 'disk-exists', 'EISDIR'],
    ['a file that is there', 'file', 'wx', 'disk-exists', 'EEXIST'],
    ['a name that is too long', 'n'.repeat(300), 'w', 'disk-error', 'ENAMETOOLONG'],
  ])('is named with its path: %s', async (_, name, flags, kind, code) => {
    const path = join(folder, name);
    const thrown: unknown = await write(path, flags).catch((error: unknown) => error);
    const failure = toFailure(diskError(thrown, { operation: 'write', path }));
    expect(failure).toMatchObject({ kind, code, path, operation: 'write', retryable: false });
    expect(failure.message).toContain(path);
    expect(failure.message).toContain(code);
  });

  test.each([
    ['EACCES', 'disk-denied'],
    ['EPERM', 'disk-denied'],
    ['EROFS', 'disk-denied'],
    ['EDQUOT', 'disk-full'],
    ['EMFILE', 'disk-error'],
    ['EIO', 'disk-error'],
    ['EWHATEVER', 'disk-error'],
  ])('%s is %s', (code, kind) => {
    const error = Object.assign(new Error(code), { code });
    expect(diskError(error, { operation: 'write', path: '/x' })).toMatchObject({ kind, code, path: '/x' });
  });

  test('what is translated already stays as it is', () => {
    const error = new StorageError({ kind: 'timeout', operation: 'read' });
    expect(diskError(error, { operation: 'write', path: '/x' })).toBe(error);
    expect(diskError('text', { operation: 'write', path: '/x' })).toMatchObject({ kind: 'disk-error' });
  });
});
