import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#sandbox/faults.ts';
import { answerSaveDialog, launchApp, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, seedBucket, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import {
  connectTo,
  ended,
  jobRows,
  openBucket,
  pressExport,
  startCount,
  startZip,
} from '#test/support/window.ts';
import { differencesFrom, readManifest } from '#test/support/zip-compare.ts';
import { complaintsAbout } from '#test/support/zip-readers.ts';

const keys = Array.from({ length: 400 }, (_, n) => `box ${n % 7}/sheet ${n}.txt`);
const bodyOf = (key: string) => Buffer.from(key.repeat(200));

describe('exporting from a server that is slow or fails', () => {
  let app: RunningApp;
  let endpoint: Endpoint;
  let folder: string;
  let plan: FaultPlan;
  let bucket: string;

  beforeEach(async () => {
    plan = () => undefined;
    endpoint = await sandboxEndpoint({ faults: (request) => plan(request) });
    const storage = storageOn(endpoint);
    bucket = await seedBucket(storage, keys, bodyOf);
    storage.close();
    folder = await mkdtemp(join(tmpdir(), 'cooper-export-'));
    app = await launchApp();
    await connectTo(app.page, endpoint, 'Slow server');
    await openBucket(app.page, bucket);
  });
  afterEach(async () => {
    await app.close();
    await endpoint.stop();
    await rm(folder, { recursive: true });
  });

  const slowReads: FaultPlan = ({ method, key }) =>
    method === 'GET' && key !== '' ? { delayMs: 500 } : undefined;

  it('cancels half-way and leaves nothing on the disk', async () => {
    plan = slowReads;
    const row = await startZip(app, join(folder, 'cancelled.zip'));
    await row.getByText(/[1-9]\d* of (at least )?400 objects/).waitFor();
    expect(await readdir(folder)).not.toContain('cancelled.zip');
    await row.getByRole('button', { name: /^Cancel / }).click();
    expect(await ended(row)).toEqual({ mood: 'cancelled', text: 'Cancelled; no file was left' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('asks before it quits, stays when told so, and leaves nothing on the disk when it goes', async () => {
    plan = slowReads;
    const row = await startZip(app, join(folder, 'quit.zip'));
    await row.getByText(/[1-9]\d* of (at least )?400 objects/).waitFor();
    const asked = await answerQuitQuestion(app, 'Keep running');
    expect(asked).toBe('A job is still running.');
    expect(await row.getAttribute('data-mood')).toBe('running');
    const gone = app.electron.waitForEvent('close');
    await answerQuitQuestion(app, 'Quit');
    await gone;
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes on when the window is reloaded while a ZIP is written', async () => {
    plan = slowReads;
    const path = join(folder, 'reloaded.zip');
    const before = await startZip(app, path);
    await before.getByText(/[1-9]\d* of (at least )?400 objects/).waitFor();
    await app.page.reload();
    const row = await reopenActivity(app);
    plan = () => undefined;
    expect(await ended(row)).toMatchObject({ mood: 'done' });
    expect(await complaintsAbout(path)).toEqual({});
    expect(await differencesFrom(path, new Map(keys.map((key) => [key, bodyOf(key)])), '')).toEqual([]);
  });

  it('names an object that cannot be read, in the window and in the manifest, and packs the rest', async () => {
    const denied = 'box 3/sheet 3.txt';
    plan = ({ method, key }) =>
      method === 'GET' && key === denied ? { error: { status: 403, code: 'AccessDenied' } } : undefined;
    const path = join(folder, 'partial.zip');
    const row = await startZip(app, path);
    const end = await ended(row);
    expect(end.mood).toBe('warn');
    expect(end.text).toContain('with 1 failure');
    await row.getByText(denied, { exact: false }).first().waitFor();
    expect(await complaintsAbout(path)).toEqual({});
    expect((await readManifest(path))?.failed).toMatchObject([
      { key: denied, kind: 'access-denied', code: 'AccessDenied' },
    ]);
    const readable = keys.filter((key) => key !== denied);
    expect(await differencesFrom(path, new Map(readable.map((key) => [key, bodyOf(key)])), '')).toEqual([]);
  });

  it('says before the start that the folder is not there, and leaves no job behind', async () => {
    await answerSaveDialog(app.electron, join(folder, 'nowhere', 'x.zip'));
    await pressExport(app.page);
    const complaint = app.page.getByText(/nowhere/);
    await complaint.first().waitFor();
    expect(await jobRows(app.page, /^ZIP /).count()).toBe(0);
  });

  it('counts on when a page is refused at first', async () => {
    let refused = 0;
    plan = ({ method, key, count }) => {
      if (method !== 'GET' || key !== '' || count > 1) return undefined;
      refused += 1;
      return { slowDown: true };
    };
    const row = await startCount(app.page);
    expect(await ended(row)).toMatchObject({
      mood: 'done',
      text: expect.stringContaining('400 files') as string,
    });
    expect(refused).toBeGreaterThan(0);
  });
});

/** After a reload the job is still there: its row, with the activity opened. */
async function reopenActivity({ page }: RunningApp) {
  const activity = page.getByRole('region', { name: 'Activity' });
  const toggle = activity.getByRole('button', { name: 'Activity', exact: true });
  await toggle.waitFor();
  if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
  return jobRows(page, /^ZIP /).first();
}

/** Asks Cooper to quit, presses that button of the native question, and gives what the question was. */
async function answerQuitQuestion({ electron }: RunningApp, button: string): Promise<string> {
  return electron.evaluate(({ app: main, dialog }, pressed) => {
    let question = '';
    dialog.showMessageBox = (...args: unknown[]) => {
      const options = args.at(-1) as Electron.MessageBoxOptions;
      question = options.message;
      return Promise.resolve({ response: options.buttons?.indexOf(pressed) ?? -1, checkboxChecked: false });
    };
    main.quit();
    return question;
  }, button);
}
