import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvValue, lifetimeOf, linksCsv, type LifetimeUnit } from '#renderer/features/objects/links.ts';

describe('how long a link lives', () => {
  test.each([
    ['1', 'hours', { seconds: 3600 }],
    ['1.5', 'hours', { seconds: 5400 }],
    ['1,5', 'hours', { seconds: 5400 }],
    ['7', 'days', { seconds: 604_800 }],
    ['168', 'hours', { seconds: 604_800 }],
    [
      '7.01',
      'days',
      { problem: 'A link lives for at most 7 days: the signature (version 4) allows no more.' },
    ],
    ['8', 'days', { problem: 'A link lives for at most 7 days: the signature (version 4) allows no more.' }],
    ['0', 'days', { problem: 'Say for how long, as a number above 0.' }],
    ['-1', 'hours', { problem: 'Say for how long, as a number above 0.' }],
    ['', 'hours', { problem: 'Say for how long, as a number above 0.' }],
    ['soon', 'hours', { problem: 'Say for how long, as a number above 0.' }],
    ['1e999', 'hours', { problem: 'Say for how long, as a number above 0.' }],
    ['0.001', 'minutes', { problem: 'A link lives for at least a second.' }],
  ] as [string, LifetimeUnit, object][])('%s %s', (amount, unit, result) => {
    expect(lifetimeOf(amount, unit)).toEqual(result);
  });
});

/** Reads CSV as RFC 4180 has it, where every value is quoted. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, value = '', end = ''] of text.matchAll(/"((?:[^"]|"")*)"(,|\r\n|$)/gu)) {
    rows.at(-1)?.push(value.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows;
}

describe('links as CSV', () => {
  test('keep every key as it is, or behind an apostrophe where a spreadsheet would run it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1 }), (keys) => {
        const links = keys.map((key) => ({
          key,
          url: `https://s3.example/b/${encodeURIComponent(key)}`,
          curl: 'curl',
          expiresAt: new Date(0),
        }));
        const [head, ...rows] = readCsv(linksCsv(links, 'get_object'));
        expect(head).toEqual(['key', 'version', 'method', 'expires', 'url', 'curl']);
        expect(rows.map(([key]) => key?.replace(/^'(?='*\s*[=+\-@\t\r])/u, ''))).toEqual(keys);
        for (const value of rows.flat()) expect(value).not.toMatch(/^\s*[=+\-@]/u);
      }),
    );
  });

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    [' =1', `"' =1"`],
    ['\t=1', `"'\t=1"`],
    ['say "hello", twice', '"say ""hello"", twice"'],
    ['a=b', '"a=b"'],
    ["'+1", `"''+1"`],
    ["'tis", `"'tis"`],
  ])('%j is written as %s', (value, written) => {
    expect(csvValue(value)).toBe(written);
  });
});
