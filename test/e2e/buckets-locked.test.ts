import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, seedBucket, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import { startForwarder, type Forwarder } from '#test/support/forwarder.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectTo } from '#test/support/window.ts';

const LOCKS =
  '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';
const UNTIL = '2099-12-31T00:00:00Z';
/** What keeps an object, by the headers of its HEAD. */
const KEPT: Record<string, Record<string, string>> = {
  'deeds/1951.pdf': { 'x-amz-object-lock-legal-hold': 'ON' },
  'deeds/1952.pdf': { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': UNTIL },
};

/** The sandbox has no object lock: what a server that has it answers is said in its place. */
describe('a bucket with objects that a lock keeps', () => {
  let endpoint: Endpoint;
  let forwarder: Forwarder;
  let storage: Storage;
  let bucket: string;
  let app: RunningApp;
  let page: Page;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint();
    storage = storageOn(endpoint);
    bucket = await seedBucket(storage, [...Object.keys(KEPT), 'notes.txt']);
    forwarder = await startForwarder(endpoint.settings.endpoint, {
      answer: ({ method, url }) => {
        const { pathname, searchParams } = new URL(url, 'http://localhost');
        if (method === 'GET' && searchParams.has('object-lock')) return { status: 200, body: LOCKS };
        const headers = KEPT[pathname.slice(`/${bucket}/`.length)];
        if (method !== 'HEAD' || headers === undefined) return undefined;
        const modified = { etag: '"e"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
        return { status: 200, body: '', headers: { ...modified, ...headers } };
      },
    });
    app = await launchApp();
    ({ page } = app);
    page.setDefaultTimeout(15_000);
    const settings = { ...endpoint.settings, endpoint: forwarder.endpoint };
    await connectTo(page, { ...endpoint, settings }, 'Archive');
  });
  afterAll(async () => {
    storage.close();
    await app.close();
    await forwarder.close();
    await endpoint.stop();
  });

  it('names what stays, and why, before anything is deleted by force', async () => {
    await bucketTable(page).getByRole('button', { name: bucket, exact: true }).focus();
    await page.keyboard.press('Delete');
    const question = page.getByRole('dialog', { name: `Delete ${bucket} with everything in it?` });
    await question.getByText('2 objects cannot be deleted now').waitFor();
    const reasons = await question.locator('.survey-locked').innerText();
    expect(reasons).toContain('deeds/1951.pdf: A legal hold keeps it.');
    expect(reasons).toContain('deeds/1952.pdf: It is retained until 2099-12-31T00:00:00.000Z.');
    expect(await picture(app, 'bucket-locked')).toEqual(FITS);
    const deed = question.getByRole('button', { name: /^Delete 3 .* and the bucket$/ });
    expect(await deed.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    const { objects } = await storage.listPage({ bucket, prefix: '' });
    expect(objects).toHaveLength(3);
    const deleting = ({ method, body }: { method: string; body: string }) =>
      method === 'DELETE' || body.includes('<Key>');
    expect(forwarder.requests.filter(deleting)).toEqual([]);
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
