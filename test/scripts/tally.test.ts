import { describe, expect, it } from 'vitest';
import { add, closingLine, tallyOfVitest } from '#scripts/lib/tally.ts';

const report = (passed: number, failed: number, pending = 0, todo = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: todo,
  });

describe('the closing line', () => {
  it('says what passed and failed', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  });

  it('says what was skipped, if anything was', () => {
    expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
  });

  it('sums the parts of a run', () => {
    const sum = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
    expect(sum).toEqual({ passed: 11, failed: 22, skipped: 33 });
  });
});

describe('a run of Vitest', () => {
  it('counts as its report says', () => {
    expect(tallyOfVitest(report(7, 2, 1, 1), 1, false)).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  it('that left no report is a failure', () => {
    expect(tallyOfVitest(undefined, 0, false).failed).toBe(1);
  });

  it.each(['', '{"numPassedTests": 3', '{}', '[]', 'null'])('whose report is %j is a failure', (text) => {
    expect(tallyOfVitest(text, 0, false).failed).toBe(1);
  });

  it('that ended badly without a failed test is a failure', () => {
    expect(tallyOfVitest(report(7, 0), 1, false)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  });

  it('that ran nothing is a failure', () => {
    expect(tallyOfVitest(report(0, 0, 4), 0, false)).toEqual({ passed: 0, failed: 1, skipped: 4 });
  });

  it('that a filter left empty is none, as long as it ended well', () => {
    expect(tallyOfVitest(report(0, 0), 0, true)).toEqual({ passed: 0, failed: 0, skipped: 0 });
    expect(tallyOfVitest(report(0, 0), 1, true).failed).toBe(1);
  });
});
