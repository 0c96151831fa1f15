import { describe, expect, it } from 'vitest';
import { RateMeter, secondsFor } from '#jobs/rate.ts';

const MB = 1e6;

/** Tells the meter of steps at a constant speed. */
function go(
  meter: RateMeter,
  from: number,
  to: number,
  stepMs: number,
  start = 0,
  bytesPerSecond = MB,
): number {
  let bytes = start;
  for (let now = from + stepMs; now <= to; now += stepMs) {
    bytes += (bytesPerSecond * stepMs) / 1000;
    meter.update(now, { objects: Math.floor(bytes / 1000), bytes });
  }
  return bytes;
}

describe('the speed of a job', () => {
  it('is not known in its first moments', () => {
    const meter = new RateMeter(0);
    go(meter, 0, 400, 100);
    expect(meter.rate).toBeUndefined();
  });

  it.each([10, 100, 250, 1000])('is right from the start, told every %i ms', (stepMs) => {
    const meter = new RateMeter(1000);
    go(meter, 1000, 3000, stepMs);
    expect(meter.rate?.bytesPerSecond).toBeCloseTo(MB, -4);
  });

  it('follows a change within seconds, and falls to nothing when nothing happens', () => {
    const meter = new RateMeter(0);
    const bytes = go(meter, 0, 20_000, 100);
    const faster = go(meter, 20_000, 25_000, 100, bytes, 3 * MB);
    expect(meter.rate?.bytesPerSecond).toBeGreaterThan(2 * MB);
    expect(meter.rate?.bytesPerSecond).toBeLessThan(3 * MB);
    for (let now = 26_000; now < 60_000; now += 1000) meter.update(now, { objects: 0, bytes: faster });
    expect(meter.rate?.bytesPerSecond).toBeLessThan(0.01 * MB);
  });

  it('is never negative when something is taken back', () => {
    const meter = new RateMeter(0);
    const bytes = go(meter, 0, 2000, 100);
    meter.update(3000, { objects: 0, bytes: bytes / 2 });
    expect(meter.rate?.bytesPerSecond).toBeGreaterThan(0);
  });

  it('tells the time left by what takes longer, and none while it stands still', () => {
    const rate = { objectsPerSecond: 10, bytesPerSecond: 1000 };
    expect(secondsFor({ objects: 100, bytes: 1000 }, rate)).toBe(10);
    expect(secondsFor({ objects: 1, bytes: 60_000 }, rate)).toBe(60);
    expect(secondsFor({ objects: 0, bytes: 0 }, rate)).toBe(0);
    expect(secondsFor({ objects: 1, bytes: 0 }, { objectsPerSecond: 0, bytesPerSecond: 0 })).toBeUndefined();
  });
});
