import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, powerMonitor, session } from 'electron';
import { systemCipher } from '#electron/cipher.ts';
import { forgetCopied } from '#electron/clipboard.ts';
import { systemDesktop } from '#electron/desktop.ts';
import { lockContents, lockSession } from '#electron/lockdown.ts';
import { logError } from '#electron/log.ts';
import { installMenu } from '#electron/menu.ts';
import { rendererOrigin } from '#electron/origin.ts';
import { acceptPorts } from '#electron/ports.ts';
import { registerScheme, serveRenderer } from '#electron/protocol.ts';
import { sandboxLauncher } from '#electron/sandbox-process.ts';
import { openStore } from '#electron/store.ts';
import { transferWatch } from '#electron/transfer-watch.ts';
import { closeWindows, openWindow, windowPlace } from '#electron/window.ts';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { transferNews } from '#jobs/transfer/news.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { failureFrom } from '#router/errors.ts';
import { appRouter, type Context } from '#router/index.ts';
import { storageForJob } from '#router/job-storage.ts';
import { Profiles } from '#router/profile.ts';
import { seedBuckets } from '#router/seed.ts';
import { Storages } from '#router/storages.ts';
import { serveRouter, type ServeOptions } from '#rpc/serve.ts';
import { sampleBuckets } from '#sandbox/samples.ts';
import { Connections } from '#settings/connections.ts';
import { PendingDeletions } from '#settings/pending-deletions.ts';
import { TransferPreferences } from '#settings/transfer-preferences.ts';
import { Vault } from '#settings/vault.ts';
import { openStorage } from '#storage/open.ts';

const here = dirname(fileURLToPath(import.meta.url));
const renderer = rendererOrigin(process.env['ELECTRON_RENDERER_URL'], app.isPackaged);

// As root (containers, CI) Chromium's sandbox does not run, and whoever starts the app there says so by this switch.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerScheme();
lockContents(app, renderer);

if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(refuseToStart);
else app.quit(); // the settings belong to one instance; the other one comes to the front

async function start(): Promise<void> {
  // No two stores in one file: the secrets' ciphertext is never beside what a person may look into or share.
  const settings = openStore('settings');
  const secrets = openStore('secrets');
  const sandboxes = sandboxLauncher(join(here, 'sandbox.js'));
  const connections = new Connections(settings);
  const pendingDeletions = new PendingDeletions(settings);
  const transfers = new TransferPreferences(settings);
  const vault = new Vault(systemCipher(), secrets);
  const storages = new Storages({
    connections,
    vault,
    openStorage: (access, retry) => openStorage({ ...access, appVersion: app.getVersion() }, retry),
    startSandbox: (folder) => sandboxes.launch(folder),
    seedSamples: (storage) => seedBuckets(storage, sampleBuckets()),
  });
  const jobs = new JobRunner(
    (connectionId) => storages.get(connectionId),
    (bug) => logError('job', bug),
    basicServices({
      deletions: pendingDeletions,
      transfers: {
        store: new TransferStore(join(app.getPath('userData'), 'transfers')),
        settings: () => transfers.get(),
        storage: (connectionId) => storageForJob(storages, connectionId),
      },
    }),
  );
  const damagedTransfers = await restoreTransfers(jobs);
  const context: Context = {
    settings: { connections, pendingDeletions, transfers },
    damagedTransfers,
    vault,
    storages,
    profiles: new Profiles({ connections, storages }),
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
  const routerOptions: ServeOptions = {
    isDev: !app.isPackaged,
    onError: ({ error, path }) => {
      if (failureFrom(error, path).kind === 'internal') logError(path, error);
    },
  };
  acceptPorts(renderer, (port) => serveRouter(appRouter, port, () => context, routerOptions));
  installMenu(renderer.development);

  const showWindow = () =>
    openWindow({
      renderer,
      preload: join(here, '../preload/index.cjs'),
      icon: process.platform === 'linux' ? join(here, '../../resources/icon.png') : undefined,
      place: windowPlace(settings.get('window')),
      onPlace: (place) => {
        try {
          settings.set('window', place);
        } catch (error) {
          logError('keep the window’s place', error); // a full disk must not keep the window open
        }
      },
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
  powerMonitor.on('resume', () => jobs.wake({ anew: true }));
  void showTransfers(
    jobs,
    transferWatch(() => transfers.get()),
  );
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

/** What was left from before is offered, not begun. That it cannot be read must not keep Cooper from starting. */
async function restoreTransfers(jobs: JobRunner): Promise<string[]> {
  try {
    return await jobs.restore();
  } catch (error) {
    logError('take up transfers', error);
    return [];
  }
}

async function showTransfers(jobs: JobRunner, show: ReturnType<typeof transferWatch>): Promise<void> {
  for await (const news of transferNews(jobs, new AbortController().signal)) show(news);
}

/** Without its settings there is nothing to show: says why, instead of staying as a process without a window. */
function refuseToStart(error: unknown): void {
  logError('start', error);
  dialog.showErrorBox('Cooper cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}

/** How long jobs have for cleaning up: a disk or a server that hangs must not keep Cooper open for ever. */
const CLEAN_UP_MS = 15_000;

/** Asks before work under way is given up, then lets every job clean up after itself before the process ends. */
function quitCleanly(jobs: JobRunner, { onStay, onQuit }: { onStay: () => void; onQuit: () => void }): void {
  let stage: 'open' | 'leaving' | 'left' = 'open';
  const leave = async () => {
    if (jobs.running() > 0 && !(await confirmQuit(jobs.running()))) {
      stage = 'open';
      onStay();
      return;
    }
    if (!(await closeWindows())) {
      stage = 'open';
      return;
    }
    await Promise.race([Promise.all([jobs.close(), forgetCopied()]), delay(CLEAN_UP_MS)]);
    onQuit();
    stage = 'left';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (stage === 'left') return;
    event.preventDefault();
    if (stage === 'leaving') return;
    stage = 'leaving';
    leave().catch((error: unknown) => {
      logError('quit', error);
      app.exit(1);
    });
  });
}

/** The jobs go on while the question is open. */
async function confirmQuit(running: number): Promise<boolean> {
  const KEEP = 0;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: running === 1 ? 'A job is still running.' : `${running} jobs are still running.`,
    detail:
      'If Cooper quits now, transfers stop and are offered again at the next start. All else is cancelled, and unfinished files are removed.',
    buttons: ['Keep running', 'Quit'],
    defaultId: KEEP,
    cancelId: KEEP,
  });
  return response !== KEEP;
}
