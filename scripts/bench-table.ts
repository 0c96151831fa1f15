// `npm run bench:table`: writes the README's table of how quick Cooper is out of test/bench/results.json, which
// `npm run bench -- --save` keeps. With `-- --check` it only says whether the two agree.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '#test/bench/benches.ts';
import { readResults } from '#test/bench/results.ts';
import { withTable } from '#test/bench/table.ts';
import { fail, projectFolder } from './lib/run.ts';

try {
  const file = join(projectFolder, 'README.md');
  const before = readFileSync(file, 'utf8');
  const after = await withTable(before, file, benches, readResults());
  if (!process.argv.includes('--check')) writeFileSync(file, after);
  else if (after !== before)
    throw new Error('The README’s table is not what the results say: npm run bench:table');
} catch (error) {
  fail(error);
}
