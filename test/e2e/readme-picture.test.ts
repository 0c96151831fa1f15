import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { startFakeHcp, type FakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import {
  bucketTable,
  connectionForm,
  ended,
  objectGrid,
  openBucket,
  openFolder,
  startCount,
  startZip,
  trySandbox,
} from '#test/support/window.ts';

/** What the README shows: docs/window.png is the light one of 1280 pixels. */
describe('the picture of the README', () => {
  let app: RunningApp;
  let page: Page;
  let hcp: FakeHcp;

  beforeAll(async () => {
    hcp = await startFakeHcp({ domain: 'hcp.example' });
    for (const name of ['invoices-2024', 'ledgers-1951', 'scans'])
      await hcp.addNamespace('finance', name, { owner: 'lgreen' });
    app = await launchApp({ size: { width: 1280, height: 800 } });
    ({ page } = app);
    page.setDefaultTimeout(20_000);
    await trySandbox(page);
  });
  afterAll(async () => {
    await app.close();
    await hcp.stop();
  });

  it('shows two connections, a folder, the details of an object, and jobs that ended', async () => {
    await page.keyboard.press('Control+n');
    const form = connectionForm(page);
    await form.getByRole('radio', { name: 'HCP' }).click();
    await form.locator('summary', { hasText: /^Address/ }).click();
    for (const [label, value] of Object.entries({
      Domain: hcp.domain,
      Tenant: 'finance',
      'User name': 'lgreen',
      Password: 'p4ssw0rd',
      Name: 'Finance (HCP)',
      Address: '127.0.0.1',
      'S3 port': String(hcp.s3Port),
      'Management API port': String(hcp.managementPort),
      'CA certificate': hcp.caFile,
    }))
      await form.getByLabel(label, { exact: true }).fill(value);
    await form.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('button', { name: 'Keep for this session' }).click();
    await bucketTable(page).getByRole('row', { name: 'ledgers-1951' }).waitFor();

    await page.getByRole('button', { name: 'Sandbox', exact: true }).first().click();
    await openBucket(page, 'photographs');
    await openFolder(page, 'processions/');
    const zip = await startZip(app, join(app.userData, 'photographs.zip'));
    expect((await ended(zip)).mood).toBe('done');
    expect((await ended(await startCount(page))).mood).toBe('done');
    await openFolder(page, '1920s/');
    await page.getByRole('button', { name: 'Buckets of Finance (HCP)' }).click();
    await page.getByRole('button', { name: 'scans', exact: true }).waitFor();
    await objectGrid(page).getByRole('row').nth(4).click();
    await page.getByRole('complementary', { name: 'Details' }).getByText('ETag').first().waitFor();
    expect(await picture(app, 'readme')).toEqual(FITS);
    expect(app.pageErrors).toEqual([]);
  });
});
