import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hasDisplay } from './display.ts';
import { isOnPath } from './run.ts';

/**
 * What Electron and a virtual display need on a bare Debian or Ubuntu, and fonts to read file names in any script.
 * The names with alternatives have another one since the 64-bit time change (Debian 13, Ubuntu 24.04).
 */
const LIBRARIES = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libasound2t64', 'libasound2'],
  ['libnss3'],
  ['libgbm1'],
  ['libxss1'],
];
const DISPLAY = [['xvfb']];
const FONTS = [['fonts-dejavu-core'], ['fonts-droid-fallback']];
/** The same for people on other distributions, who know their package names. */
const IN_WORDS = 'GTK 3, ALSA, NSS, GBM and libXss';

/** What is missing, in words for a person; all empty when Electron can run. */
export interface Missing {
  libraries: string[];
  display: string[];
  fonts: boolean;
}

export function isComplete({ libraries, display, fonts }: Missing): boolean {
  return libraries.length === 0 && display.length === 0 && !fonts;
}

/** Looks at what the loader finds, at the PATH and at the fonts: quick (about 20 ms), and true on any distribution. */
export function findMissing(executable: string): Missing {
  const virtual = hasDisplay() ? [] : ['Xvfb'];
  return {
    libraries: missingLibraries(spawnSync('ldd', [executable], { encoding: 'utf8' }).stdout ?? ''),
    display: virtual.filter((name) => !isOnPath(name)),
    fonts: !['/usr/share/fonts', '/usr/local/share/fonts', join(homedir(), '.local/share/fonts')].some(
      hasFont,
    ),
  };
}

/** The libraries that `ldd` does not find. */
export function missingLibraries(lddOutput: string): string[] {
  return [...lddOutput.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name ?? '');
}

function hasFont(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
    /\.(ttf|otf|ttc|pfb)$/.test(name),
  );
}

/** What to tell someone whose machine we do not change. */
export function remedy(missing: Missing, isDebian: boolean): string {
  const what = [...missing.libraries, ...missing.display, ...(missing.fonts ? ['a font'] : [])].join(', ');
  if (isDebian) {
    const names = [...(missing.display.length > 0 ? DISPLAY : []), ...LIBRARIES, ...FONTS].map((either) =>
      either.join(' or '),
    );
    return `Electron needs ${what}. As root: apt-get install ${names.join(', ')}; then run this again.`;
  }
  const display = missing.display.length > 0 ? ' and, as there is no display, Xvfb' : '';
  return `Electron needs ${what}. Install ${IN_WORDS}${display} with your package manager, then run this again.`;
}

/**
 * Makes sure that `executable` finds its libraries and a display, and installs what is missing where that is ours to
 * do: on Debian and its like, as root.
 *
 * @returns what was installed, or undefined when all was there
 * @throws Error saying what to install
 */
export function ensureLibraries(executable: string): string | undefined {
  const missing = findMissing(executable);
  if (isComplete(missing)) return undefined;
  const isDebian = isOnPath('apt-get') && isOnPath('dpkg-query');
  if (!isDebian || process.getuid?.() !== 0) {
    // Text without a font is ugly, not a reason to refuse.
    if (missing.libraries.length === 0 && missing.display.length === 0) return undefined;
    throw new Error(remedy(missing, isDebian));
  }
  const installed = installPackages([...(missing.display.length > 0 ? DISPLAY : []), ...LIBRARIES, ...FONTS]);
  const still = findMissing(executable);
  if (!isComplete(still)) throw new Error(remedy(still, true));
  return `installed ${installed.join(' ')}`;
}

/**
 * Installs Debian packages, quietly and without their recommendations. Needs root.
 *
 * @param packages each one, or the names that it has on different releases, of which one will do
 * @returns the names that were not there before
 * @throws Error with what apt-get said
 */
export function installPackages(packages: string[][]): string[] {
  const wanted = packages.filter((either) => !either.some(isInstalled));
  if (wanted.length === 0) return [];
  apt('update', '-qq');
  const names = wanted.map((either) => either.find(isAvailable) ?? either.join(' or '));
  apt('install', '-y', '-qq', '--no-install-recommends', ...names);
  return names;
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' });
  return stdout === 'installed';
}

function isAvailable(name: string): boolean {
  return spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0;
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stderr.trim()}`);
}
