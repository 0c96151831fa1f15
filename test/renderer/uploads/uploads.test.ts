import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageText, olderThan, readDays } from '#renderer/features/uploads/age.ts';
import { allOf, extended, noChoice, only, toggled, within } from '#renderer/features/uploads/selection.ts';

const DAY = 86_400_000;

describe('unfinished uploads', () => {
  it('are old by the day, and one of unknown age is not', () => {
    const uploads = [0, 6.9, 7, 30].map((days) => ({
      key: String(days),
      uploadId: 'u',
      startedAt: new Date(100 * DAY - days * DAY),
    }));
    const unknown = { key: 'unknown', uploadId: 'u' };
    const old = olderThan([...uploads, unknown], 7, 100 * DAY).map(({ key }) => key);
    expect(old).toEqual(['7', '30']);
    expect(ageText(unknown, 0)).toBe('—');
    expect(ageText({ ...unknown, startedAt: new Date(0) }, 2 * DAY)).toBe('2 d');
    expect(ageText({ ...unknown, startedAt: new Date(DAY) }, 0)).toBe('0 s');
  });

  it.each([
    ['7', 7],
    [' 0 ', 0],
    ['1,5', 1.5],
    ['', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['36501', undefined],
  ])('takes %j as days', (text, days) => {
    expect(readDays(text)).toBe(days);
  });

  const ids = ['a', 'b', 'c', 'd'];

  it('are chosen one by one, in ranges either way, and all', () => {
    expect([...extended(only('c'), 'a', ids).chosen]).toEqual(['a', 'b', 'c']);
    expect([...extended(extended(only('b'), 'd', ids), 'a', ids).chosen]).toEqual(['a', 'b']);
    expect([...toggled(toggled(only('a'), 'c'), 'a').chosen]).toEqual(['c']);
    expect(allOf(noChoice, ids).chosen.size).toBe(4);
    expect(extended(noChoice, 'b', ids)).toEqual(only('b'));
  });

  it('that are gone are chosen no longer', () => {
    fc.assert(
      fc.property(fc.subarray(ids), fc.subarray(ids), (chosen, left) => {
        const kept = within({ chosen: new Set(chosen), cursor: 'a', anchor: 'b' }, left);
        expect([...kept.chosen]).toEqual(chosen.filter((id) => left.includes(id)));
        expect(kept.cursor).toBe(left.includes('a') ? 'a' : undefined);
      }),
    );
  });
});
