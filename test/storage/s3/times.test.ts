import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpTimeOf } from '#storage/s3/lean/times.ts';

/** What JavaScript makes of it, where it is in the one form. Years before 1000 are left to others. */
function slowly(text: string): Date | undefined {
  const at = new Date(text);
  return at.getUTCFullYear() >= 1000 && at.toUTCString() === text ? at : undefined;
}

const date = fc.date({
  min: new Date('1000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

test('a date of HTTP is the one that it says', () => {
  fc.assert(
    fc.property(date, (at) => {
      const text = at.toUTCString();
      expect(httpTimeOf(text)).toEqual(slowly(text));
      expect(httpTimeOf(text)?.toUTCString()).toBe(text);
    }),
  );
});

test('a date with any character in place of one of its own is read as that one, or not at all', () => {
  const character = fc.constantFrom(...'0123456789 :,-+GMTSunJanFeb'.split(''));
  fc.assert(
    fc.property(date, fc.nat({ max: 28 }), character, (at, place, other) => {
      const text = at.toUTCString();
      const changed = text.slice(0, place) + other + text.slice(place + 1);
      expect(httpTimeOf(changed)).toEqual(slowly(changed));
    }),
    { numRuns: 2000 },
  );
});

test('what there is not, or has another form, is no date', () => {
  for (const text of [
    '',
    'Tue, 02 Jan 2024 03:04:05',
    'Tuesday, 02-Jan-24 03:04:05 GMT',
    'Wed, 02 Jan 2024 03:04:05 GMT',
    'Fri, 30 Feb 2024 03:04:05 GMT',
    'Tue, 02 Jan 2024 24:00:00 GMT',
    'Tue, 02 jan 2024 03:04:05 GMT',
    '2024-01-02T03:04:05.678Z',
  ])
    expect(httpTimeOf(text)).toBeUndefined();
});
