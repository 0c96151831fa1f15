import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#sandbox/faults.ts';
import type { Storage } from '#storage/storage.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import { dragFiles, objectsBelow, writeFiles } from '#test/support/transfers-window.ts';
import { connectTo, ended, jobRows, objectGrid, openBucket } from '#test/support/window.ts';

describe('files dragged from the desktop', () => {
  let app: RunningApp;
  let endpoint: Endpoint;
  let storage: Storage;
  let folder: string;
  let plan: FaultPlan = () => undefined;
  const bucket = `transfers-${Date.now()}`;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint({ faults: (request) => plan(request) });
    storage = storageOn(endpoint);
    await storage.createBucket(bucket);
    await storage.write({ bucket, key: 'scans/old.txt', body: Buffer.from('old') });
    await storage.write({ bucket, key: 'start.txt', body: Buffer.from('start') });
    folder = await mkdtemp(join(tmpdir(), 'cooper-transfers-'));
    await writeFiles(folder, { 'box/a.txt': 'a', 'box/inner/b.txt': 'bb', 'box/c.txt': 'ccc' });
    app = await launchApp({ size: { width: 1280, height: 800 } });
    await connectTo(app.page, endpoint, 'Archive');
    await openBucket(app.page, bucket);
  });
  afterAll(async () => {
    storage.close();
    await app.close();
    await endpoint.stop();
    await rm(folder, { recursive: true });
  });

  it('a folder dropped on the rows lands in the folder that is looked at', async () => {
    const { page } = app;
    const drag = await dragFiles(app, [join(folder, 'box')], page.locator('.table-frame'));
    await page.getByText(`Upload to ${bucket}`).waitFor();
    await drag.drop();
    const dialog = page.getByRole('dialog', { name: `Upload box to ${bucket}` });
    await dialog.getByRole('button', { name: 'Upload 3 files, 6 bytes' }).click();
    const row = jobRows(page, /^Upload box/).first();
    expect((await ended(row)).mood).toBe('done');
    expect([...(await objectsBelow(storage, bucket, 'box/')).keys()]).toEqual([
      'a.txt',
      'c.txt',
      'inner/b.txt',
    ]);
    await objectGrid(page).getByRole('row', { name: 'box/', exact: true }).waitFor();
  });
});
