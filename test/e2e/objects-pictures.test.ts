import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { ObjectsWindow } from '#test/support/objects-window.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { connectTo, openBucket } from '#test/support/window.ts';

const LONG = `${'a very long name that goes on '.repeat(4)}page 1.tif`;

describe('every dialog and tab about objects, at two sizes, light and dark', () => {
  let window: ObjectsWindow;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const endpoint = await sandboxEndpoint();
    const storage = storageOn(endpoint);
    const bucket = `pictures-${Date.now()}`;
    await storage.createBucket(bucket);
    await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
    const app = await launchApp({ size: { width: 1280, height: 800 } });
    window = new ObjectsWindow(app, storage, bucket, '');
    const pages = Array.from({ length: 40 }, (_, n) => `box/page ${n}.tif`);
    await window.seed('', ['report.pdf', 'report.pdf', LONG, 'tab\there.txt', ...pages]);
    await window.seed('', ['report.pdf']);
    for (const n of [3, 4, 5]) await storage.delete({ bucket, key: `box/page ${n}.tif` });
    await storage.writeObjectTags({ bucket, key: 'report.pdf' }, { state: 'checked', project: 'Heritage' });
    await connectTo(app.page, endpoint, 'Archive');
    await openBucket(app.page, bucket);
    stop = async () => {
      storage.close();
      await app.close();
      await endpoint.stop();
    };
  });
  afterAll(() => stop());

  it.each([
    ['new-folder', () => window.press('F7')],
    ['rename', () => window.menu('report.pdf', 'Rename…')],
    ['copy-to', () => window.menu('box/', 'Copy to…')],
    ['delete', () => window.menu('box/', 'Delete…')],
    ['edit-one', () => window.menu('report.pdf', 'Edit properties…')],
    ['show-deleted', () => window.more('Show deleted…')],
    ['as-of-dialog', () => window.more('As it was at…')],
  ] as const)('the dialog %s', async (name, open) => {
    await open();
    await window.dialog().waitFor();
    await window.page.getByText(/Counting…|so far|Asking the server|Looking…/).waitFor({ state: 'detached' });
    expect(await picture(window.app, `dialog-${name}`)).toEqual(FITS);
    await window.press('Escape');
    await window.dialog().waitFor({ state: 'detached' });
  });

  it('several: deleting for good, and editing', async () => {
    await window.page.getByRole('grid').focus();
    await window.press('Control+a');
    await window.press('Delete');
    await window.dialog().getByLabel('For good').check();
    await window
      .dialog()
      .getByRole('button', { name: /^Delete 4\d versions/ })
      .waitFor();
    expect(await picture(window.app, 'dialog-delete-many')).toEqual(FITS);
    await window.press('Escape');
    await window.dialog().waitFor({ state: 'detached' });
    await window.press('Alt+Enter');
    await window.dialog().getByLabel('Content type', { exact: true }).fill('image/tiff');
    await window.dialog().getByRole('radio', { name: 'Grants as JSON' }).check({ force: true });
    expect(await picture(window.app, 'dialog-edit-many')).toEqual(FITS);
    await window.press('Escape');
    await window.press('Escape');
  });

  it.each(['Versions', 'Access', 'Tags', 'Links'] as const)('the tab %s', async (tab) => {
    await window.row('report.pdf').click();
    await window.details().getByRole('tab', { name: tab }).click();
    await window.page.getByText(/^Asking/).waitFor({ state: 'detached' });
    if (tab === 'Links') {
      await window.details().getByRole('button', { name: 'Link for 1 hour' }).click();
      await window
        .details()
        .getByRole('img', { name: /^QR code/ })
        .waitFor();
    }
    // a narrow window puts the details away until they are asked for
    const show = async () => {
      const shown = window.details().getByRole('tab', { name: tab, selected: true });
      if ((await window.details().count()) === 0) await window.press('Control+i');
      await shown.waitFor();
    };
    expect(await picture(window.app, `tab-${tab.toLowerCase()}`, show)).toEqual(FITS);
  });

  it('has written no error to the console', () => {
    expect(window.app.pageErrors).toEqual([]);
  });
});
