import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Sample } from './bench.ts';

const LINE = 'sample: ';
/** Node's own default. What Node tells is the time between two looks: the delay is what is above this. */
export const LOOK_MS = 10;

/**
 * In the process of a subject: runs `work` once and tells the parent what it took.
 * @param watchesLoop also tells by how much the event loop was late, in ms
 */
export async function measureHere(
  work: () => Promise<Record<string, number> | void>,
  { watchesLoop = false }: { watchesLoop?: boolean } = {},
): Promise<void> {
  const loop = monitorEventLoopDelay({ resolution: LOOK_MS });
  if (watchesLoop) loop.enable();
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const told = await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  loop.disable();
  const peakMB = process.resourceUsage().maxRSS / 1024;
  const delayOf = (ns: number) => Math.max(0, ns / 1e6 - LOOK_MS);
  const delays = watchesLoop && {
    loopP99Ms: delayOf(loop.percentile(99)),
    loopMaxMs: delayOf(loop.max),
  };
  const extra = { ...told, ...delays };
  const sample: Sample = { seconds, cpuSeconds: (user + system) / 1e6, peakMB, extra };
  console.log(LINE + JSON.stringify(sample));
}

/** Runs a script of this folder that calls `measureHere`. @throws Error with what it wrote, when it fails */
export function measureScript(script: string, args: string[]): Promise<Sample> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', path, ...args],
      {
        env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
        maxBuffer: 2 ** 26,
      },
      (error, stdout, stderr) => {
        const line = stdout.split('\n').find((text) => text.startsWith(LINE));
        if (error !== null || line === undefined) reject(new Error(`${script} failed: ${stderr || stdout}`));
        else resolve(JSON.parse(line.slice(LINE.length)) as Sample);
      },
    );
  });
}

/**
 * Runs a program from its start to its end. Peak memory is read from /proc, so it is 0 elsewhere than on Linux.
 * @throws Error with what it wrote, when it fails
 */
export function measureCommand(
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<Sample> {
  const begun = performance.now();
  const child = spawn('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let peakMB = 0;
  const watch = setInterval(() => {
    peakMB = Math.max(peakMB, peakOf(child.pid));
  }, 50);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      clearInterval(watch);
      const seconds = (performance.now() - begun) / 1000;
      const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(errors) ?? [];
      if (code !== 0) reject(new Error(`${command} ended with ${code}: ${errors}`));
      else resolve({ seconds, cpuSeconds: Number(user) + Number(system), peakMB });
    });
  });
}

/** The greatest resident set among a shell's children. */
function peakOf(shell: number | undefined): number {
  const children = `/proc/${shell}/task/${shell}/children`;
  if (!existsSync(children)) return 0;
  try {
    const peaks = readFileSync(children, 'utf8')
      .split(' ')
      .filter((pid) => pid !== '')
      .map((pid) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return Math.max(0, ...peaks.map(Number)) / 1024;
  } catch {
    return 0; // it ended meanwhile
  }
}

/** True when a program of that name can be run. */
export function isInstalled(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', 'command -v "$0"', command], (error) => resolve(error === null));
  });
}
