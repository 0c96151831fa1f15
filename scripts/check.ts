// `npm run check`: format, types and lint, all of them even when one fails.
import { CHECKS } from './lib/checks.ts';
import { step } from './lib/steps.ts';

let failed = 0;
for (const [name, command] of Object.entries(CHECKS)) failed += (await step(name, command)).failed;
process.exitCode = failed === 0 ? 0 : 1;
