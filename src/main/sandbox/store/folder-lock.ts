import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxFolderError } from '../errors.ts';

interface Holder {
  pid: number;
  /** When the process began, as the system counts; tells it from a later one with its pid. Empty where unknown. */
  born: string;
  token: string;
}

/** Locks held by this process: a pid alone cannot tell them from those of a dead one that had the same. */
const heldHere = new Set<string>();

/**
 * Takes a folder for this process by a lock file with its pid. A lock whose process is gone is taken over.
 *
 * @returns how to give it back.
 * @throws SandboxFolderError when a process that runs has it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const holder: Holder = { pid: process.pid, born: await birthOf(process.pid), token: randomUUID() };
  heldHere.add(holder.token);
  try {
    await take(path, folder, holder);
  } catch (error) {
    heldHere.delete(holder.token);
    throw error;
  }
  return async () => {
    heldHere.delete(holder.token);
    if ((await readHolder(path))?.token === holder.token) await rm(path, { force: true });
  };
}

async function take(path: string, folder: string, holder: Holder): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const other = await readHolder(path);
    if (other !== undefined && (await isRunning(other))) {
      throw new SandboxFolderError(
        `The folder ${folder} is in use by another running sandbox (process ${String(other.pid)}). ` +
          'Close that one, or choose another folder.',
      );
    }
    await clearStale(path, other);
  }
  throw new SandboxFolderError(
    `The folder ${folder} could not be locked: another sandbox is starting in it. Try again.`,
  );
}

/** Takes a stale lock away, unless somebody was faster and the lock is a new one by now. */
async function clearStale(path: string, stale: Holder | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readHolder(aside);
  if (taken !== undefined && taken.token !== stale?.token) await rename(aside, path);
  else await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  // A lock is made and filled in two steps; an empty one may be a moment old.
  for (let attempt = 0; attempt < 3; attempt++) {
    const text = await readFile(path, 'utf8').catch(() => '');
    try {
      const value: unknown = JSON.parse(text);
      if (isHolder(value)) return value;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return undefined;
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'born' in value &&
    typeof value.born === 'string' &&
    'token' in value &&
    typeof value.token === 'string'
  );
}

async function isRunning(holder: Holder): Promise<boolean> {
  if (holder.pid === process.pid) return heldHere.has(holder.token);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const born = await birthOf(holder.pid);
  return born === '' || holder.born === '' || born === holder.born;
}

/** The 22nd field of /proc/PID/stat (proc(5)), where there is one. The name in the second may hold anything. */
async function birthOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
