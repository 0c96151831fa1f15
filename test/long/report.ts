import { spawnSync } from 'node:child_process';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const startedAt = performance.now();

/** One line of what a long run has done, with the seconds since its start. */
export function say(step: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${step}`);
}

/** @throws Error with `what` when it does not hold, so that the run ends with 1. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/**
 * Runs a program to its end and gives what it printed.
 * @throws Error with what it complained of when it cannot be started or ends with another code than 0
 */
export function program(command: string, args: string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
  });
  if (error !== undefined) throw new Error(`${command} could not be started: ${error.message}`);
  must(status === 0, `${command} ended with ${status}: ${stderr.slice(0, 2000)}`);
  return stdout;
}

/** Every regular file below a folder, by its path from there, and its length. Links are not followed, nor given. */
export async function filesBelow(folder: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), (await lstat(path)).size);
  }
  return files;
}
