import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import {
  clockText,
  dayName,
  limitText,
  parseClock,
  parseRate,
  rateText,
} from '#renderer/features/transfers/limits.ts';
import { toggled } from '#renderer/features/transfers/timetable.tsx';

test.each([
  [{ amount: '', unit: 'MB' }, { bytes: undefined }],
  [{ amount: '2,5', unit: 'MB' }, { bytes: 2_500_000 }],
  [{ amount: ' 800 ', unit: 'kB' }, { bytes: 800_000 }],
] as const)('the limit %j is %j', (typed, bytes) => {
  expect(parseRate(typed)).toEqual(bytes);
});

test.each([['x'], ['-1'], ['0'], ['1']])('%s kB is no limit', (amount) => {
  expect(parseRate({ amount, unit: 'kB' })).toHaveProperty('problem');
});

test('a limit is shown so that reading it back gives the same, and the settings take it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1024, max: 10 ** 11 }), (bytes) => {
      expect(parseRate(rateText(bytes))).toEqual({ bytes });
      expect(transferSettingsSchema.parse({ bytesPerSecond: bytes }).bytesPerSecond).toBe(bytes);
    }),
  );
});

test('times of day are read back as they are shown; midnight as an end is the end of the day', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1439 }), (minutes) => {
      expect(parseClock(clockText(minutes))).toBe(minutes);
      expect(parseClock(clockText(minutes), { isEnd: true })).toBe(minutes);
    }),
  );
  expect(clockText(1440)).toBe('00:00');
  expect(parseClock('00:00', { isEnd: true })).toBe(1440);
  expect(parseClock('')).toBeUndefined();
});

test('days are named by their numbers, and every day is none', () => {
  expect([0, 1, 6].map(dayName)).toEqual(['Sun', 'Mon', 'Sat']);
  expect(toggled([], 0)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(toggled([1, 2, 3, 4, 5, 6], 0)).toEqual([]);
  expect(toggled([5, 1], 3)).toEqual([1, 3, 5]);
});

test('the dock says the limit that counts now', () => {
  const settings = transferSettingsSchema.parse({
    bytesPerSecond: 5e6,
    timetable: [{ from: 480, until: 1080, bytesPerSecond: 1e6 }],
  });
  expect(limitText(settings, new Date(2026, 10, 2, 9))).toBe('at most 1.0 MB/s');
  expect(limitText(settings, new Date(2026, 10, 2, 20))).toBe('at most 5.0 MB/s');
  expect(limitText(undefined, new Date())).toBe('');
});
