import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '#shared/key-order.ts';
import { isKeys, KeyPage, keyPageOf } from '#storage/key-page.ts';

const key = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.stringMatching(/^[ab/]{0,6}$/u),
  fc.constantFrom('\u{10000}', '\uE000', '\uFFFF', 'ä', 'a\u0000'),
);

function sharedBytes(a: string, b: string): number {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  let same = 0;
  while (same < x.length && same < y.length && x[same] === y[same]) same++;
  return same;
}

test('a page of keys has what the objects have', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ key, size: fc.maxSafeNat() }), { maxLength: 30 }),
      key,
      (objects, sought) => {
        const page = keyPageOf(objects, 'next');
        const keys = objects.map((object) => object.key);
        expect(page.count).toBe(keys.length);
        expect(page.nextToken).toBe('next');
        expect(keys.map((_, index) => page.key(index))).toEqual(keys);
        expect(page.key(-1)).toBe(keys.at(-1));
        expect(page.key(keys.length)).toBeUndefined();
        expect([...page.sizes]).toEqual(objects.map(({ size }) => size));
        expect([...page.shared]).toEqual(
          keys.map((one, at) => (at === 0 ? 0 : sharedBytes(keys[at - 1] ?? '', one))),
        );
        const isSorted = keys.every((one, at) => at === 0 || compareKeys(keys[at - 1] ?? '', one) < 0);
        expect(page.isSorted).toBe(isSorted);
        expect(page.hasReplacement()).toBe(keys.some((one) => one.includes('\uFFFD')));
        if (isSorted)
          expect(page.countUpTo(sought)).toBe(keys.filter((one) => compareKeys(one, sought) <= 0).length);
        for (const count of [0, 1, keys.length]) {
          const first = page.first(count);
          const { bytes, ends, sizes, shared, nextToken } = keyPageOf(objects.slice(0, count), 'next');
          const columns = { bytes, ends, sizes, shared, nextToken, isSorted: first.isSorted };
          expect(first).toEqual(new KeyPage(columns));
          if (isSorted) expect(first.isSorted).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('bytes are keys when each of them is UTF-8, not only all together', () => {
  const bytes = Buffer.from('aäb');
  expect(isKeys({ bytes, ends: Uint32Array.of(1, 3, 4) })).toBe(true);
  expect(isKeys({ bytes, ends: Uint32Array.of(2, 4) })).toBe(false);
  expect(isKeys({ bytes: Buffer.from([0x61, 0xff]), ends: Uint32Array.of(1, 2) })).toBe(false);
});
