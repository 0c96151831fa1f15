import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from '#shared/list-columns.ts';
import type { ListedObject } from '#shared/objects.ts';

const object: fc.Arbitrary<ListedObject> = fc.record(
  {
    key: fc.string({ unit: 'binary' }),
    size: fc.maxSafeNat(),
    modifiedAt: fc.date({ noInvalidDate: true }),
    etag: fc.string(),
    versionId: fc.string({ minLength: 1 }),
  },
  { requiredKeys: ['key', 'size', 'modifiedAt', 'etag'] },
);

test('columns hold what the rows of a page show, and cross a port as they are', () => {
  fc.assert(
    fc.property(fc.array(object), fc.option(fc.string(), { nil: undefined }), (objects, nextToken) => {
      const page = { prefixes: ['a/'], objects, ...(nextToken !== undefined && { nextToken }) };
      const columns = structuredClone(columnsOf(page));
      const rows = objects.map((_, row) => ({
        key: columns.keys.slice(row === 0 ? 0 : columns.ends[row - 1], columns.ends[row]),
        size: columns.sizes[row],
        time: columns.times[row],
        versionId: columns.versionIds?.[row],
      }));
      expect(rows).toEqual(
        objects.map(({ key, size, modifiedAt, versionId }) => ({
          key,
          size,
          time: modifiedAt.getTime(),
          versionId,
        })),
      );
      expect([columns.prefixes, columns.nextToken]).toEqual([['a/'], nextToken]);
    }),
  );
});
