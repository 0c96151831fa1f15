import type { Locator, Page } from 'playwright';
import type { Endpoint } from './endpoints.ts';
import { answerSaveDialog, type RunningApp } from './app.ts';

/** What a person does in the window, by the names that the window gives to its parts. */

/** From the first screen to the buckets of a sandbox with sample data. */
export async function trySandbox(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the sandbox' }).click();
  await bucketTable(page).getByRole('row').nth(1).waitFor({ timeout: 120_000 });
}

/** From the first screen to the buckets of an S3 server. The secret is kept for this session. */
export async function connectTo(
  page: Page,
  { settings, secretAccessKey }: Pick<Endpoint, 'settings' | 'secretAccessKey'>,
  name: string,
): Promise<void> {
  await fillConnection(page, { settings, secretAccessKey }, name);
  const form = connectionForm(page);
  await form.getByRole('button', { name: 'Connect', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Where should the secret key be kept?' });
  await question.or(bucketRegion(page)).first().waitFor();
  if (await question.isVisible())
    await question.getByRole('button', { name: 'Keep for this session' }).click();
  await bucketTable(page).getByRole('row').nth(1).waitFor();
}

export async function fillConnection(
  page: Page,
  { settings, secretAccessKey }: Pick<Endpoint, 'settings' | 'secretAccessKey'>,
  name: string,
): Promise<void> {
  const form = connectionForm(page);
  await form.getByRole('radio', { name: 'Ceph' }).click();
  await form.getByLabel('Endpoint').fill(settings.endpoint);
  await form.getByLabel('Region').fill(settings.region);
  await form.getByRole('textbox', { name: 'Name' }).fill(name);
  await form.getByLabel('Access key').fill(settings.accessKeyId);
  await form.getByLabel('Secret key').fill(secretAccessKey);
}

export const connectionForm = (page: Page): Locator => page.getByRole('form', { name: 'Connection' });
const bucketRegion = (page: Page): Locator => page.getByRole('region', { name: 'Buckets' });
export const bucketTable = (page: Page): Locator => bucketRegion(page).getByRole('table');
export const objectGrid = (page: Page): Locator => page.getByRole('grid');

/** From the buckets into one of them. */
export async function openBucket(page: Page, bucket: string): Promise<void> {
  await bucketTable(page).getByRole('button', { name: bucket, exact: true }).click();
  await objectGrid(page).getByRole('row').nth(1).waitFor();
}

/** Into a folder of the level that is shown; `name` with its slash. */
export async function openFolder(page: Page, name: string): Promise<void> {
  await objectGrid(page).getByRole('row', { name, exact: true }).dblclick();
  await page.getByRole('grid', { name: new RegExp(`/${escape(name)}$`) }).waitFor();
  await objectGrid(page).getByRole('row').nth(1).waitFor();
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Counts the selection, or all that is below the level shown; the job's row. */
export function startCount(page: Page): Promise<Locator> {
  return newJob(page, /^Count /, () =>
    toolbar(page).getByRole('button', { name: 'Count', exact: true }).click(),
  );
}

/** Exports the selection, or all that is below the level shown, to `path`; the job's row. */
export async function startZip({ page, electron }: RunningApp, path: string): Promise<Locator> {
  await answerSaveDialog(electron, path);
  return newJob(page, /^ZIP /, () => pressExport(page));
}

/** The button alone: the save dialog has to be answered before. */
export function pressExport(page: Page): Promise<void> {
  return toolbar(page).getByRole('button', { name: 'Export ZIP…', exact: true }).click();
}

const toolbar = (page: Page): Locator => page.getByRole('toolbar', { name: 'Objects' });

export const jobRows = (page: Page, name: RegExp): Locator =>
  page.getByRole('region', { name: 'Activity' }).getByRole('listitem', { name });

/** The row of the job that `start` starts: the newest is the first. */
async function newJob(page: Page, name: RegExp, start: () => Promise<void>): Promise<Locator> {
  const rows = jobRows(page, name);
  const before = await rows.count();
  await start();
  await rows.nth(before).waitFor();
  return rows.first();
}

/** Waits for the end of a job, and gives how it ended and what its row says. */
export async function ended(row: Locator, timeout = 120_000): Promise<{ mood: string; text: string }> {
  await row.and(row.page().locator(':not([data-mood="running"])')).waitFor({ timeout });
  return {
    mood: (await row.getAttribute('data-mood')) ?? '',
    text: (await row.locator('.job-outcome').textContent()) ?? '',
  };
}
