import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** An Electron that can be launched here. */
export interface ElectronRuntime {
  /** The folder that `ELECTRON_OVERRIDE_DIST_PATH` takes. */
  dist: string;
  executable: string;
  version: string;
  /** True for the one made out of an npm package: for development and tests, never shipped. */
  isFallback: boolean;
}

/** The Electron that the fallback package holds. */
export const FALLBACK_VERSION = '33.2.1';
/** Raised when the way that the fallback is made changes, so that an older one is not taken for it. */
const FALLBACK_RECIPE = 1;

/** Where the `electron` package of this project is. */
export const electronPackage = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** Where what is too big for `node_modules` is kept, outside the repository, for all clones. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cooper-electron');
}

export function fallbackFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), `electron-${FALLBACK_VERSION}-linux-x64-r${FALLBACK_RECIPE}`);
}

/** The executable's path inside the folder of an Electron. */
export function executableName(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return 'Electron.app/Contents/MacOS/Electron';
    case 'win32':
      return 'electron.exe';
    default:
      return 'electron';
  }
}

/** The version that package.json asks for. */
export function wantedVersion(): string {
  return readVersion(readFileSync(join(electronPackage, 'package.json'), 'utf8'));
}

function readVersion(packageJson: string): string {
  const parsed: unknown = JSON.parse(packageJson);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'version' in parsed &&
    typeof parsed.version === 'string'
  ) {
    return parsed.version;
  }
  throw new Error('The electron package has no version: run npm ci.');
}

/**
 * The Electron in `dist`, if it is there and whole: every way of making one writes `version`, and the official one
 * writes `path.txt` last.
 */
export function electronIn(dist: string, isFallback: boolean): ElectronRuntime | undefined {
  const executable = join(dist, executableName(process.platform));
  if (!existsSync(executable)) return undefined;
  const versionFile = join(dist, 'version');
  const version = existsSync(versionFile)
    ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
    : 'unknown';
  return { dist, executable, version, isFallback };
}

/** The official Electron of this project's version, if it was downloaded and unpacked. */
export function officialElectron(): ElectronRuntime | undefined {
  if (!existsSync(join(electronPackage, 'path.txt'))) return undefined;
  const found = electronIn(join(electronPackage, 'dist'), false);
  return found?.version === wantedVersion() ? found : undefined;
}

/**
 * The Electron that the environment names.
 *
 * @throws Error when `ELECTRON_OVERRIDE_DIST_PATH` is set and holds none
 */
export function overriddenElectron(env: NodeJS.ProcessEnv = process.env): ElectronRuntime | undefined {
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (dist === undefined || dist === '') return undefined;
  const found = electronIn(dist, false);
  if (found !== undefined) return found;
  throw new Error(
    `ELECTRON_OVERRIDE_DIST_PATH names ${dist}, where there is no ${executableName(process.platform)}. ` +
      'Point it to a folder with an unpacked Electron, or unset it.',
  );
}

/**
 * The Electron to launch: what the environment names, else the official one, else the fallback.
 *
 * @throws Error when there is none, saying how to get one
 */
export function electronRuntime(): ElectronRuntime {
  const found = overriddenElectron() ?? officialElectron() ?? electronIn(fallbackFolder(), true);
  if (found === undefined) throw new Error('There is no Electron to run yet: run npm run setup.');
  return found;
}

/**
 * The switches that Electron needs on this machine. Chromium's sandbox does not run as root, nor where the kernel
 * gives no user namespaces to ordinary users (containers, Ubuntu 24.04) unless its helper is setuid root.
 */
export function electronSwitches(): string[] {
  if (process.platform !== 'linux') return [];
  const probe = () =>
    spawnSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' }).status === 0;
  return process.getuid?.() !== 0 && probe() ? [] : ['--no-sandbox'];
}
