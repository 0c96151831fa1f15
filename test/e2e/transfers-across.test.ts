import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { launchApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { ObjectsWindow } from '#test/support/objects-window.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import {
  copyOnDesktop,
  dragFiles,
  objectsBelow,
  transferEnded,
  writeFiles,
} from '#test/support/transfers-window.ts';
import { connectTo, objectGrid, openBucket } from '#test/support/window.ts';

describe('from one connection to another, and from the clipboard of the desktop', () => {
  let window: ObjectsWindow;
  let storage: Storage;
  let folder: string;
  let stop: () => Promise<void>;
  const bucket = `across-${Date.now()}`;
  const goal = `${bucket}-goal`;
  const keys = async (prefix: string) => [...(await objectsBelow(storage, goal, prefix)).keys()];
  const sidebar = () => window.page.getByRole('navigation', { name: 'Connections' });
  const copy = () => sidebar().getByRole('group', { name: 'Connection Archive (copy)', exact: true });
  const openGoal = async () => {
    await copy().getByRole('button', { name: 'Archive (copy)', exact: true }).click();
    await window.page
      .getByRole('region', { name: 'Buckets' })
      .getByRole('button', { name: goal, exact: true })
      .click();
    await window.page.getByRole('grid', { name: `Objects in ${goal}/`, exact: true }).waitFor();
    await objectGrid(window.page).focus();
  };

  beforeAll(async () => {
    const endpoint = await sandboxEndpoint();
    storage = storageOn(endpoint);
    for (const name of [bucket, goal]) await storage.createBucket(name);
    for (const key of ['scans/1.txt', 'scans/2.txt'])
      await storage.write({ bucket, key, body: Buffer.from(key) });
    await storage.write({ bucket: goal, key: 'start.txt', body: Buffer.from('start') });
    folder = await mkdtemp(join(tmpdir(), 'cooper-across-'));
    await writeFiles(folder, { 'a page.txt': 'a page' });
    const app = await launchApp({ size: { width: 1280, height: 800 } });
    window = new ObjectsWindow(app, storage, bucket, folder);
    await connectTo(app.page, endpoint, 'Archive');
    await window.palette('Duplicate connection');
    await copy().waitFor();
    await openBucket(app.page, bucket);
    stop = async () => {
      storage.close();
      await app.close();
      await endpoint.stop();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => stop());

  it('“Copy to…” offers the other connections, and moves nothing away', async () => {
    const dialog = window.dialog();
    await window.menu('scans/', 'Move to…');
    await dialog.getByLabel('Connection').selectOption('Archive (copy)');
    await dialog.getByText('To another connection it is copied').waitFor();
    await dialog.getByLabel('Bucket').selectOption(goal);
    await dialog.getByLabel('Folder').fill('moved');
    expect(await picture(window.app, 'transfers-copy-to')).toEqual(FITS);
    const row = await window.job(/^Transfer scans/, () =>
      dialog.getByRole('button', { name: 'Copy', exact: true }).click(),
    );
    expect((await transferEnded(row)).mood).toBe('done');
    expect(await keys('moved/scans/')).toEqual(['1.txt', '2.txt']);
    expect((await objectsBelow(storage, bucket, 'scans/')).size).toBe(2);
  });

  it('what was copied is pasted on another connection after a question', async () => {
    await window.row('scans/').click();
    await window.press('Control+c');
    await openGoal();
    await window.press('Control+v');
    const dialog = window.page.getByRole('dialog', { name: `Copy scans/ to ${goal}` });
    await dialog.getByText(`Archive (copy), ${goal}`).waitFor();
    await dialog.getByLabel('Folder').fill('pasted/');
    const row = await window.job(/^Transfer scans/, () =>
      dialog.getByRole('button', { name: 'Copy 2 objects' }).click(),
    );
    expect((await transferEnded(row)).mood).toBe('done');
    expect(await keys('pasted/scans/')).toEqual(['1.txt', '2.txt']);
  });

  it('files that were copied on the desktop are pasted into the folder, though keys were copied before', async () => {
    const { app, page } = window;
    await copyOnDesktop(app, join(folder, 'a page.txt'));
    await objectGrid(page).focus();
    await window.press('Control+v');
    const dialog = page.getByRole('dialog', { name: `Upload a page.txt to ${goal}` });
    const row = await window.job(/^Upload a page/, () =>
      dialog.getByRole('button', { name: 'Upload 1 file, 6 bytes' }).click(),
    );
    expect((await transferEnded(row)).mood).toBe('done');
    expect((await objectsBelow(storage, goal, 'a page.txt')).size).toBe(1);
  });

  it('a connection that is read-only says why nothing can be put there, and can still be downloaded from', async () => {
    const { app, page } = window;
    await window.palette('Make read-only');
    await page.locator('.title-bar').getByText('Read-only').waitFor();
    const upload = page
      .getByRole('toolbar', { name: 'Objects' })
      .getByRole('button', { name: 'Upload files…' });
    expect(await upload.getAttribute('aria-disabled')).toBe('true');
    const drag = await dragFiles(app, [join(folder, 'a page.txt')], page.locator('.table-frame'));
    await page.getByText('This connection is read-only.', { exact: false }).first().waitFor();
    const resting = setInterval(() => void drag.rest(), 200);
    expect(await picture(app, 'transfers-drag-refused')).toEqual(FITS);
    clearInterval(resting);
    await drag.drop();
    await page.locator('[data-drop]').waitFor({ state: 'detached' });
    expect(await window.dialog().count()).toBe(0);
    const download = page
      .getByRole('toolbar', { name: 'Objects' })
      .getByRole('button', { name: 'Download to folder…' });
    expect(await download.isEnabled()).toBe(true);
    await window.menu('pasted/', 'Copy to…');
    const connection = window.dialog().getByLabel('Connection');
    expect(await connection.locator('option:checked').innerText()).toBe('Archive');
    await window.press('Escape');
    await window.dialog().waitFor({ state: 'detached' });
    expect(app.pageErrors).toEqual([]);
  });
});
