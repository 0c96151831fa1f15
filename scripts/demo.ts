// `npm run demo`: builds Cooper and opens it on the sandbox with sample data. With no display, the same app is driven
// through its window under Xvfb, and what it made is left in demo-output/.
import { join } from 'node:path';
import { BUILD } from './lib/checks.ts';
import { hasDisplay, openDisplay } from './lib/display.ts';
import { electronSwitches } from './lib/electron-runtime.ts';
import { fail, projectFolder, run, script } from './lib/run.ts';
import { setUp } from './lib/setup.ts';

try {
  const { runtime, summary } = await setUp({ say: (line) => console.log(line) });
  console.log(`set-up: ${summary}.`);
  const built = await run(BUILD);
  if (built !== 0) throw new Error('The build failed.');
  // With settings and a sandbox of its own: the demo changes nothing of a Cooper that is in use.
  const profile = `--user-data-dir=${join(projectFolder, 'demo-output', 'profile')}`;
  const app = {
    command: runtime.executable,
    args: [...electronSwitches(), projectFolder, '--demo', profile],
  };
  const drive = script('scripts/demo-drive.ts');
  if (hasDisplay()) process.exitCode = await run(app);
  else {
    const display = await openDisplay();
    try {
      process.exitCode = await run(drive, { env: { ...process.env, ...display.env } });
    } finally {
      display.stop();
    }
  }
} catch (error) {
  fail(error);
}
