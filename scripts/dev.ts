// `npm run dev`: Cooper with its window reloading as the code changes.
import { electronSwitches } from './lib/electron-runtime.ts';
import { fail, nodeTool, run } from './lib/run.ts';
import { setUp } from './lib/setup.ts';

try {
  const { runtime, summary } = await setUp({ say: (line) => console.log(line) });
  console.log(`set-up: ${summary}.`);
  const dev = nodeTool('electron-vite', 'bin/electron-vite.js', [
    'dev',
    '--watch',
    '--',
    ...electronSwitches(),
    ...process.argv.slice(2),
  ]);
  process.exitCode = await run(dev, { env: { ...process.env, ELECTRON_EXEC_PATH: runtime.executable } });
} catch (error) {
  fail(error);
}
