// `npm run test:ceph`: the storage behaviour suite and the tour against a real S3 server. That is a throw-away Ceph on
// loopback, or, with S3_ENDPOINT and the keys in the environment, the server that they name. Arguments are handed on
// to Vitest. The last line is `N passed, N failed`.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCeph, stopCeph } from '#test/support/ceph.ts';
import { installCeph } from './lib/ceph-packages.ts';
import { BUILD } from './lib/checks.ts';
import { Interrupted } from './lib/run.ts';
import { setUp } from './lib/setup.ts';
import { step } from './lib/steps.ts';
import { add, closingLine, NOTHING, ONE_FAILED, type Tally } from './lib/tally.ts';
import { installTestTools } from './lib/test-tools.ts';
import { runVitest } from './lib/vitest.ts';

const say = (line: string) => console.log(line);

async function againstServer(env: NodeJS.ProcessEnv): Promise<Tally> {
  return runVitest({ project: 'ceph', args: process.argv.slice(2), env });
}

async function againstCeph(): Promise<Tally> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Interrupted());
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const folder = mkdtempSync(join(tmpdir(), 'cooper-ceph-'));
  try {
    installCeph(say);
    const environment = await startCeph(folder, { signal: interrupted.signal });
    say(`Ceph listens on ${environment.S3_ENDPOINT}.`);
    return await againstServer({ ...environment });
  } finally {
    await stopCeph(folder);
  }
}

let total = NOTHING;
try {
  const { summary } = await setUp({ say });
  say(`set-up: ${summary}.`);
  installTestTools(say);
  total = await step('build', BUILD);
  if (total.failed === 0) {
    total = add(total, await (process.env['S3_ENDPOINT'] === undefined ? againstCeph() : againstServer({})));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total = add(total, ONE_FAILED);
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${closingLine(total)}`);
