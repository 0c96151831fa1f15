import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { launchApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { ObjectsWindow } from '#test/support/objects-window.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import {
  answerPaths,
  dragFiles,
  objectsBelow,
  textOf,
  transferEnded,
  writeFiles,
} from '#test/support/transfers-window.ts';
import { connectTo, jobRows, objectGrid, openBucket } from '#test/support/window.ts';

describe('files and folders in, and out again', () => {
  let window: ObjectsWindow;
  let storage: Storage;
  let folder: string;
  let stop: () => Promise<void>;
  const bucket = `transfers-${Date.now()}`;
  const other = `${bucket}-other`;
  const path = (name: string) => join(folder, name);
  const keys = async (prefix: string, of = bucket) => [...(await objectsBelow(storage, of, prefix)).keys()];
  const well = async (row: Parameters<typeof transferEnded>[0]) => {
    const { mood, text } = await transferEnded(row);
    expect({ mood, text }).toMatchObject({ mood: 'done' });
    return text;
  };
  const sidebar = () => window.page.getByRole('navigation', { name: 'Connections' });

  beforeAll(async () => {
    const endpoint = await sandboxEndpoint();
    storage = storageOn(endpoint);
    for (const name of [bucket, other]) await storage.createBucket(name);
    for (const key of ['scans/old.txt', 'scans/2026/one.txt', 'start.txt'])
      await storage.write({ bucket, key, body: Buffer.from(key) });
    folder = await mkdtemp(join(tmpdir(), 'cooper-transfers-'));
    await writeFiles(folder, {
      'box/a.txt': 'a',
      'box/inner/b.txt': 'bb',
      'box/c.txt': 'ccc',
      'old.txt': 'new',
    });
    await symlink(path('old.txt'), path('box/link.txt'));
    const app = await launchApp({ size: { width: 1280, height: 800 } });
    window = new ObjectsWindow(app, storage, bucket, folder);
    await connectTo(app.page, endpoint, 'Archive');
    await openBucket(app.page, bucket);
    stop = async () => {
      storage.close();
      await app.close();
      await endpoint.stop();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => stop());

  it('a folder dropped on the rows lands in the folder that is looked at', async () => {
    const { app, page } = window;
    const drag = await dragFiles(app, [path('box')], page.locator('.table-frame'));
    await page.getByText(`Upload to ${bucket}`, { exact: true }).waitFor();
    const resting = setInterval(() => void drag.rest(), 200);
    expect(await picture(app, 'transfers-drag')).toEqual(FITS);
    clearInterval(resting);

    await drag.drop();
    const dialog = page.getByRole('dialog', { name: `Upload box to ${bucket}`, exact: true });
    await dialog.getByRole('button', { name: 'Upload 3 files, 6 bytes' }).waitFor();
    await dialog.getByText('1 is left out').waitFor();
    expect(await picture(app, 'transfers-upload')).toEqual(FITS);
    await dialog.getByText('Storage class and headers').click();
    await dialog.getByRole('button', { name: 'Add rule' }).click();
    await dialog.getByRole('textbox', { name: 'Names of rule 1' }).fill('*.txt');
    expect(await dialog.getByRole('button', { name: /^Upload 3/ }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Value of rule 1' }).fill('text/x-old');
    expect(await picture(app, 'transfers-upload-rules')).toEqual(FITS);
    await dialog.getByRole('radio', { name: 'Follow' }).check({ force: true });
    await dialog.getByRole('button', { name: 'Upload 4 files, 9 bytes' }).click();
    await well(jobRows(page, /^Upload box/).first());
    expect(await keys('box/')).toEqual(['a.txt', 'c.txt', 'inner/b.txt', 'link.txt']);
    expect((await storage.stat({ bucket, key: 'box/a.txt' })).contentType).toBe('text/x-old');
    await objectGrid(page).getByRole('row', { name: 'box/', exact: true }).waitFor();
  });

  it('files dropped on a folder’s row land in it, and what is there already is asked about', async () => {
    const { app, page } = window;
    const drag = await dragFiles(app, [path('old.txt')], window.row('scans/'));
    await page.getByText(`Upload to ${bucket}/scans/`, { exact: true }).waitFor();
    await drag.drop();
    const dialog = window.dialog();
    await dialog.getByRole('button', { name: 'Nothing to upload' }).waitFor();
    await dialog.getByText('1 of them exists there already').waitFor();
    await dialog.getByLabel('When something has that key already').selectOption('Replace it');
    const row = await window.job(/^Upload old.txt/, () =>
      dialog.getByRole('button', { name: 'Upload 1 file, 3 bytes' }).click(),
    );
    await well(row);
    expect((await objectsBelow(storage, bucket, 'scans/')).get('old.txt')?.toString()).toBe('new');
  });

  it('files dropped on a bucket of the sidebar land in it, and a connection asks for a bucket', async () => {
    const { app, page } = window;
    const drag = await dragFiles(app, [path('old.txt')], sidebar().getByRole('button', { name: other }));
    await page.getByText(`Upload to ${other}`, { exact: true }).waitFor();
    await drag.drop();
    await well(
      await window.job(/^Upload old.txt/, () =>
        window
          .dialog()
          .getByRole('button', { name: /^Upload 1/ })
          .click(),
      ),
    );
    expect(await keys('', other)).toEqual(['old.txt']);
    const refused = await dragFiles(
      app,
      [path('old.txt')],
      sidebar().getByRole('group', { name: 'Connection Archive' }),
    );
    await page.getByText('Choose a bucket of Archive: drop the files on one of them.').first().waitFor();
    await refused.drop();
    expect(await window.dialog().count()).toBe(0);
  });

  it('a drag that is given up takes its light along, and no drop opens a file in the window', async () => {
    const { app, page } = window;
    const drag = await dragFiles(app, [path('old.txt')], page.locator('.table-frame'));
    expect(await page.locator('[data-drop]').count()).toBe(1);
    await drag.cancel();
    await page.locator('[data-drop]').waitFor({ state: 'detached' });
    const url = page.url();
    await (await dragFiles(app, [path('old.txt')], page.locator('.title-bar'))).drop();
    expect(page.url()).toBe(url);
  });

  it('files and folders are chosen by key, by toolbar and by menu, and Escape leaves', async () => {
    const { app, page } = window;
    await objectGrid(page).focus();
    for (const [paths, start] of [
      [[path('old.txt')], () => window.press('Control+u')],
      [[path('old.txt')], () => window.toolbar('Upload files…')],
      [[path('box')], () => window.more('Upload folder…')],
      [[path('box')], () => window.menu('start.txt', 'Upload folder…')],
      [[path('box')], () => window.palette('Upload folder')],
    ] as const) {
      await answerPaths(app, [...paths]);
      await start();
      await window
        .dialog()
        .getByRole('button', { name: /^Upload|^Nothing/ })
        .waitFor();
      await window.press('Escape');
      await window.dialog().waitFor({ state: 'detached' });
      expect(await window.focus()).not.toMatch(/^body/);
    }
  });

  it('downloads a selection to a folder, and shows names that have to change before', async () => {
    const { app, page } = window;
    for (const key of ['out/con.txt', 'out/a:b.txt', 'out/in/d.txt', 'out/same.txt'])
      await storage.write({ bucket, key, body: Buffer.from(key) });
    await mkdir(path('saved'));
    await window.goTo('out/');
    await answerPaths(app, [path('saved')]);
    await window.toolbar('Download to folder…');
    const dialog = page.getByRole('dialog', { name: 'Download everything in out/ to saved' });
    await dialog.getByRole('button', { name: /^Download 4 objects/ }).waitFor();
    await dialog.getByText(/^2 objects get another name/).waitFor();
    expect(await picture(app, 'transfers-download')).toEqual(FITS);
    const row = await window.job(/^Download out\/ → saved/, () =>
      dialog.getByRole('button', { name: /^Download 4 objects/ }).click(),
    );
    expect(await well(row)).toMatch(/2 names changed/);
    const files = await readdir(path('saved'), { recursive: true });
    expect(files).toHaveLength(5);
    expect(await textOf(path('saved/in/d.txt'))).toBe('out/in/d.txt');
    await row.getByText('4 by MD5').waitFor();
    expect(await picture(app, 'transfers-downloaded')).toEqual(FITS);
  });

  it('copied keys that are pasted in another bucket go there after a question', async () => {
    const { page } = window;
    await window.goTo('scans/');
    await window.row('old.txt').click();
    await window.press('Control+c');
    await sidebar().getByRole('button', { name: other }).click();
    await page.getByRole('grid', { name: `Objects in ${other}/`, exact: true }).waitFor();
    await objectGrid(page).focus();
    await window.press('Control+v');
    const dialog = page.getByRole('dialog', { name: `Copy old.txt to ${other}` });
    await dialog.getByLabel('Folder').fill('pasted');
    expect(await picture(window.app, 'transfers-across')).toEqual(FITS);
    await well(
      await window.job(/^Transfer old.txt/, () =>
        dialog.getByRole('button', { name: 'Copy 1 object' }).click(),
      ),
    );
    expect(await keys('pasted/', other)).toEqual(['old.txt']);
  });

  it('syncs a folder up after a dry run, and deletes only when told to', async () => {
    const { app, page } = window;
    await storage.write({ bucket, key: 'mirror/gone.txt', body: Buffer.from('x') });
    await storage.write({ bucket, key: 'mirror/a.txt', body: Buffer.from('another') });
    await window.goTo('mirror/');
    await window.more('Sync with a folder…');
    const dialog = page.getByRole('dialog', { name: `Sync ${bucket}/mirror/ with a folder` });
    await answerPaths(app, [path('box')]);
    await dialog.getByRole('button', { name: 'Choose…' }).click();
    await dialog.getByRole('button', { name: 'Compare' }).click();
    await dialog.getByRole('row', { name: 'Replace a.txt' }).waitFor();
    await dialog.getByRole('button', { name: 'Send 2, replace 1' }).waitFor();
    await dialog.getByRole('checkbox', { name: 'Delete objects that the folder does not have' }).check();
    await dialog.getByRole('button', { name: 'Compare' }).click();
    await dialog.getByRole('row', { name: 'Delete gone.txt' }).waitFor();
    await dialog.getByText(`1 object will be deleted in ${bucket}/mirror/`).waitFor();
    expect(await picture(app, 'transfers-sync')).toEqual(FITS);
    await well(
      await window.job(/^Sync to mirror/, () =>
        dialog.getByRole('button', { name: 'Send 2, replace 1, delete 1' }).click(),
      ),
    );
    expect(await keys('mirror/')).toEqual(['a.txt', 'c.txt', 'inner/b.txt']);
  });

  it('has written no error to the console', () => {
    expect(window.app.pageErrors).toEqual([]);
  });
});
