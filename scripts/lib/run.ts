import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Command {
  command: string;
  args: string[];
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
}

/** Somebody pressed Ctrl-C, or asked this process to end. What is under way is tidied up, and nothing more begins. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
  }
}

/**
 * Runs a command with the terminal as its own, and gives its exit code (1 when a signal ended it). A Ctrl-C reaches
 * the command too, since it is in the same process group; a SIGTERM is handed on.
 *
 * @throws Interrupted when either came meanwhile, after the command has ended
 * @throws Error when the command cannot be started
 */
export async function run(
  { command, args }: Command,
  { env = process.env }: RunOptions = {},
): Promise<number> {
  let interrupted = false;
  const child = spawn(command, args, { cwd: projectFolder, env, stdio: 'inherit' });
  const onInterrupt = () => {
    interrupted = true;
  };
  const onTerminate = () => {
    interrupted = true;
    child.kill('SIGTERM');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
      child.once('close', (code) => resolve(code ?? 1));
    });
    if (interrupted) throw new Interrupted();
    return exitCode;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
}

/** Whether `command` is found on the PATH. */
export function isOnPath(command: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command], { stdio: 'ignore' }).status === 0;
}

/** A tool that `npm ci` installed, run by this Node: the same on every platform, and no npx to wait for. */
export function nodeTool(packageName: string, bin: string, args: string[]): Command {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  return { command: process.execPath, args: [join(dirname(manifest), bin), ...args] };
}

/** A TypeScript file of this project. */
export function script(file: string, args: string[] = []): Command {
  return { command: process.execPath, args: ['--import', 'tsx', join(projectFolder, file), ...args] };
}

/** Says what went wrong, without a stack, and ends with 1. For the last `catch` of a script. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
