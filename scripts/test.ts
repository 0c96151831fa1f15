// `npm test`: set-up, check, unit tests, build, end-to-end tests. The last line is `N passed, N failed`.
// `npm test -- unit` and `npm test -- e2e` run one of the two; anything else is handed on to Vitest as a filter.
import { BUILD, CHECKS } from './lib/checks.ts';
import { Interrupted } from './lib/run.ts';
import { setUp } from './lib/setup.ts';
import { step } from './lib/steps.ts';
import { add, closingLine, NOTHING, ONE_FAILED, type Tally } from './lib/tally.ts';
import { installTestTools } from './lib/test-tools.ts';
import { runVitest } from './lib/vitest.ts';

const say = (line: string) => console.log(line);

const PROJECTS = ['unit', 'e2e'];
const given = process.argv.slice(2);
const args = given.filter((arg) => !PROJECTS.includes(arg));
const chosen = PROJECTS.filter((project) => given.includes(project));
const isWanted = (project: string) => chosen.length === 0 || chosen.includes(project);

async function check(): Promise<Tally> {
  let tally = NOTHING;
  for (const [name, command] of Object.entries(CHECKS)) tally = add(tally, await step(name, command));
  return tally;
}

async function unit(): Promise<Tally> {
  console.log('\n── unit');
  installTestTools(say);
  return runVitest({ project: 'unit', args });
}

async function endToEnd(): Promise<Tally> {
  console.log('\n── end to end');
  installTestTools(say);
  const { summary } = await setUp({ say });
  say(`set-up: ${summary}.`);
  return runVitest({ project: 'e2e', args });
}

/** A part that cannot go on is one failure, and the parts after it still run, unless somebody stopped it. */
let isInterrupted = false;
async function counted(part: () => Promise<Tally>): Promise<Tally> {
  if (isInterrupted) return NOTHING;
  try {
    return await part();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    isInterrupted ||= error instanceof Interrupted;
    return ONE_FAILED;
  }
}

let total = await counted(check);
let tests = isWanted('unit') ? await counted(unit) : NOTHING;
if (isWanted('e2e')) {
  const built = await counted(() => step('build', BUILD));
  total = add(total, built);
  if (built.failed === 0) tests = add(tests, await counted(endToEnd));
}
if (args.length > 0 && tests.passed + tests.failed === 0) {
  console.error(`No test is found by ${args.join(' ')}.`);
  tests = ONE_FAILED;
}
total = add(total, tests);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${closingLine(total)}`);
