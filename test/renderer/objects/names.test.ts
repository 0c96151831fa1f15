import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asFolder,
  folderAbove,
  folderProblem,
  goalProblem,
  ownName,
  renamedKey,
  renameProblem,
  stemLength,
} from '#renderer/features/objects/names.ts';

describe('the name of a new folder', () => {
  test.each([
    ['', 'Give the folder a name.'],
    ['/a', 'Leave out empty names: a / stands between two names only.'],
    ['a/', 'Leave out empty names: a / stands between two names only.'],
    ['a//b', 'Leave out empty names: a / stands between two names only.'],
    ['é'.repeat(512), 'This is too long: a key has at most 1024 bytes.'],
    ['a', undefined],
    ['a/b', undefined],
    [' spaces ', undefined],
  ])('%j: %s', (name, problem) => {
    expect(folderProblem(name, 'in/')).toBe(problem);
  });
});

describe('a rename', () => {
  test.each([
    ['', 'Give a name.'],
    ['b.txt', 'This is its name already.'],
    ['c/d', 'A name holds no /. To put it into another folder, use “Move to…”.'],
    ['x'.repeat(1023), 'This is too long: a key has at most 1024 bytes.'],
    ['c.txt', undefined],
  ])('of a/b.txt to %j: %s', (name, problem) => {
    expect(renameProblem(name, { key: 'a/b.txt', isFolder: false })).toBe(problem);
  });

  test('changes the last name only, whatever the key', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(fc.array(name), name, name, fc.boolean(), (above, old, next, isFolder) => {
        const folder = above.map((part) => `${part}/`).join('');
        const named = { key: folder + old + (isFolder ? '/' : ''), isFolder };
        expect(folderAbove(named)).toBe(folder);
        expect(ownName(named)).toBe(old);
        expect(renamedKey(next, named)).toBe(folder + next + (isFolder ? '/' : ''));
      }),
    );
  });

  test.each([
    ['report.pdf', false, 6],
    ['a.tar.gz', false, 5],
    ['.profile', false, 8],
    ['no extension', false, 12],
    ['v1.2', true, 4],
  ])('of %s selects its first %3$s characters', (name, isFolder, length) => {
    expect(stemLength(name, isFolder)).toBe(length);
  });
});

describe('where something is to go', () => {
  const from = { bucket: 'a', base: 'in/', prefixes: ['in/box/'] };
  test.each([
    [{ bucket: '', prefix: '' }, 'Choose a bucket.'],
    [{ bucket: 'a', prefix: '/x/' }, 'Leave out empty names: a folder’s path is such as scans/2024/.'],
    [{ bucket: 'a', prefix: 'x//' }, 'Leave out empty names: a folder’s path is such as scans/2024/.'],
    [{ bucket: 'a', prefix: 'x' }, 'End the folder with a /.'],
    [{ bucket: 'a', prefix: 'in/' }, 'It is there already: choose another folder.'],
    [{ bucket: 'a', prefix: 'in/box/deeper/' }, 'A folder cannot go into itself: in/box/'],
    [{ bucket: 'b', prefix: 'in/box/' }, undefined],
    [{ bucket: 'a', prefix: '' }, undefined],
    [{ bucket: 'a', prefix: 'in/boxes/' }, undefined],
  ])('%j: %s', (goal, problem) => {
    expect(goalProblem(goal, from)).toBe(problem);
  });

  test('ends in a slash however it was typed', () => {
    expect(['', 'a', 'a/'].map(asFolder)).toEqual(['', 'a/', 'a/']);
  });
});
