import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, session } from 'electron';
import { systemCipher } from '#electron/cipher.ts';
import { systemDesktop } from '#electron/desktop.ts';
import { lockContents, lockSession } from '#electron/lockdown.ts';
import { installMenu } from '#electron/menu.ts';
import { rendererOrigin } from '#electron/origin.ts';
import { acceptPorts } from '#electron/ports.ts';
import { registerScheme, serveRenderer } from '#electron/protocol.ts';
import { sandboxLauncher } from '#electron/sandbox-process.ts';
import { openStore } from '#electron/store.ts';
import { openWindow, windowPlace } from '#electron/window.ts';
import { JobRunner } from '#jobs/runner.ts';
import { appRouter, type Context } from '#router/index.ts';
import { seedBuckets } from '#router/seed.ts';
import { Storages } from '#router/storages.ts';
import { serveRouter } from '#rpc/serve.ts';
import { sampleBuckets } from '#sandbox/samples.ts';
import { Connections } from '#settings/connections.ts';
import { Vault } from '#settings/vault.ts';
import { openStorage } from '#storage/open.ts';

const here = dirname(fileURLToPath(import.meta.url));
const renderer = rendererOrigin(process.env['ELECTRON_RENDERER_URL'], app.isPackaged);

// As root (containers, CI) Chromium's sandbox does not run, and whoever starts the app there says so by this switch.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerScheme();
lockContents(app, renderer);

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit(); // the settings belong to one instance; the other one comes to the front

function start(): void {
  // No two stores in one file: the secrets' ciphertext is never beside what a person may look into or share.
  const settings = openStore('settings');
  const secrets = openStore('secrets');
  const sandboxes = sandboxLauncher(join(here, 'sandbox.js'));
  const connections = new Connections(settings);
  const vault = new Vault(systemCipher(), secrets);
  const storages = new Storages({
    connections,
    vault,
    openStorage,
    startSandbox: (folder) => sandboxes.launch(folder),
    seedSamples: (storage) => seedBuckets(storage, sampleBuckets()),
  });
  const jobs = new JobRunner((connectionId) => storages.get(connectionId));
  const context: Context = {
    settings: { connections },
    vault,
    storages,
    jobs,
    desktop: systemDesktop(),
    app: {
      version: app.getVersion(),
      platform: process.platform,
      downloadsFolder: app.getPath('downloads'),
      sandboxFolder: join(app.getPath('userData'), 'sandbox'),
    },
  };

  if (process.argv.includes('--demo') && connections.list().length === 0) {
    connections.add({
      id: 'demo',
      kind: 'sandbox',
      name: 'Sandbox',
      sandbox: { folder: context.app.sandboxFolder },
    });
    storages.seedWhenOpened('demo');
  }

  lockSession(session.defaultSession, renderer);
  serveRenderer(session.defaultSession, join(here, '../renderer'));
  acceptPorts(renderer, (port) => serveRouter(appRouter, port, () => context, { isDev: !app.isPackaged }));
  installMenu(renderer.development);

  const showWindow = () =>
    openWindow({
      renderer,
      preload: join(here, '../preload/index.cjs'),
      icon: process.platform === 'linux' ? join(here, '../../resources/icon.png') : undefined,
      place: windowPlace(settings.get('window')),
      onPlace: (place) => settings.set('window', place),
    });
  showWindow();

  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) showWindow();
  });
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) showWindow();
    else {
      if (window.isMinimized()) window.restore();
      window.focus();
    }
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  quitCleanly(jobs, {
    onStay: () => {
      if (BrowserWindow.getAllWindows().length === 0) showWindow();
    },
    onQuit: () => {
      storages.closeAll();
      sandboxes.stopAll();
    },
  });
}

/** Asks before work under way is given up, then lets every job clean up after itself before the process ends. */
function quitCleanly(jobs: JobRunner, { onStay, onQuit }: { onStay: () => void; onQuit: () => void }): void {
  let closing: 'no' | 'asked' | 'done' = 'no';
  app.on('before-quit', (event) => {
    if (closing === 'done') return;
    event.preventDefault();
    if (closing === 'asked') return;
    if (jobs.running() > 0 && !confirmQuit(jobs.running())) {
      onStay();
      return;
    }
    closing = 'asked';
    void jobs.close().finally(() => {
      onQuit();
      closing = 'done';
      app.quit();
    });
  });
}

function confirmQuit(running: number): boolean {
  const KEEP = 0;
  const answer = dialog.showMessageBoxSync({
    type: 'question',
    message: running === 1 ? 'A job is still running.' : `${running} jobs are still running.`,
    detail: 'If Cooper quits now they are cancelled, and unfinished files are removed.',
    buttons: ['Keep running', 'Quit'],
    defaultId: KEEP,
    cancelId: KEEP,
  });
  return answer !== KEEP;
}
