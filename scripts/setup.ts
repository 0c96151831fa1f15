// Makes sure that an Electron can run. `demo`, `test`, `dev` and `bench` run it; `-- --retry` asks the download host
// again after a failure.
import { fail } from './lib/run.ts';
import { setUp } from './lib/setup.ts';

try {
  const { summary } = await setUp({
    say: (line) => console.log(line),
    retry: process.argv.includes('--retry'),
  });
  console.log(`set-up: ${summary}.`);
} catch (error) {
  fail(error);
}
