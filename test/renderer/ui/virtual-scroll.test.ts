import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followScroll, MAX_HEIGHT, scrollFrame, scrollTo, topOf } from '#renderer/ui/virtual-scroll.ts';

const viewport = 700;
const rows = fc.integer({ min: 30, max: 10_000_000 });
const frameOf = (count: number) => scrollFrame(count * 28, viewport);

test('a list that is short enough scrolls as it is', () => {
  const frame = frameOf(1000);
  expect(followScroll(frame, { scrollTop: 0, offset: 0 }, 5000)).toEqual({ scrollTop: 5000, offset: 0 });
});

test('every row of the longest list can be reached, and nothing beyond', () => {
  fc.assert(
    fc.property(rows, fc.double({ min: -0.2, max: 1.2, noNaN: true }), (count, share) => {
      const frame = frameOf(count);
      const place = scrollTo(frame, share * frame.fullHeight);
      const wanted = Math.min(Math.max(0, share * frame.fullHeight), frame.fullHeight - viewport);
      expect(topOf(place)).toBeCloseTo(wanted, 3);
      expect(place.scrollTop).toBeGreaterThanOrEqual(0);
      expect(place.scrollTop).toBeLessThanOrEqual(MAX_HEIGHT - viewport);
    }),
  );
});

test('a turn of the wheel moves the rows by just as much, wherever the list stands', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20_000, max: 10_000_000 }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.integer({ min: -600, max: 600 }),
      (count, share, step) => {
        const frame = frameOf(count);
        const place = scrollTo(frame, share * frame.fullHeight);
        const next = followScroll(frame, place, place.scrollTop + step);
        expect(topOf(next)).toBeCloseTo(topOf(place) + step, 3);
      },
    ),
  );
});

test('the scroll bar at its ends is the list at its ends', () => {
  fc.assert(
    fc.property(rows, (count) => {
      const frame = frameOf(count);
      const middle = scrollTo(frame, frame.fullHeight / 2);
      expect(topOf(followScroll(frame, middle, frame.height - viewport))).toBe(frame.fullHeight - viewport);
      expect(topOf(followScroll(frame, middle, 0))).toBe(0);
    }),
  );
});

test('turning the wheel long enough gets to the first row from anywhere near it', () => {
  const frame = frameOf(5_000_000);
  let place = scrollTo(frame, 40_000);
  for (let turn = 0; turn < 1000 && topOf(place) > 0; turn += 1)
    place = followScroll(frame, place, Math.max(0, place.scrollTop - 100));
  expect(topOf(place)).toBe(0);
});
