import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeTool, run } from './run.ts';
import { tallyOfVitest, type Tally } from './tally.ts';

export interface VitestRun {
  /** One of the projects of vitest.config.ts. */
  project: string;
  /** Path filters and options, handed on to Vitest. */
  args?: string[];
  env?: NodeJS.ProcessEnv;
}

/** Runs one project of the tests, showing Vitest's own output, and counts what came of it. */
export async function runVitest({ project, args = [], env }: VitestRun): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'cooper-vitest-'));
  const report = join(folder, 'report.json');
  const vitest = nodeTool('vitest', 'vitest.mjs', [
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(args.length > 0 ? ['--passWithNoTests'] : []),
    ...args,
  ]);
  try {
    const exitCode = await run(vitest, { env: { ...process.env, ...env } });
    const text = existsSync(report) ? readFileSync(report, 'utf8') : undefined;
    return tallyOfVitest(text, exitCode, args.length > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
