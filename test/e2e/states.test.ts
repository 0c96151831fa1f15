import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#sandbox/faults.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, seedBucket, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import {
  bucketTable,
  connectionForm,
  connectTo,
  ended,
  fillConnection,
  objectGrid,
  openBucket,
  openFolder,
  startCount,
  startZip,
} from '#test/support/window.ts';

const LONG = `${'a very long name of a scanned page that nobody will want to read to its end '.repeat(2)}(final).tiff`;
const ODD = [
  'trailing space ',
  'tab\there.txt',
  'right\u202eto left.txt',
  'zero\u200bwidth.txt',
  '.',
  '\u00e9.txt',
  'e\u0301.txt',
];

describe('every state of the window, at two sizes, light and dark', () => {
  let app: RunningApp;
  let endpoint: Endpoint;
  let plan: FaultPlan = () => undefined;
  let bucket: string;
  let empty: string;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint({ faults: (request) => plan(request) });
    const storage = storageOn(endpoint);
    const pages = Array.from({ length: 120 }, (_, n) => `scans/box ${n % 9}/page ${n}.tif`);
    bucket = await seedBucket(storage, [...pages, ...ODD, LONG, 'report.pdf', 'inventory.csv'], (key) =>
      Buffer.alloc(key.length * 997, key),
    );
    empty = await seedBucket(storage, []);
    storage.close();
    app = await launchApp();
  });
  afterAll(async () => {
    await app.close();
    await endpoint.stop();
  });

  it('the first screen, and a connection that is refused with its reason', async () => {
    await app.page.getByRole('button', { name: 'Try the sandbox' }).waitFor();
    expect(await picture(app, 'connect')).toEqual(FITS);
    await connectionForm(app.page).getByRole('button', { name: 'Connect', exact: true }).click();
    await app.page.getByText('Give the access key.').waitFor();
    expect(await picture(app, 'connect-invalid')).toEqual(FITS);
    await fillConnection(app.page, { ...endpoint, secretAccessKey: 'not this one' }, 'Archive');
    await connectionForm(app.page).getByRole('button', { name: 'Test connection' }).click();
    await app.page.getByRole('alert').first().waitFor();
    expect(await picture(app, 'connect-refused')).toEqual(FITS);
  });

  it('the buckets, one that is empty, and one whose list is refused', async () => {
    await connectTo(app.page, endpoint, 'Archive');
    expect(await picture(app, 'buckets')).toEqual(FITS);
    await bucketTable(app.page).getByRole('button', { name: empty, exact: true }).click();
    await app.page
      .getByText(/is empty/i)
      .first()
      .waitFor();
    expect(await picture(app, 'empty-bucket')).toEqual(FITS);
    plan = ({ method, key }) =>
      method === 'GET' && key === '' ? { error: { status: 403, code: 'AccessDenied' } } : undefined;
    await app.page.getByRole('toolbar').getByRole('button', { name: 'Refresh' }).click();
    await app.page
      .getByRole('button', { name: /^(Retry|Try again)$/ })
      .first()
      .waitFor();
    expect(await picture(app, 'list-refused')).toEqual(FITS);
    plan = () => undefined;
    await app.page
      .getByRole('button', { name: /^(Retry|Try again)$/ })
      .first()
      .click();
    await app.page
      .getByText(/is empty/i)
      .first()
      .waitFor();
  });

  it('objects with long and odd names, a selection, a filter, and the details of one', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Archive', exact: true }).first().click();
    await openBucket(page, bucket);
    const grid = objectGrid(page);
    await grid.getByRole('row').filter({ hasText: 'report.pdf' }).click();
    await page.getByRole('complementary', { name: 'Details' }).getByText('ETag').first().waitFor();
    expect(await picture(app, 'objects')).toEqual(FITS);
    await page.getByRole('searchbox', { name: 'Filter by name' }).fill('no such name');
    await page
      .getByText(/no such name/)
      .first()
      .waitFor();
    expect(await picture(app, 'filter-nothing')).toEqual(FITS);
    await page.getByRole('searchbox', { name: 'Filter by name' }).fill('');
    await grid.getByRole('row').nth(1).click();
    await grid
      .getByRole('row')
      .nth(4)
      .click({ modifiers: ['Shift'] });
    expect(await picture(app, 'selection')).toEqual(FITS);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    expect(await picture(app, 'palette')).toEqual(FITS);
    await page.keyboard.press('Escape');
    await grid.getByRole('row').nth(1).click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    expect(await picture(app, 'context-menu')).toEqual(FITS);
    await page.keyboard.press('Escape');
  });

  it('jobs: a count with its result, a ZIP at work, and one with failures', async () => {
    const { page } = app;
    await openFolder(page, 'scans/');
    expect((await ended(await startCount(page))).mood).toBe('done');
    expect(await picture(app, 'count')).toEqual(FITS);
    plan = ({ method, key }) => {
      if (method !== 'GET' || key === '') return undefined;
      return key.endsWith('7.tif') ? { error: { status: 403, code: 'AccessDenied' } } : { delayMs: 1500 };
    };
    const zip = await startZip(app, join(app.userData, 'scans.zip'));
    await zip.getByRole('progressbar').waitFor();
    expect(await picture(app, 'zip-at-work')).toEqual(FITS);
    plan = ({ method, key }) =>
      method === 'GET' && key.endsWith('7.tif')
        ? { error: { status: 403, code: 'AccessDenied' } }
        : undefined;
    expect((await ended(zip)).mood).toBe('warn');
    expect(await picture(app, 'zip-with-failures')).toEqual(FITS);
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
