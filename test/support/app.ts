import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronRuntime, electronSwitches } from '../../scripts/lib/electron-runtime.ts';
import { projectFolder } from '../../scripts/lib/run.ts';

export interface RunningApp {
  electron: ElectronApplication;
  page: Page;
  userData: string;
  /** What the page wrote to its console as errors: a refused policy, an exception. Tests expect none. */
  pageErrors: string[];
  /** Ends the app; its user data goes too when it was made for it. */
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** Settings and sandbox live here; made new in the temporary folder when left out. */
  userData?: string;
  args?: string[];
  /** The content's size. */
  size?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
}

/** Starts the built app in real Electron, and waits for its window. */
export async function launchApp({
  userData,
  args = [],
  size,
  colorScheme,
}: LaunchOptions = {}): Promise<RunningApp> {
  const profile = userData ?? (await mkdtemp(join(tmpdir(), 'cooper-app-')));
  const electron = await _electron.launch({
    executablePath: electronRuntime().executable,
    args: [...electronSwitches(), projectFolder, `--user-data-dir=${profile}`, ...args],
    cwd: projectFolder,
    ...(colorScheme === undefined ? {} : { colorScheme }),
  });
  let hasClosed = false;
  electron.once('close', () => {
    hasClosed = true;
  });
  const page = await electron.firstWindow();
  const pageErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  if (size !== undefined) await resize(electron, size);
  return {
    electron,
    page,
    userData: profile,
    pageErrors,
    close: async () => {
      if (!hasClosed) await quit(electron);
      if (userData === undefined) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends the app, and says yes if it asks because a job is running. */
async function quit(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
  });
  await electron.close();
}

/** Gives the window's content this size, as a person would by dragging its corner. */
export async function resize(
  electron: ElectronApplication,
  { width, height }: { width: number; height: number },
): Promise<void> {
  await electron.evaluate(
    ({ BrowserWindow }, [w, h]) => {
      for (const window of BrowserWindow.getAllWindows()) window.setContentSize(w, h);
    },
    [width, height] as const,
  );
}

/** The native save dialog cannot be driven by a test: it answers at once with `path`, or as if it was left. */
export async function answerSaveDialog(electron: ElectronApplication, path: string | null): Promise<void> {
  await electron.evaluate(({ dialog }, answer) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: answer === null, filePath: answer ?? '' });
  }, path);
}

/** The same for the native dialog that opens a file or a folder. */
export async function answerOpenDialog(electron: ElectronApplication, path: string | null): Promise<void> {
  await electron.evaluate(({ dialog }, answer) => {
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: answer === null, filePaths: answer === null ? [] : [answer] });
  }, path);
}

/** The most memory that the main process has held so far, in MiB, as Linux accounts for it. */
export async function peakMainMemory(electron: ElectronApplication): Promise<number> {
  const pid = await electron.evaluate(() => process.pid);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  if (match?.[1] === undefined)
    throw new Error('This system does not say how much memory a process has held.');
  return Number(match[1]) / 1024;
}
