import { homedir } from 'node:os';
import { fallbackElectron, FALLBACK_SOURCE, hasFallback, makeFallback } from './electron-fallback.ts';
import { installOfficial, reason, recentFailure, rememberFailure } from './electron-official.ts';
import {
  officialElectron,
  overriddenElectron,
  wantedVersion,
  type ElectronRuntime,
} from './electron-runtime.ts';
import { ensureLibraries } from './linux-libraries.ts';

export interface SetUp {
  runtime: ElectronRuntime;
  /** What was done, in one line. */
  summary: string;
}

export interface SetUpOptions {
  /** Told before something that takes long. */
  say?: (line: string) => void;
  /** Asks the download host again, even if it could not be reached a moment ago. */
  retry?: boolean;
}

/**
 * Makes sure that an Electron can run on this machine: the one that the environment names, the official one, or,
 * where its host cannot be reached, the fallback; and on Linux its libraries and a virtual display. Under a second
 * when all is there.
 *
 * @throws Error saying what to do, when no Electron can be had
 */
export async function setUp({ say = () => {}, retry = false }: SetUpOptions = {}): Promise<SetUp> {
  const { runtime, how } = await ensureElectron(say, retry);
  const installed = process.platform === 'linux' ? ensureLibraries(runtime.executable) : undefined;
  return { runtime, summary: [how, ...(installed === undefined ? [] : [installed])].join('; ') };
}

async function ensureElectron(
  say: (line: string) => void,
  retry: boolean,
): Promise<{ runtime: ElectronRuntime; how: string }> {
  const overridden = overriddenElectron();
  if (overridden !== undefined) {
    return { runtime: overridden, how: `Electron ${overridden.version} from ELECTRON_OVERRIDE_DIST_PATH` };
  }
  const official = officialElectron();
  if (official !== undefined) return { runtime: official, how: `Electron ${official.version} is ready` };
  const made = fallbackElectron();
  const failure = retry || made === undefined ? undefined : recentFailure();
  if (made !== undefined && failure !== undefined) {
    return {
      runtime: made,
      how: `Electron ${made.version} is ready, in place of the official one (${failure})`,
    };
  }
  say(`Fetching Electron ${wantedVersion()}…`);
  try {
    const installed = await installOfficial();
    return { runtime: installed, how: `downloaded Electron ${installed.version}` };
  } catch (error) {
    const why = reason(error);
    if (!hasFallback()) throw new Error(noElectron(why, process.platform), { cause: error });
    rememberFailure(why);
    if (made !== undefined)
      return {
        runtime: made,
        how: `Electron ${made.version} is ready, in place of the official one (${why})`,
      };
    say(`Its host is out of reach (${why}): making one out of ${FALLBACK_SOURCE.spec} (187 MiB, once)…`);
    const runtime = await makeFallback();
    return { runtime, how: `made Electron ${runtime.version} in ${tilde(runtime.dist)}` };
  }
}

/** What to tell someone whose machine the fallback does not run on. */
export function noElectron(why: string, platform: NodeJS.Platform): string {
  const program = platform === 'darwin' ? 'Electron.app' : platform === 'win32' ? 'electron.exe' : 'electron';
  return (
    `Electron ${wantedVersion()} could not be downloaded (${why}). Either let this machine reach Electron's releases ` +
    'on GitHub, or set ELECTRON_MIRROR to a mirror of them, or unpack Electron by hand and set ' +
    `ELECTRON_OVERRIDE_DIST_PATH to the folder that holds ${program}. Then run this again.`
  );
}

function tilde(path: string): string {
  return path.startsWith(homedir()) ? `~${path.slice(homedir().length)}` : path;
}
