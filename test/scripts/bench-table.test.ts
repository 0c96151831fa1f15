import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '#scripts/lib/run.ts';
import type { Benches, Sample } from '#test/bench/bench.ts';
import { benches } from '#test/bench/benches.ts';
import { readResults, type Result } from '#test/bench/results.ts';
import { judge, median, summarize } from '#test/bench/summary.ts';
import { table, withTable } from '#test/bench/table.ts';

const sample = (seconds: number, changes: Partial<Sample> = {}): Sample => ({
  seconds,
  cpuSeconds: seconds / 2,
  peakMB: 100,
  ...changes,
});

const summaries = summarize(
  new Map([
    ['cooper', { runs: [sample(1), sample(3), sample(2, { extra: { loopP99Ms: 12 } })] }],
    ['rclone', { runs: [sample(20), sample(10), sample(30)], n: 'half' }],
  ]),
);

describe('the figures of the benchmarks', () => {
  test('the README has the table that the results make', async () => {
    const file = join(projectFolder, 'README.md');
    const readme = readFileSync(file, 'utf8');
    expect(await withTable(readme, file, benches, readResults())).toBe(readme);
  });

  test('every result is of a bench that there is', () => {
    expect(Object.keys(benches)).toEqual(expect.arrayContaining(Object.keys(readResults())));
  });

  test('medians and the spread, and how many times as quick Cooper is', () => {
    expect(summaries).toMatchObject({
      cooper: { seconds: 2, min: 1, max: 3, ratio: 1, rounds: 3 },
      rclone: { seconds: 20, min: 10, max: 30, ratio: 10, n: 'half' },
    });
    const half = fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1 });
    fc.assert(
      fc.property(half, (numbers) => {
        const middle = median(numbers);
        const below = numbers.filter((number) => number < middle).length;
        const above = numbers.filter((number) => number > middle).length;
        expect(below).toBeLessThanOrEqual(numbers.length / 2);
        expect(above).toBeLessThanOrEqual(numbers.length / 2);
      }),
    );
  });

  test('a target is reached or not, and neither where it was not measured', () => {
    expect(judge({ against: 'rclone', atLeast: 8 }, summaries)).toEqual({
      target: 'at least 8x rclone',
      figure: '10.0x',
      isReached: true,
    });
    expect(judge({ against: 'rclone', atLeast: 11 }, summaries)).toMatchObject({ isReached: false });
    expect(judge({ against: 'aws', atLeast: 1 }, summaries)).toEqual({
      target: 'not slower than aws',
      figure: undefined,
      isReached: false,
    });
    expect(judge({ figure: 'peakMB', atMost: 100 }, summaries)).toMatchObject({
      figure: '100 MB',
      isReached: true,
    });
    expect(judge({ figure: 'peakMB', atMost: 0.9, comparedTo: 'rclone' }, summaries)).toEqual({
      target: 'peak memory at most 0.9x that of rclone',
      figure: '1.00x',
      isReached: false,
    });
  });

  test('the table shows each case, and says of one that was not measured that it was not', () => {
    const shown: Benches = {
      quick: { title: 'Quick', targets: [{ against: 'rclone', atLeast: 8 }], open: unused },
      slow: { title: 'Slow', targets: [{ against: 'rclone', atLeast: 2 }], open: unused },
      rare: { title: 'Rare', targets: [{ against: 'rclone', atLeast: 2 }], isUsual: false, open: unused },
    };
    const result: Result = {
      date: '2024-12-31',
      commit: '1234567',
      n: 'all',
      server: 'none',
      machine: {
        cores: 2,
        cpu: 'a|b',
        memoryGiB: 8,
        system: 'Linux',
        node: '20.0.0',
        programs: { aws: '2' },
      },
      subjects: summaries,
    };
    const lines = table(shown, { quick: result }).split('\n');
    expect(lines.filter((line) => line.startsWith('|'))).toHaveLength(4);
    expect(lines[2]).toContain('| at least 8x rclone | yes: 10.0x | cooper: 2.00 (1.00–3.00)');
    expect(lines[2]).toContain('rclone (half): 20.0 (10.0–30.0)');
    expect(lines[2]).toContain('2024-12-31, commit 1234567, 3 rounds | `npm run bench quick` |');
    expect(lines[3]).toContain('| at least 2x rclone | not measured |  | `npm run bench slow` |');
    expect(lines.at(-1)).toBe('Measured on: 2 cores (a|b), 8 GiB, Linux, Node 20.0.0, aws 2.');
  });
});

async function unused(): Promise<never> {
  throw new Error('Only its words are wanted.');
}
