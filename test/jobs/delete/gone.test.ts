import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gone } from '#jobs/delete/gone.ts';
import { hostileKey } from '#test/support/hostile-keys.ts';

describe('what is remembered of a deletion', () => {
  it('never forgets what was deleted, whatever it is called', () => {
    const ref = fc.tuple(hostileKey(), fc.option(fc.string(), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(ref, { maxLength: 200 }), (refs) => {
        const gone = new Gone();
        for (const [key, id] of refs) gone.add(key, id);
        expect(refs.every(([key, id]) => gone.has(key, id))).toBe(true);
      }),
    );
  });

  it('hardly ever knows what was not deleted, of a million and their versions', () => {
    const gone = new Gone();
    for (let n = 0; n < 1_000_000; n++) gone.add(`folder/${n}`, n % 2 === 0 ? undefined : String(n));
    let wrong = 0;
    for (let n = 0; n < 100_000; n++) if (gone.has(`folder/${n}`, `another-${n}`)) wrong += 1;
    expect(wrong).toBeLessThan(1000);
  });
});
