import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '#shared/list-columns.ts';
import { isFolder, Level } from '#renderer/features/browser/level.ts';
import { View, type Sort } from '#renderer/features/browser/view.ts';
import { pages } from './rows.ts';

const sort: fc.Arbitrary<Sort> = fc.record({
  column: fc.constantFrom('name', 'size', 'modified', 'type'),
  descending: fc.boolean(),
});
const filter = fc.constantFrom('', 'a', 'é', 'e\u0301', '.', '1 ');
const shownKeys = (view: View) =>
  Array.from({ length: view.length }, (_, position) => view.level.keyOf(view.at(position) ?? NaN));

test('rows that arrive page by page are shown as if they had come at once', async () => {
  await fc.assert(
    fc.asyncProperty(pages, filter, sort, async (list, text, by) => {
      const grown = new Level('');
      const growing = new View(grown, text, by);
      for (const page of list) {
        grown.append(columnsOf(page));
        growing.catchUp();
      }
      const built = new View(grown, text, by);
      await built.build(new AbortController().signal);
      expect(shownKeys(growing)).toEqual(shownKeys(built));
    }),
  );
});

test('folders come first, then objects in the order of the column; both ways have the same rows', () => {
  fc.assert(
    fc.property(pages, sort, (list, by) => {
      const level = new Level('');
      for (const page of list) level.append(columnsOf(page));
      const view = new View(level, '', by);
      view.catchUp();
      const rows = Array.from({ length: view.length }, (_, position) => view.at(position) ?? NaN);
      expect(rows.slice(0, view.folderCount).every(isFolder)).toBe(true);
      expect(new Set(rows).size).toBe(level.length);
      const objects = rows.slice(view.folderCount);
      const value = {
        name: (row: number) => row,
        size: (row: number) => level.sizes[row] ?? NaN,
        modified: (row: number) => level.times[row] ?? NaN,
        type: () => 0,
      }[by.column];
      const step = by.descending ? -1 : 1;
      objects.reduce((before, row) => {
        expect((value(row) - value(before)) * step).toBeGreaterThanOrEqual(0);
        return row;
      }, objects[0] ?? 0);
    }),
  );
});

test('what is filtered out of rows in order is as if it had been sorted by itself', async () => {
  await fc.assert(
    fc.asyncProperty(pages, pages, filter, sort, async (list, later, text, by) => {
      const level = new Level('');
      for (const page of list) level.append(columnsOf(page));
      const all = new View(level, '', { ...by, descending: false });
      await all.build(new AbortController().signal);
      for (const page of later) level.append(columnsOf(page));
      const filtered = new View(level, text, by);
      for (const _ of filtered.steps(all));
      const built = new View(level, text, by);
      await built.build(new AbortController().signal);
      expect(shownKeys(filtered)).toEqual(shownKeys(built));
      expect(filtered.behind).toBe(0);
    }),
  );
});

test('a row is found at the position where it is shown', () => {
  fc.assert(
    fc.property(pages, sort, filter, (list, by, text) => {
      const level = new Level('');
      for (const page of list) level.append(columnsOf(page));
      const view = new View(level, text, by);
      view.catchUp();
      for (let position = 0; position < view.length; position += 1)
        expect(view.positionOf(view.at(position) ?? NaN)).toBe(position);
    }),
  );
});

describe('the filter', () => {
  const level = new Level('scans/');
  const object = (key: string) => ({ key, size: 1, modifiedAt: new Date(0), etag: '' });
  level.append(
    columnsOf({
      prefixes: ['scans/Box 1/'],
      objects: ['scans/PAGE (1).tif', 'scans/caf\u00e9', 'scans/cafe\u0301', 'scans/straße'].map(object),
    }),
  );
  const found = (text: string) => {
    const view = new View(level, text);
    view.catchUp();
    return shownKeys(view);
  };

  test('finds either case, and folders too', () => {
    expect(found('page')).toEqual(['scans/PAGE (1).tif']);
    expect(found('box')).toEqual(['scans/Box 1/']);
  });

  test('finds an accent however it is spelled', () => {
    expect(found('CAF\u00c9')).toHaveLength(2);
    expect(found('cafe\u0301')).toHaveLength(2);
  });

  test('takes what is typed as it is, not as a pattern', () => {
    expect(found('(1).')).toEqual(['scans/PAGE (1).tif']);
    expect(found('.*')).toEqual([]);
    expect(found('[a-z]')).toEqual([]);
  });

  test('looks at the name, not at the folder that it is in', () => {
    expect(found('scans')).toEqual([]);
  });
});

test('any text can be filtered by and jumped to', () => {
  const level = new Level('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const view = new View(level, text);
      view.catchUp();
      expect(view.jump(text, 0)).toBe(-1);
    }),
  );
});

test('typing goes to the next row that starts so, and round', () => {
  const level = new Level('a/');
  level.append(
    columnsOf({
      prefixes: ['a/beta/'],
      objects: ['a/alpha', 'a/Bravo', 'a/charlie'].map((key) => ({
        key,
        size: 0,
        modifiedAt: new Date(0),
        etag: '',
      })),
    }),
  );
  const view = new View(level);
  view.catchUp();
  expect([
    view.jump('b', 0),
    view.jump('b', 1),
    view.jump('b', 3),
    view.jump('br', 0),
    view.jump('x', 0),
  ]).toEqual([0, 2, 0, 2, -1]);
});

test('a build that is not wanted any more stops', async () => {
  const level = new Level('');
  level.append(
    columnsOf({ prefixes: [], objects: [{ key: 'a', size: 0, modifiedAt: new Date(0), etag: '' }] }),
  );
  await expect(new View(level, 'a').build(AbortSignal.abort())).rejects.toThrow('aborted');
});

test('a folder that ends one page and starts the next is one folder', () => {
  const level = new Level('');
  level.append(columnsOf({ prefixes: ['a/'], objects: [] }));
  level.append(columnsOf({ prefixes: ['a/', 'b/'], objects: [] }));
  expect(level.folders).toEqual(['a/', 'b/']);
});
