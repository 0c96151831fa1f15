/** What a run of tests came to. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };
export const ONE_PASSED: Tally = { passed: 1, failed: 0, skipped: 0 };
export const ONE_FAILED: Tally = { passed: 0, failed: 1, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The last line of a test command: `12 passed, 0 failed`, with `, 1 skipped` when there are any. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Reads Vitest's JSON report. A run that ended badly without a failed test (a file that does not load, an error
 * outside of any test, a crash that left no report) counts as one failure; so does one that ran nothing.
 *
 * @param report the report's text; undefined when there is none
 * @param mayBeEmpty a filter was given, which may leave nothing to run here
 */
export function tallyOfVitest(report: string | undefined, exitCode: number, mayBeEmpty: boolean): Tally {
  const counts = report === undefined ? undefined : readReport(report);
  if (counts === undefined) return ONE_FAILED;
  const ran = counts.passed + counts.failed;
  if (counts.failed === 0 && (exitCode !== 0 || (ran === 0 && !mayBeEmpty))) return { ...counts, failed: 1 };
  return counts;
}

function readReport(text: string): Tally | undefined {
  try {
    const report: unknown = JSON.parse(text);
    const passed = count(report, 'numPassedTests');
    const failed = count(report, 'numFailedTests');
    const skipped = count(report, 'numPendingTests') + count(report, 'numTodoTests');
    return { passed, failed, skipped };
  } catch {
    return undefined;
  }
}

function count(report: unknown, name: string): number {
  const value: unknown =
    typeof report === 'object' && report !== null ? Reflect.get(report, name) : undefined;
  if (typeof value === 'number') return value;
  throw new Error(`The report has no ${name}.`);
}
