import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#sandbox/faults.ts';
import { answerSaveDialog, launchApp, resize, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, seedBucket, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import { connectTo, ended, jobRows, objectGrid, openBucket } from '#test/support/window.ts';

const names = Array.from({ length: 60 }, (_, n) => `page ${String(n).padStart(2, '0')}.tif`);
const inFolders = ['letters/1951/a.txt', 'letters/1952/b.txt', 'maps/north.png', 'maps/south.png'];
const FIRST_PAGE = 1000;

describe('the main job by keyboard alone', () => {
  let app: RunningApp;
  let page: Page;
  let endpoint: Endpoint;
  let plan: FaultPlan = () => undefined;
  let bucket: string;
  let large: string;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint({ faults: (request) => plan(request) });
    const storage = storageOn(endpoint);
    bucket = await seedBucket(storage, [...inFolders, ...names], (key) =>
      Buffer.alloc(key === 'page 31.tif' ? 9000 : 100, key),
    );
    const many = Array.from({ length: FIRST_PAGE + 200 }, (_, n) => `sheet ${n}`);
    large = await seedBucket(storage, many, () => Buffer.alloc(1));
    storage.close();
    app = await launchApp();
    ({ page } = app);
    await connectTo(page, endpoint, 'Archive');
    await openBucket(page, bucket);
  });
  afterAll(async () => {
    await app.close();
    await endpoint.stop();
  });

  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const cursor = () => page.locator('[role="row"][data-cursor="true"]').getAttribute('aria-label');
  const status = () => page.locator('.status-bar').innerText();
  const selected = (count: number, size: string) =>
    page.locator('.status-bar').getByText(`${count} selected${size}`).waitFor();
  const gridOf = (place: string) => page.getByRole('grid', { name: `Objects in ${place}`, exact: true });
  /** What has the focus, as a screen reader would name it. */
  const focus = () =>
    page.evaluate(() => {
      const { activeElement: found } = document;
      const role = found?.getAttribute('role') ?? found?.tagName.toLowerCase();
      return `${role} ${found?.getAttribute('aria-label') ?? found?.textContent}`;
    });
  const inGrid = (prefix = '') => `grid Objects in ${bucket}/${prefix}`;
  const arrivedAt = async (prefix: string) => {
    await gridOf(`${bucket}/${prefix}`).getByRole('row').nth(1).waitFor();
    expect(await focus()).toBe(inGrid(prefix));
  };

  it('walks with the arrows, by pages and to both ends, and what it stands on is in sight', async () => {
    expect(await focus()).toBe(inGrid());
    await press('ArrowDown');
    expect(await cursor()).toBe('letters/');
    await press('ArrowDown', 'ArrowDown', 'ArrowUp');
    expect(await cursor()).toBe('maps/');
    await press('End');
    expect(await cursor()).toBe('page 59.tif');
    expect(await objectGrid(page).getByRole('row', { name: 'page 59.tif' }).isVisible()).toBe(true);
    await press('PageUp');
    expect(await cursor()).toMatch(/^page [34]\d\.tif$/);
    await press('Home');
    expect(await cursor()).toBe('letters/');
    await press('PageDown');
    expect(await cursor()).toMatch(/^page [12]\d\.tif$/);
    await press('Home');
  });

  it('selects a range, single rows, and lets go of all', async () => {
    await press('Home', 'ArrowDown', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await selected(3, ', 300 B');
    await press('Shift+ArrowUp');
    await selected(2, ', 200 B');
    await press('Control+ArrowDown', 'Control+ArrowDown', 'Control+Space');
    await selected(3, ', 300 B');
    await press('Control+Space');
    await selected(2, ', 200 B');
    await objectGrid(page)
      .getByRole('row', { name: 'page 05.tif' })
      .click({ modifiers: ['Control'] });
    await selected(3, ', 300 B');
    await press('Shift+End');
    await selected(55, ', 14.4 kB');
    await press('Escape');
    expect(await status()).not.toContain('selected');
    await press('ArrowDown', 'Space');
    await selected(1, ', 100 B');
    await press('Control+a');
    await selected(62, ', 14.9 kB');
    await press('Escape');
    expect(await focus()).toBe(inGrid());
  });

  it('jumps to a name by its first letters', async () => {
    await page.keyboard.type('maps');
    expect(await cursor()).toBe('maps/');
    await page.waitForTimeout(1000);
    await page.keyboard.type('page 31');
    expect(await cursor()).toBe('page 31.tif');
  });

  it('opens folders, goes up, back and forward, and comes back to where it stood', async () => {
    await press('Home', 'Enter');
    await arrivedAt('letters/');
    await press('ArrowDown', 'ArrowDown', 'Enter');
    await arrivedAt('letters/1952/');
    await press('Backspace');
    await arrivedAt('letters/');
    expect(await cursor()).toBe('1952/');
    await press('Alt+ArrowUp');
    await arrivedAt('');
    expect(await cursor()).toBe('letters/');
    await press('Alt+ArrowLeft');
    await arrivedAt('letters/');
    await press('Alt+ArrowLeft');
    await arrivedAt('letters/1952/');
    await press('Alt+ArrowRight', 'Alt+ArrowRight');
    await arrivedAt('');
    await press('Alt+ArrowUp');
    await page.getByRole('table', { name: 'Buckets of Archive' }).waitFor();
    expect(await focus()).toMatch(/^button cooper-/);
    await press('Alt+ArrowLeft');
    await arrivedAt('');
  });

  it('filters, and leaves the filter with Escape', async () => {
    await press('Control+f');
    await page.keyboard.type('31');
    await page.locator('.status-bar').getByText('1 shown of 62').waitFor();
    await press('Enter', 'ArrowDown');
    expect(await cursor()).toBe('page 31.tif');
    await press('Control+f', 'Escape');
    await page.locator('.status-bar').getByText('62 items').waitFor();
    await press('Escape');
    expect(await focus()).toBe(inGrid());
  });

  it('goes to a path that is typed, and back to the rows with Escape or when it is the same', async () => {
    await press('Control+l');
    expect(await page.getByRole('textbox', { name: 'Path' }).inputValue()).toBe(`${bucket}/`);
    await page.keyboard.type(`${bucket}/letters/1951/`);
    await press('Enter');
    await arrivedAt('letters/1951/');
    await press('Control+l', 'Enter');
    await arrivedAt('letters/1951/');
    await press('Control+l', 'Escape');
    expect(await focus()).toBe(inGrid('letters/1951/'));
    await press('Backspace');
    await arrivedAt('letters/');
    await press('Backspace');
    await arrivedAt('');
  });

  it('sorts by size, from the palette and by the header, and the keys go on working', async () => {
    await press('Control+k');
    await page.keyboard.type('sort by size');
    await press('Enter');
    const header = page.getByRole('columnheader', { name: 'Size' });
    await page.locator('[role="columnheader"][aria-sort="ascending"]', { hasText: 'Size' }).waitFor();
    expect(await focus()).toBe(inGrid());
    await header.getByRole('button').click();
    await page.locator('[role="columnheader"][aria-sort="descending"]', { hasText: 'Size' }).waitFor();
    await press('Home', 'ArrowDown', 'ArrowDown');
    expect(await cursor()).toBe('page 31.tif');
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await press('Escape');
  });

  it('counts what is below from the palette, and the selection by its shortcut', async () => {
    await press('Control+k');
    await page.keyboard.type('count');
    await press('Enter');
    const whole = jobRows(page, new RegExp(`^Count ${bucket}$`)).first();
    expect((await ended(whole)).text).toMatch(/^64 files, 4 folders, /);
    expect(await focus()).toBe(inGrid());
    await press('Home', 'Shift+ArrowDown', 'Control+Shift+C');
    const chosen = jobRows(page, /^Count 2 items in /).first();
    expect((await ended(chosen)).text).toMatch(/^4 files, /);
    expect(await focus()).toBe(inGrid());
  });

  it('exports the selection by its shortcut', async () => {
    const path = join(app.userData, 'by keyboard.zip');
    await answerSaveDialog(app.electron, path);
    await press('Control+Shift+E');
    const zip = jobRows(page, /→ by keyboard\.zip$/).first();
    const { mood, text } = await ended(zip);
    expect(mood).toBe('done');
    expect(text).toMatch(/^4 objects, /);
    expect(await focus()).toBe(inGrid());
    await rm(path);
  });

  it('tabs from the path over the toolbar and the rows to the details and the activity', async () => {
    await page.getByRole('navigation', { name: 'Path' }).getByRole('button').first().focus();
    const seen: string[] = [];
    for (let i = 0; i < 60 && seen.at(-1) !== 'button Activity'; i += 1) {
      await press('Tab');
      seen.push(await focus());
    }
    const places = [
      'searchbox Filter by name',
      'button Commands',
      'button Buckets of Archive',
      'button Count',
      'button Export ZIP…',
      inGrid(),
      'button Count',
      'button Activity',
    ];
    let from = -1;
    for (const place of places) {
      const at = seen.indexOf(place, from + 1);
      expect(at, `${place} after ${seen[from]} in ${seen.join(', ')}`).toBeGreaterThan(from);
      from = at;
    }
  });

  it('gives the focus back when the palette, a dialog or a menu closes', async () => {
    await objectGrid(page).focus();
    await press('Control+k', 'Escape');
    expect(await focus()).toBe(inGrid());
    await press('Control+n');
    await page.getByRole('dialog', { name: 'New connection' }).waitFor();
    await press('Escape');
    expect(await focus()).toBe(inGrid());
    await press('Home', 'Shift+F10');
    await page.getByRole('menu', { name: 'Objects' }).waitFor();
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await focus()).toBe(inGrid());
    const more = page.getByRole('button', { name: 'More about Archive' });
    await more.focus();
    await press('Enter');
    await page.getByRole('menuitem', { name: 'Edit connection…' }).focus();
    await press('Enter');
    await page.getByRole('dialog', { name: 'Edit Archive' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focus()).toBe('button More about Archive');
  });

  it('opens the menu of the row that it stands on', async () => {
    await objectGrid(page).focus();
    await press('Home', 'Shift+F10');
    const menu = await page.getByRole('menu', { name: 'Objects' }).boundingBox();
    const row = await objectGrid(page).getByRole('row', { name: 'letters/' }).boundingBox();
    await press('Escape');
    expect(Math.abs((menu?.y ?? 0) - (row?.y ?? Infinity))).toBeLessThan(40);
    await page.getByRole('menu').waitFor({ state: 'detached' });
  });

  it('shows the details of a narrow window over the rows, and Escape puts them away', async () => {
    await resize(app.electron, { width: 900, height: 600 });
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.waitFor({ state: 'detached' });
    await objectGrid(page).focus();
    await press('End', 'Control+i');
    await details.getByText('page 59.tif').first().waitFor();
    await press('ArrowUp');
    await details.getByText('page 58.tif').first().waitFor();
    await press('Escape');
    await details.waitFor({ state: 'detached' });
    await selected(1, ', 100 B');
    expect(await focus()).toBe(inGrid());
    await press('Control+i', 'Tab');
    expect(await focus()).toBe('button Close details');
    await press('Escape');
    await details.waitFor({ state: 'detached' });
    expect(await focus()).toBe(inGrid());
    await resize(app.electron, { width: 1280, height: 800 });
    await details.waitFor();
  });

  it('keeps the focus in the activity when a job is put away', async () => {
    const count = jobRows(page, new RegExp(`^Count ${bucket}$`)).first();
    await count.getByRole('button', { name: /^Dismiss / }).focus();
    await press('Enter');
    await count.waitFor({ state: 'detached' });
    expect(await focus()).toBe('button Activity');
    await page.getByRole('button', { name: 'Dismiss all finished' }).focus();
    await press('Enter');
    await page.getByText('Everything that takes time shows here').waitFor();
    expect(await focus()).toBe('button Activity');
  });

  it('selects what is loaded of a level, or everything in it, and loads the rest', async () => {
    plan = ({ query }) => ('continuation-token' in query ? { delayMs: 60_000 } : undefined);
    await press('Control+l');
    await page.keyboard.type(`${large}/`);
    await press('Enter');
    await page.locator('.status-bar').getByText('1,000 shown of 1,000+').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).focus();
    await press('Enter');
    await page.getByRole('button', { name: 'Load more', exact: true }).waitFor();
    await gridOf(`${large}/`).focus();
    await press('Control+a');
    await page.getByText('The 1,000 loaded items are selected.').waitFor();
    const everything = page.getByRole('button', { name: /^Select everything in / });
    await everything.focus();
    await press('Enter');
    await page.getByText('everything selected').waitFor();
    expect(await focus()).toMatch(/^button Only the 1,000 loaded items/);
    plan = () => undefined;
    await press('Control+Shift+C');
    expect((await ended(jobRows(page, /^Count /).first())).text).toMatch(/^1,200 files, /);
    await page.getByRole('button', { name: 'Load more', exact: true }).focus();
    await press('Enter');
    await page.locator('.status-bar').getByText('1,200 items').waitFor();
    expect(await focus()).toBe(`grid Objects in ${large}/`);
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
