import fc from 'fast-check';
import type { ListPage } from '#shared/objects.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', 'É', '1', '.', ' '), minLength: 1, maxLength: 5 });
const object = fc.record({
  key: name,
  size: fc.integer({ min: 0, max: 5 }),
  modifiedAt: fc.integer({ min: 0, max: 5 }).map((time) => new Date(time)),
  etag: fc.constant('e'),
});

/** Pages as a server sends them: in order, without an object twice. */
export const pages: fc.Arbitrary<ListPage[]> = fc
  .record({
    objects: fc.uniqueArray(object, { selector: ({ key }) => key, maxLength: 40 }),
    folders: fc.uniqueArray(name, { maxLength: 10 }),
    perPage: fc.integer({ min: 1, max: 15 }),
  })
  .map(({ objects, folders, perPage }) => {
    const sorted = objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const result: ListPage[] = [{ prefixes: folders.toSorted().map((folder) => `${folder}/`), objects: [] }];
    for (let from = 0; from < sorted.length; from += perPage)
      result.push({ prefixes: [], objects: sorted.slice(from, from + perPage) });
    return result;
  });
