import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listObjects, listVersions, type ListRequest, type Row } from '#sandbox/store/listing.ts';
import { SortedIndex } from '#sandbox/store/sorted-index.ts';
import type { Version } from '#sandbox/store/version.ts';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Few different characters, so that prefixes and delimiters meet. */
const name = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '//', '\u0000', 'é', '\uffff', '\u{1f600}'),
  minLength: 1,
  maxLength: 6,
});
const stored = fc.record({ key: name, versions: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }) });
const request = fc.record({
  prefix: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: name }),
  delimiter: fc.constantFrom('', '/', '//', 'a', 'é', '/a'),
  limit: fc.integer({ min: 1, max: 7 }),
});

/** `versions` of a key, newest first; true is one with bytes, false a delete marker. */
function indexOf(objects: { key: string; versions: boolean[] }[]): SortedIndex<Version> {
  const index = new SortedIndex<Version>();
  for (const { key, versions } of objects) {
    let previous: Version | undefined;
    for (const [n, hasBytes] of [...versions].reverse().entries()) {
      const data = hasBytes ? [] : undefined;
      previous = {
        key,
        versionId: String(n),
        modified: 0,
        size: 0,
        etag: '',
        data,
        details: undefined,
        previous,
      };
    }
    const newest = previous;
    if (newest !== undefined) index.set(key, () => newest);
  }
  return index;
}

/** What S3 documents, written down as plainly as can be. */
function expectedNames(index: SortedIndex<Version>, { prefix, delimiter }: ListRequest): string[] {
  const names = new Set<string>();
  for (const { key, data } of index) {
    if (data === undefined || !key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    names.add(at === -1 ? key : key.slice(0, at + delimiter.length));
  }
  return [...names].sort(byBytes);
}

const nameOf = (row: Row) => ('prefix' in row ? row.prefix : row.version.key);

describe('a listing', () => {
  test('gives every name once and in order, whatever the keys, the delimiter and the pages', () => {
    fc.assert(
      fc.property(fc.array(stored, { maxLength: 40 }), request, (objects, wanted) => {
        const index = indexOf(objects);
        const names: string[] = [];
        let after: string | undefined;
        for (;;) {
          const page = listObjects(index, { ...wanted, after });
          expect(page.rows.length).toBeLessThanOrEqual(wanted.limit);
          names.push(...page.rows.map(nameOf));
          if (!page.truncated) break;
          expect(page.rows).toHaveLength(wanted.limit);
          after = names.at(-1);
        }
        expect(names).toEqual(expectedNames(index, { ...wanted, after: undefined }));
      }),
      { numRuns: 500 },
    );
  });

  test('begins after any name, whether it is there or not', () => {
    fc.assert(
      fc.property(fc.array(stored, { maxLength: 40 }), request, name, (objects, wanted, after) => {
        const index = indexOf(objects);
        const all = expectedNames(index, { ...wanted, after: undefined });
        const page = listObjects(index, { ...wanted, after, limit: 1000 });
        expect(page.rows.map(nameOf)).toEqual(all.filter((each) => byBytes(each, after) > 0));
      }),
      { numRuns: 500 },
    );
  });

  test('of versions gives every version and delete marker once, newest first, in pages of any size', () => {
    fc.assert(
      fc.property(fc.array(stored, { maxLength: 25 }), request, (objects, wanted) => {
        const index = indexOf(objects);
        const seen: string[] = [];
        let after: string | undefined;
        let afterVersion: string | undefined;
        for (;;) {
          const page = listVersions(index, { ...wanted, after, afterVersion });
          seen.push(...page.rows.map(describeRow));
          const last = page.rows.at(-1);
          if (!page.truncated || last === undefined) break;
          after = nameOf(last);
          afterVersion = 'version' in last ? last.version.versionId : undefined;
        }
        const whole = listVersions(index, {
          ...wanted,
          after: undefined,
          afterVersion: undefined,
          limit: 1e6,
        });
        expect(seen).toEqual(whole.rows.map(describeRow));
        expect(new Set(seen).size).toBe(seen.length);
        if (wanted.delimiter === '') {
          const there = [...index].filter(({ key }) => key.startsWith(wanted.prefix));
          expect(seen).toEqual(there.flatMap((newest) => describeVersions(newest)));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('skips what lies under a folder instead of reading it', () => {
    const keys = Array.from({ length: 3000 }, (_, n) => `${String(n % 3)}/${String(n).padStart(5, '0')}`);
    const index = indexOf(keys.map((key) => ({ key, versions: [true] })));
    let steps = 0;
    const counted = new Proxy(index, {
      get: (target, property) => {
        if (property !== 'cursor') throw new Error('Only the cursor is needed.');
        return (isBefore: (key: string) => boolean) => {
          const cursor = target.cursor(isBefore);
          return {
            get item() {
              return cursor.item;
            },
            next: () => {
              steps++;
              cursor.next();
            },
            seek: (before: (key: string) => boolean) => {
              steps++;
              cursor.seek(before);
            },
          };
        };
      },
    });
    const page = listObjects(counted, { prefix: '', delimiter: '/', after: undefined, limit: 1000 });
    expect(page.rows.map(nameOf)).toEqual(['0/', '1/', '2/']);
    expect(steps).toBe(3);
  });
});

function describeVersions(newest: Version): string[] {
  const rows: string[] = [];
  for (let version: Version | undefined = newest; version !== undefined; version = version.previous) {
    rows.push(describeRow({ version, isLatest: version === newest }));
  }
  return rows;
}

function describeRow(row: Row): string {
  if ('prefix' in row) return `${row.prefix} …`;
  return `${row.version.key} ${row.version.versionId}${row.isLatest ? ' latest' : ''}`;
}
