import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crumbsOf,
  folderOf,
  lastName,
  parentOf,
  parsePath,
  toPath,
  type Location,
} from '#renderer/features/browser/location.ts';

const at = (prefix: string): Location => ({ connectionId: 'c', bucket: 'b', prefix });

describe('the path bar', () => {
  test.each([
    ['archive/scans/', { bucket: 'archive', prefix: 'scans/' }],
    ['archive', { bucket: 'archive', prefix: '' }],
    ['  s3://archive/scans/page', { bucket: 'archive', prefix: 'scans/page' }],
    ['S3://archive//a ', { bucket: 'archive', prefix: '/a ' }],
  ])('reads %j', (text, place) => {
    expect(parsePath(text, 'c')).toEqual({ connectionId: 'c', ...place });
  });

  test('goes to the buckets when it is empty', () => {
    expect(parsePath('  ', 'c')).toEqual({ connectionId: 'c', prefix: '' });
  });

  test('reads back every place that it shows, whatever is in the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (prefix) => {
        expect(parsePath(toPath(at(prefix)), 'c')).toEqual(at(prefix));
      }),
    );
  });
});

describe('going up', () => {
  test.each([
    ['a/b/', 'a/'],
    ['a/', ''],
    ['a/b', 'a/'],
    ['a//', 'a/'],
    ['/', ''],
  ])('from %j leads to %j', (from, to) => {
    expect(parentOf(at(from))).toEqual(at(to));
  });

  test('from a bucket leads to the buckets, and no further', () => {
    expect(parentOf(at(''))).toEqual({ connectionId: 'c', prefix: '' });
    expect(parentOf({ connectionId: 'c', prefix: '' })).toBeUndefined();
  });

  test('always ends at the buckets', () => {
    fc.assert(
      fc.property(fc.string(), (prefix) => {
        let place: Location | undefined = at(prefix);
        for (let step = 0; step < prefix.length + 3 && place !== undefined; step += 1)
          place = parentOf(place);
        expect(place).toBeUndefined();
      }),
    );
  });
});

test('crumbs put together again are the prefix', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '/') }), (prefix) => {
      const crumbs = crumbsOf(prefix);
      expect(crumbs.at(-1)?.prefix ?? '').toBe(prefix);
      expect(crumbs.map(({ name }) => name).join('/') + (prefix.endsWith('/') ? '/' : '')).toBe(prefix);
    }),
  );
});

test('names and folders of keys', () => {
  expect([lastName('a/b/'), lastName('a/c.tif'), lastName('a'), lastName('a//'), lastName('')]).toEqual([
    'b',
    'c.tif',
    'a',
    '',
    '',
  ]);
  expect([folderOf('a/b'), folderOf('a/b/'), folderOf('a')]).toEqual(['a/', 'a/b/', '']);
});
