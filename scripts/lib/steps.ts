import { run, type Command } from './run.ts';
import { ONE_FAILED, ONE_PASSED, type Tally } from './tally.ts';

/** Runs one step under a heading, says how it ended, and counts it as a test. */
export async function step(name: string, command: Command): Promise<Tally> {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const exitCode = await run(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(exitCode === 0 ? `✓ ${name} (${seconds} s)` : `✗ ${name} (exit code ${exitCode})`);
  return exitCode === 0 ? ONE_PASSED : ONE_FAILED;
}
