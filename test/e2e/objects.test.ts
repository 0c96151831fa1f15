import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { objectCases } from '#test/support/object-cases.ts';
import { ObjectsWindow } from '#test/support/objects-window.ts';
import { connectTo, ended, openBucket } from '#test/support/window.ts';

describe('everything that can be done with objects, by mouse and by keyboard', () => {
  let window: ObjectsWindow;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const endpoint = await sandboxEndpoint();
    const storage = storageOn(endpoint);
    const bucket = `objects-${Date.now()}`;
    await storage.createBucket(bucket);
    await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
    await storage.write({ bucket, key: 'start.txt', body: Buffer.from('start') });
    const app = await launchApp({ size: { width: 1280, height: 800 } });
    await connectTo(app.page, endpoint, 'Archive');
    await openBucket(app.page, bucket);
    const folder = await mkdtemp(join(tmpdir(), 'cooper-objects-'));
    window = new ObjectsWindow(app, storage, bucket, folder);
    stop = async () => {
      storage.close();
      await app.close();
      await endpoint.stop();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => stop());

  const ways = objectCases.flatMap((each) =>
    (['mouse', 'keyboard'] as const).map((way) => ({ ...each, way, open: each[way] })),
  );
  it.each(ways)('$name, by $way', async ({ seeds, open, act, outcome: expectOutcome, way, name }) => {
    const base = `${name.replaceAll(/[^a-z]+/gu, '-')}/${way}/`;
    await window.seed(base, seeds);
    await window.goTo(base);
    await open(window);
    await act?.(window);
    await expectOutcome(window);
  });

  it('keeps what is selected, and where the cursor stands, when a job has changed the listing', async () => {
    await window.seed('kept/', ['b.txt', 'c.txt', 'd.txt', 'folder/in.txt', 'z.txt']);
    await window.goTo('kept/');
    const status = (text: string) => window.page.locator('.status-bar').getByText(text).waitFor();
    const selected = () =>
      window.page
        .locator('[role="row"][aria-selected="true"]')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
    const cursor = () => window.page.locator('[role="row"][data-cursor="true"]').getAttribute('aria-label');
    await window.row('folder/').click();
    for (const name of ['b.txt', 'd.txt', 'c.txt']) await window.row(name).click({ modifiers: ['Control'] });
    await window.write('a.txt', 'made by somebody else');
    await window.storage.delete({ bucket: window.bucket, key: 'kept/d.txt' });
    await window.more('Edit properties…');
    await window.dialog().getByLabel('Cache control', { exact: true }).fill('max-age=60');
    const edit = await window.job(/^Edit /, () =>
      window
        .dialog()
        .getByRole('button', { name: /^Change / })
        .click(),
    );
    await ended(edit);
    // the end of a job lists the folder anew
    await window.row('a.txt').waitFor();
    await status('3 selected');
    expect(await selected()).toEqual(['folder/', 'b.txt', 'c.txt']);
    expect(await cursor()).toBe('c.txt');
    await window.press('Control+ArrowUp');
    expect(await cursor()).toBe('b.txt');
  });

  it('downloads one object to where the system’s dialog says', async () => {
    await window.seed('saved/', ['a.txt']);
    await window.goTo('saved/');
    for (const [name, start] of [
      ['mouse.txt', () => window.toolbar('Download…')],
      ['keyboard.txt', () => window.press('Control+s')],
    ] as const) {
      await window.row('a.txt').click();
      const path = join(window.folder, name);
      await window.answerSave(path);
      const row = await window.job(/^Download /, start);
      expect((await ended(row)).mood).toBe('done');
      expect(await readFile(path, 'utf8')).toBe('saved/a.txt');
    }
  });

  it('has written no error to the console', () => {
    expect(window.app.pageErrors).toEqual([]);
  });
});
