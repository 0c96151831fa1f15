import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { downloadArtifact } from '@electron/get';
import {
  cacheFolder,
  electronPackage,
  officialElectron,
  wantedVersion,
  type ElectronRuntime,
} from './electron-runtime.ts';

/** How long the host may take to send the next byte before it counts as out of reach. */
const STALL_MILLISECONDS = 10_000;
/** How long a host that could not be reached is not asked again. */
const REMEMBER_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Downloads Electron as the `electron` package would (its cache, mirror and checksums), but gives up on a host that
 * stays silent, and unpacks it into that package.
 *
 * @throws Error when the host cannot be reached, or what it sends is not Electron
 */
export async function installOfficial(): Promise<ElectronRuntime> {
  const stalled = new AbortController();
  const stall = () => stalled.abort(new Error(`no answer within ${STALL_MILLISECONDS / 1000} seconds`));
  let timer = setTimeout(stall, STALL_MILLISECONDS);
  const cacheRoot = process.env['electron_config_cache'];
  try {
    await downloadArtifact({
      version: wantedVersion(),
      artifactName: 'electron',
      platform: process.platform,
      arch: process.arch,
      checksums: electronChecksums(),
      ...(cacheRoot === undefined ? {} : { cacheRoot }),
      downloadOptions: {
        signal: stalled.signal,
        getProgressCallback: () => {
          clearTimeout(timer);
          timer = setTimeout(stall, STALL_MILLISECONDS);
          return Promise.resolve();
        },
      },
    });
  } catch (error) {
    throw new Error(`Electron could not be downloaded: ${reason(error)}.`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  // It is in the cache now, where the package's own installer finds it.
  const installer = spawnSync(process.execPath, [join(electronPackage, 'install.js')], { encoding: 'utf8' });
  const found = officialElectron();
  if (found === undefined) throw new Error(`Electron could not be unpacked: ${installer.stderr.trim()}`);
  return found;
}

function electronChecksums(): Record<string, string> {
  return createRequire(import.meta.url)(join(electronPackage, 'checksums.json')) as Record<string, string>;
}

/** The innermost message: fetch says only "fetch failed" and hides the host's answer in the cause. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}

interface Unreachable {
  version: string;
  reason: string;
  /** Milliseconds since 1970. */
  at: number;
}

const memoryFile = (env: NodeJS.ProcessEnv) => join(cacheFolder(env), 'official-download-failed.json');

/** Keeps the failure for a day, so that the next runs are quick. */
export function rememberFailure(why: string, env = process.env, now = Date.now()): void {
  const memory: Unreachable = { version: wantedVersion(), reason: why, at: now };
  mkdirSync(dirname(memoryFile(env)), { recursive: true });
  writeFileSync(memoryFile(env), JSON.stringify(memory));
}

/** Why the download of this version failed, if that was less than a day ago. */
export function recentFailure(env = process.env, now = Date.now()): string | undefined {
  if (!existsSync(memoryFile(env))) return undefined;
  try {
    const memory: unknown = JSON.parse(readFileSync(memoryFile(env), 'utf8'));
    if (!isUnreachable(memory) || memory.version !== wantedVersion()) return undefined;
    return now - memory.at < REMEMBER_MILLISECONDS ? memory.reason : undefined;
  } catch {
    return undefined; // cut short by a crash: as if it had not been written
  }
}

function isUnreachable(value: unknown): value is Unreachable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    'reason' in value &&
    typeof value.reason === 'string' &&
    'at' in value &&
    typeof value.at === 'number'
  );
}
