import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flow } from '#jobs/zip/flow.ts';

/** A server that is `awayMs` away and does one after the other, each in `eachMs`: how long so many at once take. */
const took = (limit: number, { awayMs, eachMs }: { awayMs: number; eachMs: number }) =>
  Math.max(awayMs + eachMs, limit * eachMs);

function after(rounds: number, server: { awayMs: number; eachMs: number }, flow = bounded()): Flow {
  for (let round = 0; round < rounds; round++)
    for (let i = flow.limit; i > 0; i--) flow.took(took(flow.limit, server));
  return flow;
}
const bounded = () => new Flow({ least: 32, most: 128 });

describe('how many are fetched at once', () => {
  it('are more where the server is far away', () => {
    expect(after(20, { awayMs: 50, eachMs: 0.1 }).limit).toBe(128);
  });

  it('are no more than there are answers on the way where the server is busy', () => {
    const flow = bounded();
    flow.took(2);
    expect(after(50, { awayMs: 1, eachMs: 1 }, flow).limit).toBe(32);
  });

  it('become fewer again when answers begin to wait', () => {
    const flow = after(20, { awayMs: 50, eachMs: 0.1 });
    for (let i = 0; i < 2000; i++) flow.took(200);
    expect(flow.limit).toBeLessThan(64);
  });

  it('stay within their bounds, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 2000 }), (times) => {
        const flow = bounded();
        for (const ms of times) {
          flow.took(ms);
          expect(flow.limit).toBeGreaterThanOrEqual(32);
          expect(flow.limit).toBeLessThanOrEqual(128);
          expect(Number.isInteger(flow.limit)).toBe(true);
        }
      }),
    );
  });
});
