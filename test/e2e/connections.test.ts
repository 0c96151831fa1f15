import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#sandbox/faults.ts';
import { launchApp, resize, type RunningApp } from '#test/support/app.ts';
import { sandboxEndpoint, seedBucket, storageOn, type Endpoint } from '#test/support/endpoints.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectionForm, connectTo } from '#test/support/window.ts';

const LONG = 'The archive of the county, as it was scanned from 1951 to 1987, second copy';

describe('many connections in the sidebar', () => {
  let app: RunningApp;
  let page: Page;
  let endpoint: Endpoint;
  let plan: FaultPlan = () => undefined;
  let bucket: string;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint({ faults: (request) => plan(request) });
    const storage = storageOn(endpoint);
    bucket = await seedBucket(storage, ['a.txt', 'scans/page.tif']);
    storage.close();
    app = await launchApp();
    ({ page } = app);
    await connectTo(page, endpoint, 'Archive');
  });
  afterAll(async () => {
    await app.close();
    await endpoint.stop();
  });
  const sidebar = () => page.getByRole('navigation', { name: 'Connections' });
  const row = (name: string): Locator =>
    sidebar().getByRole('group', { name: `Connection ${name}`, exact: true });
  const nameOf = (name: string) => row(name).getByRole('button', { name, exact: true });
  const names = () => sidebar().locator('.connection-name').allInnerTexts();
  const focus = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  const stored = async (): Promise<
    { name: string; readOnly?: boolean; colour?: string; buckets?: string[] }[]
  > => {
    const text = await readFile(join(app.userData, 'settings.json'), 'utf8');
    return (JSON.parse(text) as { connections: { name: string }[] }).connections;
  };
  const storedOf = async (name: string) => (await stored()).find((connection) => connection.name === name);

  /** Three ways to the same command: the menu of the button, the menu by key, the palette for the current one. */
  const ways: Record<string, (name: string, item: string) => Promise<void>> = {
    'by mouse': async (name, item) => {
      await nameOf(name).click({ button: 'right' });
      await page.getByRole('menuitem', { name: item }).click();
    },
    'by key': async (name, item) => {
      await row(name)
        .getByRole('button', { name: `More about ${name}` })
        .focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: item }).focus();
      await page.keyboard.press('Enter');
    },
    'from the palette': async (name, item) => {
      await nameOf(name).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+k');
      await page.keyboard.type(item.replace('…', ''));
      await page.keyboard.press('Enter');
    },
  };
  const each = Object.entries(ways);

  it('are duplicated by mouse, by key and from the palette, with what they sign in with', async () => {
    for (const [, way] of each) await way('Archive', 'Duplicate connection');
    await row('Archive (copy 3)').waitFor();
    expect(await names()).toHaveLength(4);
    await nameOf('Archive (copy)').click();
    await page
      .getByRole('table', { name: 'Buckets of Archive (copy)' })
      .getByRole('row', { name: bucket })
      .waitFor();
  });

  it.each([
    ['Archive (copy)', 'Test system'],
    ['Archive (copy 2)', LONG],
    ['Archive (copy 3)', 'Spare'],
  ])('%s is renamed in its form, opened with F2', async (before, after) => {
    await nameOf(before).focus();
    await page.keyboard.press('F2');
    await connectionForm(page).getByRole('textbox', { name: 'Name' }).fill(after);
    await page.keyboard.press('Enter');
    await row(after).waitFor();
    expect(await row(before).count()).toBe(0);
  });

  it.each(each)('get a colour with a name %s', async (way, choose) => {
    const colour = { 'by mouse': 'Green', 'by key': 'Purple', 'from the palette': 'Orange' }[way] ?? '';
    await choose('Test system', 'Colour…');
    const dialog = page.getByRole('dialog', { name: 'Colour of Test system' });
    await dialog.waitFor();
    expect(await picture(app, 'connection-colour')).toEqual(FITS);
    await expect
      .poll(() =>
        dialog.getByRole('radio', { checked: true }).evaluate((radio) => radio === document.activeElement),
      )
      .toBe(true);
    if (way === 'by key') {
      for (let i = 0; i < 9 && !(await dialog.getByRole('radio', { name: colour }).isChecked()); i += 1)
        await page.keyboard.press('ArrowRight');
    } else await dialog.locator('label', { has: page.getByRole('radio', { name: colour }) }).click();
    await nameOf('Test system')
      .and(page.locator(`[title*="${colour.toLowerCase()}"]`))
      .waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect((await storedOf('Test system'))?.colour).toBe(colour.toLowerCase());
  });

  it.each(each)('are made read-only, and open to changes again, %s', async (_, choose) => {
    await choose('Archive', 'Make read-only');
    await row('Archive').getByRole('img', { name: 'Archive is read-only' }).waitFor();
    expect((await storedOf('Archive'))?.readOnly).toBe(true);
    await nameOf('Archive').click();
    await page.locator('.title-bar').getByText('Read-only').waitFor();
    await choose('Archive', 'Allow changes');
    await row('Archive').getByRole('img').waitFor({ state: 'detached' });
    expect((await storedOf('Archive'))?.readOnly).toBeUndefined();
  });

  it('are put in another order by keys, and the focus stays with the one that moves', async () => {
    await nameOf('Archive').focus();
    const before = await names();
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(async () => (await names()).indexOf('Archive')).toBe(1);
    await expect.poll(focus).toBe('Archive');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(async () => (await names()).indexOf('Archive')).toBe(2);
    await expect.poll(focus).toBe('Archive');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(async () => (await names()).indexOf('Archive')).toBe(1);
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(names).toEqual(before);
    expect((await stored()).map(({ name }) => name)).toEqual(before);
  });

  it('are put in another order from the menu', async () => {
    const before = await names();
    await ways['by mouse']?.('Archive', 'Move connection down');
    await expect.poll(async () => (await names()).indexOf('Archive')).toBe(1);
    await ways['by key']?.('Archive', 'Move connection up');
    await expect.poll(names).toEqual(before);
  });

  it('are put in another order by dragging', async () => {
    const [first = '', second = '', ...others] = await names();
    await nameOf(second).dragTo(nameOf(first), { targetPosition: { x: 20, y: 2 } });
    await expect.poll(names).toEqual([second, first, ...others]);
    // below all of them, where nothing is
    await nameOf(second).dragTo(sidebar().locator('ul').first(), { targetPosition: { x: 30, y: 500 } });
    await expect.poll(names).toEqual([first, ...others, second]);
  });

  it('show colours, badges and long names, and the menu', async () => {
    await ways['by mouse']?.(LONG, 'Make read-only');
    await row(LONG).getByRole('img').waitFor();
    await page.getByRole('button', { name: 'Dismiss message' }).first().waitFor({ state: 'detached' });
    await nameOf(LONG).click();
    await page.locator('.title-bar').getByText('Read-only').waitFor();
    expect(await picture(app, 'read-only')).toEqual(FITS);
    await row('Archive').getByRole('button', { name: 'More about Archive' }).click();
    await page.getByRole('menu', { name: 'Archive' }).waitFor();
    expect(await picture(app, 'connections')).toEqual(FITS);
    await page.keyboard.press('Escape');
  });

  it('are icons in a narrow window, with the same menus and keys', async () => {
    await resize(app.electron, { width: 660, height: 600 });
    const icon = sidebar().getByRole('button', { name: 'Archive', exact: true });
    await expect.poll(() => sidebar().locator('.connection-icon').count()).toBe(4);
    await icon.click();
    await page.getByRole('table', { name: 'Buckets of Archive' }).waitFor();
    await icon.focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog', { name: 'Remove Archive?' }).waitFor();
    await page.keyboard.press('Escape');
    await icon.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Edit connection…' }).click();
    await page.getByRole('dialog', { name: 'Edit Archive' }).waitFor();
    await page.keyboard.press('Escape');
    await resize(app.electron, { width: 1280, height: 800 });
    await nameOf('Archive').waitFor();
  });

  it('are removed when it is said what is lost, and the focus goes to the next', async () => {
    await nameOf('Spare').focus();
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: 'Remove Spare?' });
    await dialog.waitFor();
    expect(await dialog.innerText()).toMatch(
      /secret key are forgotten on this computer.*Nothing on the server changes/,
    );
    expect(await focus()).toBe('Cancel');
    expect(await picture(app, 'connection-remove')).toEqual(FITS);
    await page.keyboard.press('Escape');
    await ways['by mouse']?.('Spare', 'Remove connection…');
    await dialog.getByRole('button', { name: 'Remove connection' }).click();
    await row('Spare').waitFor({ state: 'detached' });
    expect(await stored()).toHaveLength(3);
    expect(await names()).toContain(await focus());
  });

  it('show buckets that are named by hand to keys that may not list', async () => {
    plan = ({ method, bucket: asked, key }) =>
      method === 'GET' && asked === '' && key === ''
        ? { error: { status: 403, code: 'AccessDenied' } }
        : undefined;
    await ways['by mouse']?.('Archive', 'Edit connection…');
    await connectionForm(page).locator('summary', { hasText: 'Buckets by name' }).click();
    await connectionForm(page).getByLabel('Buckets by name').fill(`${bucket}\n not-there \n\n${bucket}`);
    expect(await picture(app, 'buckets-by-name')).toEqual(FITS);
    await connectionForm(page).getByRole('button', { name: 'Save' }).click();
    await connectionForm(page).waitFor({ state: 'detached' });
    expect((await storedOf('Archive'))?.buckets).toEqual([bucket, 'not-there']);
    await nameOf('Archive').click();
    await bucketTable(page).getByRole('row', { name: bucket }).first().waitFor();
    plan = () => undefined;
  });

  it.each<[what: string, FaultPlan, words: RegExp, next: string]>([
    ['expired keys', () => ({ expiredToken: true }), /has expired/, 'Put in new keys…'],
    [
      'a clock that is wrong',
      () => ({ error: { status: 403, code: 'RequestTimeTooSkewed' } }),
      /clock differs/,
      'Retry',
    ],
    [
      'keys that are wrong',
      () => ({ error: { status: 403, code: 'InvalidAccessKeyId' } }),
      /does not accept the access key/,
      'Edit connection…',
    ],
  ])('say %s as a state, with what to do', async (what, fault, words, next) => {
    await nameOf('Test system').click();
    plan = fault;
    await ways['by mouse']?.('Test system', 'Refresh connection');
    const state = page.getByRole('region', { name: 'Buckets' }).getByRole('alert');
    await state.getByText(words).waitFor();
    await state.getByRole('button', { name: next }).waitFor();
    expect(await picture(app, what.replaceAll(' ', '-'))).toEqual(FITS);
    plan = () => undefined;
    await state.getByRole('button', { name: 'Retry' }).click();
    await bucketTable(page).getByRole('row', { name: bucket }).waitFor();
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
