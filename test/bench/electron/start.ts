import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronRuntime, electronSwitches } from '#scripts/lib/electron-runtime.ts';
import { projectFolder } from '#scripts/lib/run.ts';
import { memoryAccess, settingsFor } from '../access.ts';
import type { Sample, Subject } from '../bench.ts';

/**
 * What Electron is told to require before an app: it says when the first window shows what the environment names, and ends.
 */
const HOOK = `const { app } = require('electron');
const { writeSync } = require('node:fs');
const shown = \`new Promise((resolve) => {
  const look = () => {
    if (document.querySelector(\${JSON.stringify(process.env.BENCH_START_SELECTOR)}) === null) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true });
  look();
})\`;
const say = (what) => writeSync(1, 'start: ' + what + ' ' + Date.now() + '\\n');
say('main');
app.once('ready', () => say('ready'));
app.once('web-contents-created', (_event, contents) => {
  say('window');
  contents.once('dom-ready', async () => {
    say('dom');
    await contents.executeJavaScript(shown);
    say('usable');
    app.exit();
  });
});`;

/** A window with nothing in it: what Electron takes by itself. */
const EMPTY = {
  'package.json': JSON.stringify({ name: 'empty', main: 'main.cjs' }),
  'main.cjs': `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, show: false, webPreferences: { sandbox: true } });
  window.once('ready-to-show', () => window.show());
  window.loadFile('index.html');
});`,
  'index.html': '<!doctype html><title>Empty</title><p id="usable">Nothing</p>',
};

interface StartSubjects {
  subjects: Subject[];
  remove: () => Promise<void>;
}

/**
 * From the start of the process to a window that can be used: Cooper with a connection in its list, and an empty window. Each
 * has its own profile, which has been started before, as a person's has.
 */
export async function startSubjects(): Promise<StartSubjects> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-start-'));
  const emptyApp = join(folder, 'empty');
  const profiles = { cooper: join(folder, 'cooper-profile'), empty: join(folder, 'empty-profile') };
  await Promise.all([emptyApp, ...Object.values(profiles)].map((path) => mkdir(path)));
  for (const [name, text] of Object.entries(EMPTY)) await writeFile(join(emptyApp, name), text);
  const hook = join(folder, 'hook.cjs');
  await writeFile(hook, HOOK);
  const s3 = settingsFor(memoryAccess('http://127.0.0.1:9'));
  await writeFile(
    join(profiles.cooper, 'settings.json'),
    JSON.stringify({ connections: [{ id: 'bench', kind: 's3', name: 'Bench', s3 }] }),
  );
  const cooper = () =>
    measureStart({
      hook,
      app: projectFolder,
      profile: profiles.cooper,
      selector: '[data-connection="bench"]',
    });
  const empty = () => measureStart({ hook, app: emptyApp, profile: profiles.empty, selector: '#usable' });
  // What is kept for the next start (compiled scripts) comes with the second one.
  for (let times = 0; times < 2; times += 1) {
    await cooper();
    await empty();
  }
  return {
    subjects: [
      { name: 'cooper', run: cooper },
      { name: 'empty', run: empty },
    ],
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Start {
  /** The file that `HOOK` was written to. */
  hook: string;
  app: string;
  profile: string;
  /** Of what must be on the page. */
  selector: string;
}

/** @throws Error with what the app wrote, when its window never shows that */
async function measureStart({ hook, app, profile, selector }: Start): Promise<Sample> {
  const args = [...electronSwitches(), '-r', hook, app, `--user-data-dir=${profile}`];
  const begun = Date.now();
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      electronRuntime().executable,
      args,
      { env: { ...process.env, BENCH_START_SELECTOR: selector }, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (stdout.includes('start: usable')) resolve(stdout);
        else reject(new Error(`${app} did not start: ${error?.message}\n${stderr}`));
      },
    );
  });
  const at = (what: string) => Number(new RegExp(`^start: ${what} (\\d+)$`, 'm').exec(output)?.[1]) - begun;
  const usable = at('usable');
  return {
    seconds: usable / 1000,
    cpuSeconds: 0,
    peakMB: 0,
    extra: {
      startMs: usable,
      mainMs: at('main'),
      readyMs: at('ready'),
      windowMs: at('window'),
      domMs: at('dom'),
    },
  };
}
