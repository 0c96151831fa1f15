// `npm test`: set-up, check, unit tests, build, end-to-end tests. The last line is `N passed, N failed`.
// `npm test -- unit` and `npm test -- e2e` run one of the two; anything else is handed on to Vitest as a filter.
import { BUILD, CHECKS } from './lib/checks.ts';
import { setUp } from './lib/setup.ts';
import { step } from './lib/steps.ts';
import { add, closingLine, NOTHING, ONE_FAILED, type Tally } from './lib/tally.ts';
import { runVitest } from './lib/vitest.ts';

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
  return runVitest({ project: 'unit', args });
}

async function endToEnd(): Promise<Tally> {
  const built = await step('build', BUILD);
  if (built.failed > 0) return built;
  console.log('\n── end to end');
  const { summary } = await setUp({ say: (line) => console.log(line) });
  console.log(`set-up: ${summary}.`);
  return add(built, await runVitest({ project: 'e2e', args, needsDisplay: true }));
}

/** A part that cannot go on is one failure, and the parts after it still run. */
async function counted(part: () => Promise<Tally>): Promise<Tally> {
  try {
    return await part();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return ONE_FAILED;
  }
}

let total = await counted(check);
if (isWanted('unit')) total = add(total, await counted(unit));
if (isWanted('e2e')) total = add(total, await counted(endToEnd));
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${closingLine(total)}`);
