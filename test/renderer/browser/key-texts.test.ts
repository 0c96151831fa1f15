import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTexts } from '#renderer/features/browser/key-texts.ts';
import { NameFilter } from '#renderer/features/browser/name-filter.ts';
import { columnsOf } from '#shared/list-columns.ts';

// Among them what is another letter's other case, or an accent by itself, or no ASCII though its lower case is.
const unit = fc.constantFrom(
  'a',
  'b',
  'k',
  'K',
  's',
  'S',
  '\u212a',
  '\u017f',
  'é',
  'e',
  '\u0301',
  'i',
  'İ',
  'ß',
  '\n',
  '.',
  '📷',
);
const plain = fc.constantFrom('a', 'A', 'b', 'k', 'K', 's', '.', '\n');
const name = fc.oneof(fc.string({ unit: plain, maxLength: 6 }), fc.string({ unit, maxLength: 6 }));
const base = fc.string({ unit: plain, maxLength: 3 });
const text = fc.oneof(
  fc.string({ unit: plain, minLength: 1, maxLength: 3 }),
  fc.string({ unit, minLength: 1, maxLength: 3 }),
);

function textsOf(pages: readonly string[][]): KeyTexts {
  const texts = new KeyTexts();
  for (const keys of pages) {
    const objects = keys.map((key) => ({ key, size: 0, modifiedAt: new Date(0), etag: '' }));
    const columns = columnsOf({ prefixes: [], objects });
    texts.append(columns.keys, columns.ends);
  }
  return texts;
}

test('keys are found at their rows, and rows by their keys', () => {
  fc.assert(
    fc.property(fc.array(fc.array(name)), name, (pages, other) => {
      const texts = textsOf(pages);
      const keys = pages.flat();
      expect(Array.from(keys, (_, row) => texts.at(row))).toEqual(keys);
      expect([texts.length, texts.at(-1), texts.at(keys.length)]).toEqual([keys.length, '', '']);
      for (const key of [...keys, other])
        expect(texts.indexOf(key)).toBe(key === '' ? -1 : keys.indexOf(key));
    }),
  );
});

test('a filter finds in many keys at once what it finds in each name, whatever letters are in either', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(name)),
      base,
      text,
      fc.nat(20),
      fc.nat(20),
      (pages, folder, wanted, a, b) => {
        const names = pages.flat();
        const texts = textsOf(pages.map((keys) => keys.map((key) => folder + key)));
        const filter = new NameFilter(wanted);
        const [from, to] = [Math.min(a, b, names.length), Math.min(Math.max(a, b), names.length)];
        const found: number[] = [];
        texts.match(from, to, { nameStart: folder.length, filter, take: (row) => found.push(row) });
        const rows = names.map((_, row) => row);
        expect(found).toEqual(rows.slice(from, to).filter((row) => filter.isIn(names[row] ?? '')));
        expect(rows.filter((row) => texts.startsWith(row, folder.length, filter))).toEqual(
          rows.filter((row) => filter.starts(names[row] ?? '')),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('keys that are shorter than their folder have no name to be found', () => {
  const texts = textsOf([['a', 'a/a', 'aa/b']]);
  const found: number[] = [];
  texts.match(0, 3, { nameStart: 2, filter: new NameFilter('a'), take: (row) => found.push(row) });
  expect(found).toEqual([1]);
});
