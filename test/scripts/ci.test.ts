import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectFolder } from '#scripts/lib/run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cooper-ci-'));
  mkdirSync(join(folder, '.ci'));
  cpSync(join(projectFolder, '.ci/run'), join(folder, '.ci/run'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs .ci/run with an npm of our own on the PATH, which does for each command what is given here. */
function ci(npm: { ci?: string; test: string; ceph: string }) {
  const script = `#!/bin/sh
echo "$*" >> '${folder}/calls'
case "$*" in
  ci) ${npm.ci ?? 'exit 0'} ;;
  test) ${npm.test} ;;
  'run test:ceph') ${npm.ceph} ;;
esac
`;
  writeFileSync(join(folder, 'npm'), script);
  chmodSync(join(folder, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  const { status, stdout } = spawnSync(join(folder, '.ci/run'), { env, encoding: 'utf8' });
  return {
    status,
    closing: stdout.trimEnd().split('\n').at(-1),
    calls: readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
  };
}

describe.runIf(process.platform === 'linux')('.ci/run', () => {
  it('runs both commands and sums their closing lines', () => {
    const run = ci({ test: 'echo "10 passed, 0 failed"', ceph: 'echo "5 passed, 0 failed, 2 skipped"' });
    expect(run).toEqual({
      status: 0,
      closing: '15 passed, 0 failed, 2 skipped',
      calls: ['ci', 'test', 'run test:ceph'],
    });
  });

  it('runs the second command after a failure of the first', () => {
    const run = ci({ test: 'echo "9 passed, 1 failed"; exit 1', ceph: 'echo "5 passed, 0 failed"' });
    expect(run).toMatchObject({ status: 1, closing: '14 passed, 1 failed' });
  });

  it('takes the last closing line, and only one that stands alone', () => {
    const run = ci({
      test: 'echo "1 passed, 1 failed"; echo "3 passed, 0 failed"; echo "say 9 passed, 9 failed"',
      ceph: 'echo "1 passed, 0 failed"',
    });
    expect(run).toMatchObject({ status: 0, closing: '4 passed, 0 failed' });
  });

  it('fails when a command has no closing line', () => {
    const run = ci({ test: 'echo "10 passed, 0 failed"', ceph: 'echo "5 passed"' });
    expect(run).toMatchObject({ status: 1, closing: '10 passed, 1 failed' });
  });

  it('fails when a command fails though none of its tests did', () => {
    const run = ci({ test: 'echo "10 passed, 0 failed"; exit 3', ceph: 'echo "5 passed, 0 failed"' });
    expect(run).toMatchObject({ status: 1, closing: '15 passed, 1 failed' });
  });

  it('fails when npm ci does', () => {
    const run = ci({ ci: 'exit 1', test: 'true', ceph: 'true' });
    expect(run).toEqual({ status: 1, closing: '0 passed, 1 failed', calls: ['ci'] });
  });
});
