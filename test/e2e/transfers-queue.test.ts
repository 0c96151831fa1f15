import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#sandbox/faults.ts';
import type { Storage } from '#storage/storage.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import {
  answerPaths,
  objectsBelow,
  stands,
  transferEnded,
  writeFiles,
} from '#test/support/transfers-window.ts';
import { connectTo, jobRows, openBucket } from '#test/support/window.ts';

const PAGES = 60;
const pagesOf = (box: string) =>
  Object.fromEntries(
    Array.from({ length: PAGES }, (_, n) => [
      `${box}/page ${n}.tif`,
      Buffer.alloc(50_000 + n * 997, `${box}${n}`),
    ]),
  );

describe('the queue of transfers', () => {
  let app: RunningApp;
  let endpoint: Endpoint;
  let storage: Storage;
  let folder: string;
  let userData: string;
  let plan: FaultPlan = () => undefined;
  const bucket = `queue-${Date.now()}`;
  const boxes = {
    'box 1': pagesOf('box 1'),
    'box 2': pagesOf('box 2'),
    'box 3': pagesOf('box 3'),
  };
  const row = (name: string) => jobRows(app.page, new RegExp(`^Upload ${name}`));
  const press = (name: string) => app.page.getByRole('button', { name, exact: true }).click();
  const activity = () => app.page.getByRole('region', { name: 'Activity' });
  const order = () =>
    activity()
      .getByRole('listitem', { name: /^Upload box/ })
      .evaluateAll((rows) => rows.map((each) => each.getAttribute('aria-label')?.slice(7, 12)));
  const upload = async (name: string) => {
    await answerPaths(app, [join(folder, name)]);
    await app.page.getByRole('grid').focus();
    await app.page.keyboard.press('Control+Alt+u');
    await app.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Upload 60 files/ })
      .click();
    await row(name).waitFor();
  };
  const slow: FaultPlan = ({ method, key }) =>
    method === 'PUT' && key !== '' ? { delayMs: 1200 } : undefined;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint({ faults: (request) => plan(request) });
    storage = storageOn(endpoint);
    await storage.createBucket(bucket);
    await storage.write({ bucket, key: 'start.txt', body: Buffer.from('start') });
    folder = await mkdtemp(join(tmpdir(), 'cooper-queue-'));
    userData = await mkdtemp(join(tmpdir(), 'cooper-queue-app-'));
    for (const files of [...Object.values(boxes), pagesOf('box 4')]) await writeFiles(folder, files);
    app = await launchApp({ userData, size: { width: 1280, height: 800 } });
    await connectTo(app.page, endpoint, 'Archive');
    await openBucket(app.page, bucket);
  });
  afterAll(async () => {
    storage.close();
    await app.close();
    await endpoint.stop();
    await rm(folder, { recursive: true });
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  });

  it('limits are changed in a pane at the dock, which gives the focus back', async () => {
    const { page } = app;
    await page.keyboard.press('Control+j');
    await press('Limits of transfers');
    const pane = page.getByRole('dialog', { name: 'Limits of transfers' });
    await pane.getByLabel('Transfers at once').selectOption('1');
    await pane.getByLabel('Objects at once').selectOption('4');
    await pane.getByLabel('Bandwidth', { exact: true }).fill('0.0001');
    await pane.getByText('A limit is at least').waitFor();
    await pane.getByLabel('Bandwidth', { exact: true }).fill('20');
    await pane.getByRole('button', { name: 'Add hours' }).click();
    await pane.getByLabel('Until').fill('00:00');
    expect(await picture(app, 'transfers-limits')).toEqual(FITS);
    await pane.getByRole('button', { name: 'Take away row 1' }).click();
    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Limits of transfers',
    );
    await press('Limits of transfers');
    expect(await pane.getByLabel('Bandwidth', { exact: true }).inputValue()).toBe('20');
    expect(await pane.getByLabel('Transfers at once').inputValue()).toBe('1');
    await pane.getByLabel('Bandwidth', { exact: true }).fill('');
    await page.keyboard.press('Escape');
  });

  it('one moves, the others wait for their turn, which is changed by key and by dragging', async () => {
    const { page } = app;
    plan = slow;
    for (const name of Object.keys(boxes)) await upload(name);
    await stands(row('box 1'), 'running');
    await stands(row('box 3'), 'queued');
    expect(await order()).toEqual(['box 1', 'box 2', 'box 3']);
    await row('box 3')
      .getByRole('button', { name: /^Order of/ })
      .focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(order).toEqual(['box 1', 'box 3', 'box 2']);
    await row('box 3')
      .getByRole('button', { name: /^Order of/ })
      .waitFor();
    await row('box 2').dragTo(row('box 3'), { targetPosition: { x: 300, y: 4 } });
    await expect.poll(order).toEqual(['box 1', 'box 2', 'box 3']);
  });

  it('shows what moves now by name, and is paused and resumed, one or all', async () => {
    const { page } = app;
    await row('box 1')
      .getByRole('button', { name: /^Details of/ })
      .click();
    const details = row('box 1').getByRole('list', { name: 'Under way now' });
    if (!(await details.isVisible()))
      await row('box 1')
        .getByRole('button', { name: /^Details of/ })
        .click();
    await details
      .getByText(/page \d/)
      .first()
      .waitFor();
    expect(await picture(app, 'transfers-queue')).toEqual(FITS);
    await page.keyboard.press('Control+j');
    await activity().getByText('3 transfers').waitFor();
    expect(await picture(app, 'transfers-dock-closed')).toEqual(FITS);
    await page.keyboard.press('Control+j');
    await row('box 1')
      .getByRole('button', { name: /^Pause/ })
      .click();
    await stands(row('box 1'), 'paused');
    await stands(row('box 2'), 'running');
    await press('Pause all');
    for (const name of Object.keys(boxes)) await stands(row(name), 'paused');
    expect(await picture(app, 'transfers-paused')).toEqual(FITS);
    await row('box 1')
      .getByRole('button', { name: /^Resume/ })
      .click();
    await stands(row('box 1'), 'running');
  });

  it('one that is cancelled is gone, and what failed is tried again alone', async () => {
    await row('box 3')
      .getByRole('button', { name: /^Cancel/ })
      .click();
    expect((await transferEnded(row('box 3'))).mood).toBe('cancelled');
    plan = ({ method, key }) =>
      method === 'PUT' && /box 1\/page 5[0-9]/.test(key)
        ? { error: { status: 403, code: 'AccessDenied' } }
        : undefined;
    expect((await transferEnded(row('box 1'))).mood).toBe('warn');
    expect(await picture(app, 'transfers-failures')).toEqual(FITS);
    plan = () => undefined;
    await row('box 1').getByRole('button', { name: 'Retry these' }).click();
    await stands(row('box 1'), 'done');
    expect((await objectsBelow(storage, bucket, 'box 1/')).size).toBe(PAGES);
  });

  it('keys that expire in the middle are asked for, and it goes on with new ones', async () => {
    plan = ({ method, key }) => (method === 'PUT' && key !== '' ? { expiredToken: true } : undefined);
    await upload('box 4');
    await stands(row('box 4'), 'waiting');
    await row('box 4').getByRole('button', { name: 'Enter the secret again' }).first().click();
    const form = app.page.getByRole('dialog', { name: 'Edit Archive' });
    await form.getByLabel('Secret key').waitFor();
    plan = () => undefined;
    await app.page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    await row('box 4').getByRole('button', { name: 'Try now' }).click();
    expect((await transferEnded(row('box 4'))).mood).toBe('done');
    expect((await objectsBelow(storage, bucket, 'box 4/')).size).toBe(PAGES);
  });

  it('the limits are found by their name too', async () => {
    const { page } = app;
    await page.keyboard.press('Control+j');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Find a command').fill('Limits of transfers');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Limits of transfers' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Limits of transfers' }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Limits of transfers',
    );
  });

  it('killed in the middle, it is offered at the next start, asks for the secret, and brings every object', async () => {
    plan = slow;
    await row('box 2')
      .getByRole('button', { name: /^Resume/ })
      .click();
    await row('box 2')
      .getByText(/^[1-9]\d* of 60 files/)
      .waitFor();
    const killed = new Promise<void>((resolve) => {
      app.electron.once('close', () => resolve());
    });
    app.electron.process().kill('SIGKILL');
    await killed;
    plan = () => undefined;
    app = await launchApp({ userData, size: { width: 1280, height: 800 } });
    await activity().getByText('Cooper was closed while 1 transfer was under way').waitFor();
    await stands(row('box 2'), 'paused');
    expect(await picture(app, 'transfers-interrupted')).toEqual(FITS);
    await row('box 2').getByRole('button', { name: 'Resume' }).click();
    await stands(row('box 2'), 'waiting');
    expect(await picture(app, 'transfers-waiting')).toEqual(FITS);
    await row('box 2').getByRole('button', { name: 'Enter the secret again' }).click();
    const question = app.page.getByRole('dialog', { name: 'Secret key of Archive' });
    await question.getByLabel('Secret key').fill(endpoint.secretAccessKey);
    await question.getByRole('button', { name: 'Continue' }).click();
    expect((await transferEnded(row('box 2'))).mood).toBe('done');
    const found = await objectsBelow(storage, bucket, 'box 2/');
    expect(found.size).toBe(PAGES);
    for (const [name, bytes] of Object.entries(boxes['box 2']))
      expect(found.get(name.slice('box 2/'.length))?.equals(bytes)).toBe(true);
    await press('Dismiss all finished');
    await row('box').first().waitFor({ state: 'detached' });
  });

  it('transfers that cannot be read at the start are named with the folder that they were put into', async () => {
    await app.close();
    await rm(join(userData, 'transfers'), { recursive: true, force: true });
    await writeFiles(join(userData, 'transfers'), { 'broken/transfer.json': '{' });
    await writeFile(join(userData, 'transfers', 'broken', 'plan.jsonl'), 'x');
    app = await launchApp({ userData, size: { width: 1280, height: 800 } });
    await app.page.getByText(/What Cooper knew of 1 transfer cannot be read/).waitFor();
    await app.page.getByText('broken.damaged').waitFor();
    expect(await picture(app, 'transfers-damaged')).toEqual(FITS);
    await app.page.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await app.page.getByText(/cannot be read/).waitFor({ state: 'detached' });
    expect(app.pageErrors).toEqual([]);
  });
});
