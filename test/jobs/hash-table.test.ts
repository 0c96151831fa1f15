import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashTable } from '#jobs/hash-table.ts';
import { hash53 } from '#jobs/segments.ts';

const MOST = 2 ** 53 - 1;
/** Near each other, at the limits, equal in their lower or upper bits: what fills one table and one run of slots. */
const hash = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 40 }).map((part) => part * 2 ** 32),
  fc.integer({ min: 0, max: 40 }).map((part) => part * 2 ** 38 + 7),
  fc.constantFrom(0, MOST, MOST - 1, 2 ** 32 - 1, 2 ** 32),
  fc.integer({ min: 0, max: MOST }),
);

describe('a table of hashes', () => {
  it('has what a Map has, whatever the hashes are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hash, fc.integer({ min: 0, max: MOST })), { maxLength: 300 }),
        fc.array(hash, { maxLength: 50 }),
        (entries, others) => {
          const table = new HashTable({ values: true });
          const names = new HashTable({ values: false });
          const map = new Map<number, number>();
          for (const [key, value] of entries) {
            table.set(key, value);
            names.set(key);
            map.set(key, value);
            expect(table.size).toBe(map.size);
          }
          for (const key of [...map.keys(), ...others]) {
            expect(table.get(key)).toBe(map.get(key));
            expect(table.has(key)).toBe(map.has(key));
            expect(names.has(key)).toBe(map.has(key));
            expect(names.get(key)).toBe(undefined);
          }
        },
      ),
    );
  });

  it('keeps a hundred thousand', () => {
    const table = new HashTable({ values: true });
    for (let i = 0; i < 100_000; i++) table.set(hash53(`name ${i}`), i);
    expect(table.size).toBe(100_000);
    for (let i = 0; i < 100_000; i++) if (table.get(hash53(`name ${i}`)) !== i) expect.fail(`name ${i}`);
    expect(table.has(hash53('name 100000'))).toBe(false);
  });
});
