import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { describeMachine, machineSchema } from './machine.ts';
import type { Summaries } from './summary.ts';

const summarySchema = z.object({
  seconds: z.number(),
  min: z.number(),
  max: z.number(),
  ratio: z.number(),
  cpuSeconds: z.number(),
  peakMB: z.number(),
  rounds: z.number().int().min(1),
  extra: z.record(z.string(), z.number()),
  n: z.string().optional(),
});

const resultSchema = z.object({
  /** Of the last run, as 2024-12-31. */
  date: z.string(),
  /** The commit that was measured; with a plus sign: and what was not committed yet. */
  commit: z.string(),
  n: z.string(),
  server: z.string(),
  machine: machineSchema,
  subjects: z.record(z.string(), summarySchema),
});
export type Result = z.output<typeof resultSchema>;

const resultsSchema = z.record(z.string(), resultSchema);
/** The last run of each bench, by its name. */
export type Results = z.output<typeof resultsSchema>;

const FILE = fileURLToPath(new URL('results.json', import.meta.url));

/** The results that are kept. @throws Error when the file is damaged */
export function readResults(): Results {
  return existsSync(FILE) ? resultsSchema.parse(JSON.parse(readFileSync(FILE, 'utf8'))) : {};
}

/** Keeps a run of a bench in place of the one before. */
export function saveResult(
  name: string,
  { n, server, subjects }: { n: string; server: string; subjects: Summaries },
): void {
  const result: Result = {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    n,
    server,
    machine: describeMachine(),
    subjects: Object.fromEntries(
      Object.entries(subjects).map(([subject, summary]) => [subject, rounded(summary)]),
    ),
  };
  const results = { ...readResults(), [name]: result };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 2)}\n`);
}

function rounded({ extra, ...summary }: Summaries[string]): Summaries[string] {
  const round = (value: number) => Number(value.toPrecision(4));
  return {
    ...summary,
    seconds: round(summary.seconds),
    min: round(summary.min),
    max: round(summary.max),
    ratio: round(summary.ratio),
    cpuSeconds: round(summary.cpuSeconds),
    peakMB: round(summary.peakMB),
    extra: Object.fromEntries(Object.entries(extra).map(([key, value]) => [key, roundedFigure(value)])),
  };
}

/** Counts stay exact. */
function roundedFigure(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' }).trim();
  try {
    const isChanged =
      git('status', '--porcelain', '--untracked-files=no', '--', ':/src', ':/test/bench/**.ts') !== '';
    return git('rev-parse', '--short', 'HEAD') + (isChanged ? '+' : '');
  } catch {
    return 'unknown';
  }
}
