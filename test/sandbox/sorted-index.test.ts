import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareKeys, SortedIndex } from '#sandbox/store/sorted-index.ts';

const key = fc.string({ unit: 'binary', maxLength: 6 });
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('the order of keys', () => {
  test('is that of their UTF-8 bytes', () => {
    const near = fc.constantFrom('a', 'ab', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    const twins = fc.tuple(fc.oneof(key, near), fc.oneof(key, near)).map(([a, b]) => [a, a + b, b] as const);
    fc.assert(
      fc.property(twins, twins, (some, others) => {
        for (const a of some) {
          for (const b of others) expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
        }
      }),
    );
  });
});

describe('the index', () => {
  const small = fc.integer({ min: 0, max: 3000 }).map((n) => n.toString(36));

  test('holds what a plain sorted list would hold, after any changes', () => {
    const change = fc.record({ key: fc.oneof(small, key), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3000, size: 'max' }), fc.array(key), (changes, seeks) => {
        const index = new SortedIndex<{ key: string; n: number }>();
        const model = new Map<string, number>();
        for (const [n, { key: at, remove }] of changes.entries()) {
          if (remove) {
            index.delete(at);
            model.delete(at);
          } else {
            index.set(at, (before) => {
              expect(before?.n).toBe(model.get(at));
              return { key: at, n };
            });
            model.set(at, n);
          }
        }
        const sorted = [...model.keys()].sort(byBytes);
        expect([...index].map((item) => item.key)).toEqual(sorted);
        expect(index.size).toBe(sorted.length);
        for (const at of seeks) {
          expect(index.get(at)?.n).toBe(model.get(at));
          const cursor = index.cursor((other) => byBytes(other, at) < 0);
          const rest = sorted.filter((other) => byBytes(other, at) >= 0);
          for (const expected of rest.slice(0, 600)) {
            expect(cursor.item?.key).toBe(expected);
            cursor.next();
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('takes many keys in order, and finds each', () => {
    const index = new SortedIndex<{ key: string }>();
    const keys = Array.from({ length: 5000 }, (_, n) => String(n).padStart(5, '0'));
    for (const at of keys) index.set(at, () => ({ key: at }));
    expect([...index].map((item) => item.key)).toEqual(keys);
    for (const at of keys) expect(index.get(at)?.key).toBe(at);
    const cursor = index.cursor((other) => other < '02500');
    cursor.seek((other) => other.startsWith('0') || other < '04999');
    expect(cursor.item).toBeUndefined();
  });
});
