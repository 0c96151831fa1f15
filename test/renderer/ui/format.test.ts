import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDate,
  formatDuration,
  formatExactBytes,
  formatIso,
  plural,
  shareOf,
} from '#renderer/ui/format.ts';

describe('sizes', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [12_400_123, '12.4 MB'],
    [99_949, '99.9 kB'],
    [340e9, '340 GB'],
    [999_960, '1.0 MB'],
    [5e12, '5.0 TB'],
    [99_950_000_000_000, '100 TB'],
  ])('%d bytes read as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('never take more than three digits, whatever the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^(\d\.\d|\d\d\.\d|\d{3}) [kMGTPE]B$/);
      }),
      { numRuns: 10_000 },
    );
  });

  test('are exact where the exact figure is asked for', () => {
    expect(formatExactBytes(12_400_123)).toBe('12,400,123 bytes');
    expect(formatExactBytes(1)).toBe('1 byte');
  });
});

test('a count goes with its noun', () => {
  expect([plural(0, 'object'), plural(1, 'object'), plural(1204, 'entry', 'entries')]).toEqual([
    '0 objects',
    '1 object',
    '1,204 entries',
  ]);
});

test('a total that still grows says so', () => {
  expect(formatAmount({ done: 612_400, total: 800_000 }, formatCount)).toBe('612,400 of at least 800,000');
  expect(formatAmount({ done: 5, total: 8, totalIsFinal: true }, formatCount)).toBe('5 of 8');
  expect(formatAmount({ done: 5 }, formatCount)).toBe('5');
});

test('the share done is known only with a total, and is never more than all', () => {
  expect(shareOf({ done: 5 })).toBeUndefined();
  expect(shareOf({ done: 0, total: 0, totalIsFinal: true })).toBe(1);
  expect(shareOf({ done: 9, total: 8 })).toBe(1);
  expect(shareOf({ done: 2, total: 8 })).toBe(0.25);
});

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [61, '1 min'],
  [3600, '1 h'],
  [3900, '1 h 5 min'],
  [86_400 + 4 * 3600, '1 d 4 h'],
])('%d seconds read as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('a time that is missing or broken is a dash, not "Invalid Date"', () => {
  expect([formatDate(undefined), formatDate(Number.NaN), formatIso(new Date(Number.NaN))]).toEqual([
    '—',
    '—',
    '',
  ]);
  expect(formatIso(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
});
