import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hcpSecret } from '#storage/hcp/credentials.ts';
import { openStorage } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { OTHER, OWNER } from '#test/fake-hcp/support.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { startFakeHcp, type FakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectionForm, ended, jobRows } from '#test/support/window.ts';

const TENANT = 'finance';
const KEPT = { enabled: true, prune: true, pruneDays: 30, keepDeletionRecords: true, useDeleteMarkers: true };
const OLD = 'ledgers-1951';
const STUCK = 'ledgers-1952';
const KEEP = 'ledgers-1953';

describe('buckets on HCP, in the window', () => {
  let hcp: FakeHcp;
  let storage: Storage;
  let app: RunningApp;
  let page: Page;

  beforeAll(async () => {
    hcp = await startFakeHcp();
    storage = openStorage({
      hcp: hcp.settings(TENANT, OWNER.username),
      secret: hcpSecret('local', OWNER.password),
    });
    for (const name of [OLD, STUCK, KEEP]) {
      await hcp.addNamespace(TENANT, name, { versioning: KEPT, searchEnabled: true, owner: OWNER.username });
      for (let n = 0; n < 12; n += 1)
        await storage.write({ bucket: name, key: `page ${n}.tif`, body: Buffer.from(name) });
      await storage.delete({ bucket: name, key: 'page 0.tif' });
    }
    await hcp.addNamespace(TENANT, 'of-somebody-else', { owner: OTHER.username });
    app = await launchApp();
    await signIn();
  });
  afterAll(async () => {
    storage.close();
    await app.close();
    await hcp.stop();
  });

  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: typeof name === 'string' });
  const row = (bucket: string) => bucketTable(page).getByRole('row', { name: bucket, exact: true });
  const palette = async (command: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(command);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
  };
  const deletions = (bucket: string) => jobRows(page, new RegExp(`^Delete bucket ${bucket}`));
  /** The newest is the first. */
  const deletion = (bucket: string) => deletions(bucket).first();
  /** Types the name and presses the deed. */
  const forceDelete = async (bucket: string) => {
    await button(bucket, row(bucket)).focus();
    await palette('Delete bucket');
    const question = dialog(`Delete ${bucket} with everything in it?`);
    await question.getByLabel(`Type ${bucket} to confirm`).fill(bucket);
    await button('Delete 12 versions and the bucket', question)
      .or(button('Delete 12 objects and the bucket', question))
      .click();
    await ended(deletion(bucket));
  };
  const agree = async (bucket: string) => {
    await button('What next…', deletion(bucket)).click();
    await button(
      'Change the settings and delete the bucket',
      dialog(`Change settings of ${bucket} to delete it?`),
    ).click();
    // the job before is there too: the newest is the first
    await jobRows(page, new RegExp(`^Delete bucket ${bucket}`))
      .nth(1)
      .waitFor();
    await ended(deletion(bucket));
  };
  const changes = (label: string) =>
    page
      .getByRole('table', { name: label })
      .getByRole('row')
      .evaluateAll((rows) =>
        rows.slice(1).map((each) => [...each.children].map((cell) => cell.textContent).join(' | ')),
      );
  const waiting = (bucket: string) =>
    page.getByRole('list', { name: 'Deletions that wait' }).getByRole('listitem').filter({ hasText: bucket });

  async function signIn(): Promise<void> {
    ({ page } = app);
    page.setDefaultTimeout(15_000);
    const form = connectionForm(page);
    await form.getByRole('radio', { name: 'HCP' }).click();
    await form.locator('summary', { hasText: /^Address/ }).click();
    for (const [label, value] of Object.entries({
      Domain: hcp.domain,
      'User name': `${TENANT}/${OWNER.username}`,
      Password: OWNER.password,
      Name: 'Archive',
      Address: '127.0.0.1',
      'S3 port': String(hcp.s3Port),
      'Management API port': String(hcp.managementPort),
    }))
      await form.getByLabel(label, { exact: true }).fill(value);
    await button('Test connection', form).click();
    await button('Trust this certificate only', dialog('Is this the right server?')).click();
    await form.getByText(/^It works/).waitFor();
    await button('Connect', form).click();
    await button('Keep for this session', dialog('Where should the password be kept?')).click();
    await row(OLD).waitFor();
  }

  it('shows how much is in each bucket, and those of others', async () => {
    expect(await row(OLD).innerText()).toMatch(/lgreen/);
    await bucketTable(page).getByRole('columnheader', { name: 'Objects' }).waitFor();
    expect(await row('of-somebody-else').innerText()).toContain('of others');
    await bucketTable(page).getByRole('columnheader', { name: 'Objects' }).getByRole('button').click();
    expect(await bucketTable(page).getByRole('row').nth(1).getAttribute('aria-label')).toBe(
      'of-somebody-else',
    );
    expect(await picture(app, 'hcp-buckets')).toEqual(FITS);
    await bucketTable(page).getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  });

  it('makes a bucket with the settings of its namespace', async () => {
    await button('New bucket…').click();
    const form = page.getByRole('form', { name: 'New bucket' });
    await form.getByLabel('Name').fill('dots.are.not');
    await form.getByText('On HCP a bucket’s name has no dots.').waitFor();
    await form.getByLabel('Name').fill('LEDGERS-1951');
    await form.getByText(`There is a bucket “${OLD}” already`).waitFor();
    await form.getByLabel('Name').fill('ledgers-1960');
    await form.getByLabel('Hard quota').fill('50GB');
    await form.getByLabel('Soft quota').fill('99');
    await form.getByLabel('Hash scheme').selectOption('SHA-512');
    await form.getByRole('checkbox', { name: 'Keep old versions' }).check();
    await form.getByRole('checkbox', { name: 'Prune old versions' }).check();
    await form.getByLabel('Prune after days').fill('30');
    await form.getByRole('checkbox', { name: 'Use delete markers' }).check();
    await form.getByText('Delete markers cannot be switched off again').waitFor();
    await button('Make bucket', form).click();
    await form.getByText('A quota is a number').waitFor();
    await form.getByText('From 10 to 95 per cent.').waitFor();
    expect(await picture(app, 'hcp-bucket-new')).toEqual(FITS);
    await form.getByLabel('Hard quota').fill('50 GB');
    await form.getByLabel('Soft quota').fill('85');
    await button('Make bucket', form).click();
    await row('ledgers-1960').waitFor();
    const made = await storage.namespaces?.get('ledgers-1960');
    expect(made).toMatchObject({
      hardQuota: '50 GB',
      softQuota: 85,
      versioning: {
        enabled: true,
        prune: true,
        pruneDays: 30,
        keepDeletionRecords: true,
        useDeleteMarkers: true,
      },
    });
  });

  it('shows what the Management API tells of a bucket, and what HCP does not have', async () => {
    await button(OLD, row(OLD)).focus();
    await palette('Bucket settings…');
    const settings = dialog(`Settings of ${OLD}`);
    await settings.getByRole('tab', { name: 'Namespace' }).click();
    await settings.getByText('Keep deletion records').waitFor();
    expect(await picture(app, 'hcp-namespace')).toEqual(FITS);
    await settings.getByRole('tab', { name: 'Lifecycle' }).click();
    await settings.getByText('Lifecycle is not available here').waitFor();
    expect(await picture(app, 'hcp-not-offered')).toEqual(FITS);
    await page.keyboard.press('Escape');
  });

  it('says what would be changed before it changes a namespace, and deletes the bucket once that is agreed to', async () => {
    await forceDelete(OLD);
    await button('What next…', deletion(OLD)).click();
    const question = dialog(`Change settings of ${OLD} to delete it?`);
    await question.waitFor();
    expect(await changes('Settings that would be changed')).toEqual([
      'Keep deletion records | on | off',
      'Prune after | 30 days | at once (0 days)',
      'Search | on | off',
    ]);
    await question.getByText('What cannot be undone').waitFor();
    expect(await picture(app, 'hcp-reconfigure')).toEqual(FITS);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(hcp.namespace(TENANT, OLD)?.versioning).toMatchObject(KEPT);
    await agree(OLD);
    await row(OLD).waitFor({ state: 'detached' });
    expect(hcp.namespace(TENANT, OLD)).toBeUndefined();
  });

  it('says that HCP still cleans up, and puts the old settings back', async () => {
    hcp.setQuirks({ prune: 'never' });
    await forceDelete(KEEP);
    await agree(KEEP);
    await button('What next…', deletion(KEEP)).click();
    const question = dialog(`HCP is still cleaning up ${KEEP}`);
    await question.waitFor();
    expect(await changes('Settings that were changed')).toEqual([
      'Keep deletion records | on | off',
      'Prune after | 30 days | at once (0 days)',
      'Search | on | off',
    ]);
    expect(await picture(app, 'hcp-cleaning-up')).toEqual(FITS);
    expect(hcp.namespace(TENANT, KEEP)?.versioning.keepDeletionRecords).toBe(false);
    await button('Put the old settings back', question).click();
    const back = dialog(`The old settings of ${KEEP} are back`);
    await back.waitFor();
    const lost = await back.getByRole('list', { name: 'What is lost' }).getByRole('listitem').allInnerTexts();
    expect(lost).toEqual([
      'Old versions and deletion records that were pruned meanwhile do not come back.',
      'The search index was wiped: HCP builds it anew from what is in the bucket.',
    ]);
    expect(await picture(app, 'hcp-put-back')).toEqual(FITS);
    await page.keyboard.press('Enter');
    await back.waitFor({ state: 'detached' });
    expect(hcp.namespace(TENANT, KEEP)?.versioning).toMatchObject(KEPT);
    await waiting(KEEP).waitFor({ state: 'detached' });
  });

  it('goes on with the deletion after a restart, once HCP has cleaned up', async () => {
    hcp.setQuirks({ prune: 'never' });
    await forceDelete(STUCK);
    await agree(STUCK);
    await waiting(STUCK).waitFor();
    await button(`What next about ${STUCK}`).click();
    await button('Try again', dialog(`HCP is still cleaning up ${STUCK}`)).click();
    await deletions(STUCK).nth(2).waitFor();
    await ended(deletion(STUCK));
    expect(await picture(app, 'hcp-waits')).toEqual(FITS);
    const { userData } = app;
    expect(app.pageErrors).toEqual([]);
    await app.electron.close();
    app = { ...app, ...(await launchApp({ userData })) };
    ({ page } = app);
    page.setDefaultTimeout(15_000);
    await waiting(STUCK).waitFor();
    await button('Enter password').first().click();
    await dialog('Password of Archive').getByLabel('Password').fill(OWNER.password);
    await page.keyboard.press('Enter');
    await row(STUCK).waitFor();
    hcp.setQuirks({ prune: 'explicit' });
    await hcp.prune(STUCK);
    await button(`Try again to delete ${STUCK}`).focus();
    await page.keyboard.press('Enter');
    expect(await ended(deletion(STUCK))).toMatchObject({ mood: 'done' });
    await row(STUCK).waitFor({ state: 'detached' });
    await waiting(STUCK).waitFor({ state: 'detached' });
    expect(hcp.namespace(TENANT, STUCK)).toBeUndefined();
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
