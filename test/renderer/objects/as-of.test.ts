import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromField, toField } from '#renderer/features/objects/as-of.ts';

const now = new Date('2026-11-25T12:00:00Z');

test('a time goes through the field and comes back to the second', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: now, noInvalidDate: true }), (time) => {
      const read = fromField(toField(time), now);
      // an hour that the clock shows twice is one of the two
      const difference = 'time' in read ? time.getTime() - read.time.getTime() : Number.NaN;
      expect([0, 3_600_000, -3_600_000]).toContain(
        difference - (difference % 1000 === 0 ? 0 : time.getMilliseconds()),
      );
    }),
  );
});

test.each([
  ['', 'Give a date and a time.'],
  ['not a date', 'This is no date with a time.'],
  ['2026-13-01T00:00:00', 'This is no date with a time.'],
  ['2027-01-01T00:00:00', 'This time is still to come: choose an earlier one.'],
])('%j cannot be looked back to', (text, problem) => {
  expect(fromField(text, now)).toEqual({ problem });
});
