import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markOf } from '#renderer/features/buckets/marks.ts';
import { sortedBuckets, type SortColumn } from '#renderer/features/buckets/sorting.ts';

const buckets = [
  {
    name: 'b',
    createdAt: new Date(2),
    statistics: { objects: 3, bytes: 1 },
    owner: { id: '1', displayName: 'zoe' },
  },
  { name: 'c', owner: { id: 'adam' } },
  { name: 'a', createdAt: new Date(1), statistics: { objects: 30, bytes: 0 } },
];
const names = (column: SortColumn, descending: boolean) =>
  sortedBuckets(buckets, { column, descending })
    .map(({ name }) => name)
    .join('');

describe('a list of buckets', () => {
  it.each<[SortColumn, up: string, down: string]>([
    ['name', 'abc', 'cba'],
    ['created', 'abc', 'bac'],
    ['objects', 'bac', 'abc'],
    ['bytes', 'abc', 'bac'],
    ['owner', 'cba', 'bca'],
  ])('is sorted by %s either way, what is not known last', (column, up, down) => {
    expect(names(column, false)).toBe(up);
    expect(names(column, true)).toBe(down);
  });

  it('loses none by sorting', () => {
    const bucket = fc.record(
      { name: fc.string(), createdAt: fc.date({ noInvalidDate: true }) },
      { requiredKeys: ['name'] },
    );
    fc.assert(
      fc.property(fc.array(bucket), fc.boolean(), (list, descending) => {
        expect(new Set(sortedBuckets(list, { column: 'created', descending }))).toEqual(new Set(list));
      }),
    );
  });

  it('marks those that the keys’ own list does not have', () => {
    expect(markOf({ name: 'a' })).toBeUndefined();
    expect(markOf({ name: 'a', known: 'by-hand' })?.word).toBe('by hand');
    expect(markOf({ name: 'a', known: 'by-management', owner: { id: 'mwhite' } })?.text).toContain('mwhite');
  });
});
