import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { cephEndpoint, freshBucketName, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectTo, ended, jobRows } from '#test/support/window.ts';

describe('buckets on a real Ceph, in the window', () => {
  let app: RunningApp;
  let page: Page;
  let storage: Storage;
  let bucket: string;

  beforeAll(async () => {
    const endpoint = cephEndpoint();
    storage = storageOn(endpoint);
    bucket = await seedBucket(storage, ['a', 'b/c']);
    app = await launchApp();
    ({ page } = app);
    page.setDefaultTimeout(15_000);
    await connectTo(page, endpoint, 'Ceph');
  });
  afterAll(async () => {
    storage.close();
    await app.close();
  });

  const row = (name: string) => bucketTable(page).getByRole('row', { name, exact: true });
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const button = (name: string, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: true });
  const palette = async (about: string, command: string) => {
    await button(about, row(about)).focus();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(command);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
  };
  const settings = () => dialog(`Settings of ${bucket}`);

  it.each([
    ['Lifecycle', 'lifecycle', 'AbortIncompleteMultipartUpload'],
    ['Policy', 'policy', 's3:GetObject'],
  ] as const)('writes the %s as JSON, and removes it', async (label, name, part) => {
    await palette(bucket, `Bucket settings: ${label}`);
    await button('Begin with an example', settings()).click();
    const json = settings().getByRole('textbox', { name: `${label} as JSON` });
    expect(await json.inputValue()).toContain(part);
    expect(await picture(app, `ceph-${name}`)).toEqual(FITS);
    await button(`Save ${name}`, settings()).click();
    await settings().getByText('Saved.').waitFor();
    const saved = await storage.readSetting(bucket, name);
    expect(JSON.stringify(saved.state === 'set' && saved.value)).toContain(part);
    await json.fill('{');
    await settings().getByText('A name in double quotes is expected. The text ends here.').waitFor();
    expect(await button(`Save ${name}`, settings()).isDisabled()).toBe(true);
    await button('Revert', settings()).click();
    await button('Remove…', settings()).click();
    await button(`Remove ${label}`, dialog(`Remove ${label} from ${bucket}?`)).click();
    await settings().getByText('Removed.').waitFor();
    expect(await storage.readSetting(bucket, name)).toEqual({ state: 'unset' });
    await page.keyboard.press('Escape');
    await settings().waitFor({ state: 'detached' });
  });

  it('makes a bucket with object lock, and shows it', async () => {
    const locked = freshBucketName();
    await page.keyboard.press('Control+Shift+B');
    const form = page.getByRole('form', { name: 'New bucket' });
    await form.getByLabel('Name').fill(locked);
    await form.getByRole('checkbox', { name: 'Object lock' }).check();
    await page.keyboard.press('Enter');
    await row(locked).waitFor();
    expect(await storage.readSetting(locked, 'objectLock')).toMatchObject({ state: 'set' });
    await palette(locked, 'Bucket settings: Object lock');
    await dialog(`Settings of ${locked}`).getByText('ObjectLockEnabled').waitFor();
    await page.keyboard.press('Escape');
    await palette(locked, 'Delete bucket');
    await button('Delete bucket', dialog(`Delete ${locked}?`)).click();
    await row(locked).waitFor({ state: 'detached' });
  });

  it('deletes a bucket by force', async () => {
    await palette(bucket, 'Delete bucket');
    const question = dialog(`Delete ${bucket} with everything in it?`);
    await question.getByLabel(`Type ${bucket} to confirm`).fill(bucket);
    await button('Delete 2 objects and the bucket', question).click();
    expect(await ended(jobRows(page, new RegExp(`^Delete bucket ${bucket}`)).first())).toMatchObject({
      mood: 'done',
    });
    await row(bucket).waitFor({ state: 'detached' });
    expect(await storage.bucketExists(bucket)).toBe(false);
    expect(app.pageErrors).toEqual([]);
  });
});
