// `npm run long -- NAME`: the runs in test/long/ that take minutes, in real Electron, under a virtual display where
// there is no other.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD } from './lib/checks.ts';
import { openDisplay } from './lib/display.ts';
import { fail, projectFolder, run, script } from './lib/run.ts';
import { setUp } from './lib/setup.ts';

const [name = '', ...args] = process.argv.slice(2);
const file = `test/long/${name}.ts`;

try {
  if (name === '' || !existsSync(join(projectFolder, file))) {
    throw new Error(
      'Say which: npm run long -- big-zips | ceph-transfers | faulty-transfers | force-delete | hostile-keys | kill-transfers | real-trees',
    );
  }
  await setUp({ say: (line) => console.log(line) });
  if ((await run(BUILD)) !== 0) throw new Error('The build failed.');
  const display = await openDisplay();
  try {
    process.exitCode = await run(script(file, args), { env: { ...process.env, ...display.env } });
  } finally {
    display.stop();
  }
} catch (error) {
  fail(error);
}
