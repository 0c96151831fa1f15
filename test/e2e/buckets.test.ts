import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import {
  freshBucketName,
  sandboxEndpoint,
  seedBucket,
  storageOn,
  type Endpoint,
} from '#test/support/endpoints.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { bucketTable, connectTo, ended, jobRows, objectGrid } from '#test/support/window.ts';

const UPLOADS = 40;

/** A versioned bucket: 30 keys of two versions each, five of them deleted, and three unfinished uploads. */
async function seedCrowded(storage: Storage): Promise<string> {
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
  const keys = Array.from({ length: 30 }, (_, n) => `box/page ${n}.tif`);
  for (const body of ['first', 'second'])
    for (const key of keys) await storage.write({ bucket, key, body: Buffer.from(body) });
  for (const key of keys.slice(0, 5)) await storage.delete({ bucket, key });
  for (const key of keys.slice(0, 3)) await storage.createUpload({ bucket, key });
  return bucket;
}

async function seedUploads(storage: Storage): Promise<string> {
  const bucket = await seedBucket(storage, ['a']);
  for (let n = 0; n < UPLOADS; n += 1)
    await storage.createUpload({
      bucket,
      key: `${n % 2 === 0 ? 'even' : 'odd'}/${n} ${'scan '.repeat(n % 5)}.tif`,
    });
  return bucket;
}

describe('buckets, in the window', () => {
  let app: RunningApp;
  let page: Page;
  let endpoint: Endpoint;
  let storage: Storage;
  let crowded: string;
  let uploading: string;
  let plain: string;

  beforeAll(async () => {
    endpoint = await sandboxEndpoint();
    storage = storageOn(endpoint);
    crowded = await seedCrowded(storage);
    uploading = await seedUploads(storage);
    plain = await seedBucket(storage, ['a/b', 'c']);
    app = await launchApp();
    ({ page } = app);
    page.setDefaultTimeout(10_000);
    await connectTo(page, endpoint, 'Archive');
  });
  afterAll(async () => {
    storage.close();
    await app.close();
    await endpoint.stop();
  });

  const row = (bucket: string) => bucketTable(page).getByRole('row', { name: bucket, exact: true });
  const stand = (bucket: string) => row(bucket).getByRole('button', { name: bucket, exact: true }).focus();
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: typeof name === 'string' });
  const palette = async (command: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(command);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
  };
  const byMenu = async (bucket: string, command: string) => {
    await row(bucket).hover();
    await button(`More about ${bucket}`).click();
    await page.getByRole('menuitem', { name: command }).click();
  };
  const byPalette = async (bucket: string, command: string) => {
    await stand(bucket);
    await palette(command);
  };
  const focus = () =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
    );
  const goToBuckets = async () => {
    await page
      .getByRole('navigation', { name: 'Connections' })
      .getByRole('button', { name: 'Archive', exact: true })
      .click();
    await bucketTable(page).waitFor();
  };
  const uploadsOf = async (bucket: string) => (await storage.listUploadsPage({ bucket })).uploads;

  const operations: [operation: string, command: string, sign: (bucket: string) => Locator][] = [
    ['the settings', 'Bucket settings…', (bucket) => dialog(`Settings of ${bucket}`)],
    [
      'the question before it is deleted',
      'Delete bucket…',
      (bucket) => dialog(new RegExp(`^Delete ${bucket}`)),
    ],
  ];
  const ways: [string, (bucket: string, command: string) => Promise<void>][] = [
    ['by its menu', byMenu],
    ['from the palette', byPalette],
  ];
  const reached = operations.flatMap(([operation, command, sign]) =>
    ways.map(([way, go]) => ({ operation, way, command, sign, go })),
  );

  it.each(reached)(
    'shows $operation of a bucket $way, and leaves with Escape',
    async ({ command, sign, go }) => {
      await go(plain, command);
      await sign(plain).waitFor();
      await page.keyboard.press('Escape');
      await sign(plain).waitFor({ state: 'detached' });
      expect(await focus()).toMatch(new RegExp(`^(More about )?${plain}$`));
    },
  );

  it.each([
    ['the button', () => button('New bucket…').click()],
    ['its shortcut', () => page.keyboard.press('Control+Shift+B')],
    ['the palette', () => palette('New bucket')],
  ])('asks for a new bucket by %s', async (_, go) => {
    await stand(plain);
    await go();
    await dialog('New bucket on Archive').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name');
    await page.keyboard.press('Escape');
    await dialog('New bucket on Archive').waitFor({ state: 'detached' });
  });

  it('opens the menu of the bucket that the keyboard stands on, and asks with Delete', async () => {
    await stand(plain);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu', { name: 'Bucket' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await stand(plain);
    await page.keyboard.press('Delete');
    await dialog(new RegExp(`^Delete ${plain}`)).waitFor();
    expect(await focus()).toBe('Cancel');
    await page.keyboard.press('Escape');
  });

  it('sorts by what is known of the buckets', async () => {
    const first = () => bucketTable(page).getByRole('row').nth(1).getAttribute('aria-label');
    const names = [crowded, uploading, plain].toSorted();
    expect(await first()).toBe(names[0]);
    await bucketTable(page).getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    expect(await first()).toBe(names[2]);
    await stand(plain);
    await palette('Sort buckets by name');
    expect(await first()).toBe(names[0]);
    expect(await picture(app, 'buckets-overview')).toEqual(FITS);
  });

  it.each([
    ['ab', 'at least 3 characters'],
    ['Archive', 'no upper-case letters'],
    ['a..b', 'no two dots'],
    ['192.168.0.1', 'IP address'],
    ['-scans', 'begins and ends with a letter or a digit'],
    ['xn--scans', 'reserved'],
  ])('says at once why a bucket cannot be called %j', async (name, words) => {
    await page.keyboard.press('Control+Shift+B');
    const form = page.getByRole('form', { name: 'New bucket' });
    await form.getByLabel('Name').fill(name);
    await form.getByText(words).waitFor();
    await button('Make bucket', form).click();
    expect(await form.getByLabel('Name').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('makes a bucket with versions, refuses its name the second time, and deletes it with one question', async () => {
    const name = freshBucketName();
    await page.keyboard.press('Control+Shift+B');
    const form = page.getByRole('form', { name: 'New bucket' });
    await form.getByLabel('Name').fill(name);
    await form.getByRole('checkbox', { name: 'Keep old versions' }).check();
    expect(await picture(app, 'bucket-new')).toEqual(FITS);
    await page.keyboard.press('Enter');
    await row(name).waitFor();
    expect(await storage.readSetting(name, 'versioning')).toMatchObject({ value: { status: 'enabled' } });
    await page.keyboard.press('Control+Shift+B');
    await form.getByLabel('Name').fill(name);
    await form.getByText('There is a bucket').waitFor();
    await page.keyboard.press('Escape');
    await byPalette(name, 'Delete bucket…');
    const question = dialog(`Delete ${name}?`);
    await question.getByText('The bucket is empty').waitFor();
    expect(await picture(app, 'bucket-delete-empty')).toEqual(FITS);
    await button('Delete bucket', question).click();
    await row(name).waitFor({ state: 'detached' });
    expect(await storage.bucketExists(name)).toBe(false);
  });

  const settings = () => dialog(`Settings of ${plain}`);
  const tab = (name: string) => settings().getByRole('tab', { name });
  const openTab = async (name: string) => {
    if ((await settings().count()) === 0) await byPalette(plain, `Bucket settings: ${name}`);
    else await tab(name).click();
    await settings().getByRole('tabpanel', { name }).waitFor();
  };
  const saved = () => settings().getByText('Saved.').waitFor();

  it('switches versioning on, and says what suspending it means before it does', async () => {
    await openTab('Versioning');
    await settings().getByRole('radio', { name: 'On' }).check();
    await tab('Versioning').getByRole('img', { name: 'not saved' }).waitFor();
    await button('Save versioning', settings()).click();
    await saved();
    expect(await storage.readSetting(plain, 'versioning')).toMatchObject({ value: { status: 'enabled' } });
    expect(await settings().getByRole('radio', { name: 'Off' }).count()).toBe(0);
    await settings().getByRole('radio', { name: 'Suspended' }).check();
    await settings().getByText('cannot be undone').waitFor();
    expect(await picture(app, 'settings-versioning')).toEqual(FITS);
    await button('Save versioning', settings()).click();
    await saved();
    expect(await storage.readSetting(plain, 'versioning')).toMatchObject({ value: { status: 'suspended' } });
  });

  it('edits tags in a table, says what is wrong, and removes them after asking', async () => {
    await openTab('Tags');
    for (const [n, name, value] of [
      [1, 'project', 'parish registers'],
      [2, 'project', 'twice'],
    ] as const) {
      await button('Add a tag', settings()).click();
      await settings().getByLabel(`Name of tag ${n}`).fill(name);
      await settings().getByLabel(`Value of tag ${n}`).fill(value);
    }
    await settings().getByText('The tag “project” is there twice.').waitFor();
    expect(await button('Save tags', settings()).isDisabled()).toBe(true);
    await settings().getByLabel('Name of tag 2').fill('owner');
    expect(await picture(app, 'settings-tags')).toEqual(FITS);
    await button('Save tags', settings()).click();
    await saved();
    const tags = { project: 'parish registers', owner: 'twice' };
    expect(await storage.readSetting(plain, 'tags')).toEqual({ state: 'set', value: tags });
    await button('Remove…', settings()).click();
    await button('Remove Tags', dialog(`Remove Tags from ${plain}?`)).click();
    await settings().getByText('Removed.').waitFor();
    expect(await storage.readSetting(plain, 'tags')).toEqual({ state: 'unset' });
  });

  it('keeps the form of CORS and its JSON in step, and shows the line that is wrong', async () => {
    await openTab('CORS');
    const json = settings().getByRole('textbox', { name: 'CORS as JSON' });
    await button('Add a rule', settings()).click();
    await settings()
      .getByLabel('Allowed origins, one a line')
      .fill('https://one.example\nhttps://*.two.example');
    await settings().getByRole('checkbox', { name: 'PUT' }).check();
    await settings().getByLabel('Seconds to remember').fill('600');
    const rule = {
      AllowedOrigins: ['https://one.example', 'https://*.two.example'],
      AllowedMethods: ['GET', 'PUT'],
      MaxAgeSeconds: 600,
    };
    expect(JSON.parse(await json.inputValue())).toEqual({ CORSRules: [rule] });
    const right = await json.inputValue();
    await json.fill(right.replace('"PUT"', '"PATCH"'));
    await settings().getByText('Methods are GET, PUT, POST, DELETE and HEAD.').waitFor();
    await button(/^Line 10, column/, settings()).click();
    expect(
      await json.evaluate((area: HTMLTextAreaElement) =>
        area.value.slice(area.selectionStart, area.selectionEnd),
      ),
    ).toBe('"PATCH"');
    expect(await picture(app, 'settings-cors-wrong')).toEqual(FITS);
    expect(await button('Save CORS', settings()).isDisabled()).toBe(true);
    await json.fill(`${right.slice(0, -1)},`);
    await settings().getByText('The form shows the rules again').waitFor();
    await json.fill(right.replace('600', '60'));
    expect(await settings().getByLabel('Seconds to remember').inputValue()).toBe('60');
    await button('Save CORS', settings()).click();
    await saved();
    expect(await storage.readSetting(plain, 'cors')).toMatchObject({
      value: { CORSRules: [{ ...rule, MaxAgeSeconds: 60 }] },
    });
    expect(await picture(app, 'settings-cors')).toEqual(FITS);
  });

  it('gives access by a ready list, and takes one grant away in the table', async () => {
    await openTab('Access');
    await settings().getByLabel('Ready list').selectOption('public-read');
    expect(await settings().getByRole('textbox', { name: 'Access as JSON' }).inputValue()).toContain(
      '"canned"',
    );
    await button('Save access', settings()).click();
    await saved();
    const grants = settings().getByRole('table', { name: 'Grants' });
    await grants.getByRole('row').nth(2).waitFor();
    expect(await picture(app, 'settings-access')).toEqual(FITS);
    const kinds = await grants
      .getByLabel(/^Kind of grantee/)
      .evaluateAll((all) => all.map((each) => (each as HTMLSelectElement).value));
    await button(`Remove grant ${kinds.indexOf('everyone') + 1}`, settings()).click();
    await button('Save access', settings()).click();
    await saved();
    const acl = await storage.readSetting(plain, 'acl');
    expect(acl.state === 'set' && acl.value.Grants.map(({ Grantee }) => Grantee.Type)).toEqual([
      'CanonicalUser',
    ]);
  });

  it.each(['Lifecycle', 'Policy', 'Website'])(
    'shows that the server has no %s, with the reason',
    async (name) => {
      await openTab(name);
      const missing = settings().locator('.settings-missing');
      await missing.getByText(`${name} is not available here`).waitFor();
      expect(await missing.innerText()).toMatch(/does not offer/);
    },
  );

  it('asks before what was not saved is lost', async () => {
    await openTab('Tags');
    await button('Add a tag', settings()).click();
    await tab('Tags').focus();
    await page.keyboard.press('ArrowUp');
    await settings().getByRole('tabpanel', { name: 'CORS' }).waitFor();
    await page.keyboard.press('Escape');
    const question = dialog('Leave without saving?');
    await question.getByText(/Changes to Tags/).waitFor();
    expect(await focus()).toBe('Keep editing');
    expect(await picture(app, 'settings-unsaved')).toEqual(FITS);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await tab('Tags').getByRole('img', { name: 'not saved' }).count()).toBe(1);
    for (const leave of ['close', 'quit'] as const) {
      await app.electron.evaluate(({ app: cooper, BrowserWindow }, way) => {
        if (way === 'quit') cooper.quit();
        else BrowserWindow.getAllWindows()[0]?.close();
      }, leave);
      await question.getByText(/Changes to Tags/).waitFor();
      await button('Keep editing', question).click();
      await question.waitFor({ state: 'detached' });
      expect(await tab('Tags').getByRole('img', { name: 'not saved' }).count()).toBe(1);
    }
    await button('Close', settings()).click();
    await button('Discard changes', question).click();
    await settings().waitFor({ state: 'detached' });
    expect(await focus()).toBe(plain);
    expect(await storage.readSetting(plain, 'tags')).toEqual({ state: 'unset' });
  });

  const uploads = () => page.getByRole('region', { name: 'Unfinished uploads' });
  const uploadRows = () => uploads().getByRole('grid').getByRole('row');

  it.each(ways)('shows unfinished uploads %s', async (_, go) => {
    await go(uploading, 'Unfinished uploads');
    await uploads().getByText(`${UPLOADS} unfinished uploads`).waitFor();
    await button('Back to the objects', uploads()).click();
    await objectGrid(page).getByRole('row').nth(1).waitFor();
    expect(await uploads().count()).toBe(0);
    await goToBuckets();
  });

  it('finds uploads by the start of their key, and aborts those that are chosen by keyboard', async () => {
    await byPalette(uploading, 'Unfinished uploads');
    await uploads().getByText(`${UPLOADS} unfinished uploads`).waitFor();
    await uploadRows().nth(1).getByText('0 bytes').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Abort old uploads/ }).waitFor();
    expect(await page.getByRole('option', { name: /Export ZIP|Filter by name|New folder/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await uploadRows().nth(2).click();
    expect(await picture(app, 'uploads')).toEqual(FITS);
    await uploads().getByRole('searchbox', { name: 'Begins with' }).fill('odd/');
    await uploads()
      .getByText(`${UPLOADS / 2} unfinished uploads`)
      .waitFor();
    await uploads().getByRole('grid').focus();
    for (const key of ['Home', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Delete'])
      await page.keyboard.press(key);
    const question = dialog(`Abort 3 unfinished uploads in ${uploading}?`);
    expect(await focus()).toBe('Cancel');
    expect(await picture(app, 'uploads-abort')).toEqual(FITS);
    await button('Abort 3 unfinished uploads', question).click();
    expect(await ended(jobRows(page, /^Abort uploads/).first())).toMatchObject({ mood: 'done' });
    await uploads()
      .getByText(`${UPLOADS / 2 - 3} unfinished uploads`)
      .waitFor();
    expect(await uploadsOf(uploading)).toHaveLength(UPLOADS - 3);
  });

  it('aborts all that are old, of those that begin so', async () => {
    await palette('Abort old uploads');
    const question = dialog(`Abort old uploads in ${uploading}?`);
    await question.getByText('None of the 17 unfinished uploads is that old.').waitFor();
    await question.getByLabel('Older than days').fill('soon');
    await question.getByText('Give a number of days').waitFor();
    await question.getByLabel('Older than days').fill('0');
    expect(await picture(app, 'uploads-old')).toEqual(FITS);
    await button('Abort 17 unfinished uploads', question).click();
    expect(await ended(jobRows(page, /^Abort uploads/).first())).toMatchObject({ mood: 'done' });
    await uploads().getByText('No unfinished upload begins like this').waitFor();
    expect((await uploadsOf(uploading)).map(({ key }) => key.slice(0, 5))).toEqual(
      Array.from({ length: UPLOADS / 2 }, () => 'even/'),
    );
    await button('Show all', uploads()).click();
    await uploads()
      .getByText(`${UPLOADS / 2} unfinished uploads`)
      .waitFor();
    await goToBuckets();
  });

  it('deletes a bucket by force once its name is typed, and not before', async () => {
    await byMenu(crowded, 'Delete bucket…');
    const question = dialog(`Delete ${crowded} with everything in it?`);
    const deed = button('Delete 60 versions and the bucket', question);
    await deed.waitFor();
    const facts = await question
      .getByRole('term')
      .evaluateAll((terms) =>
        terms.map((term) => `${term.textContent}: ${term.nextElementSibling?.textContent}`),
      );
    expect(facts).toEqual([
      'Objects: 25',
      'Versions: 60',
      'Delete markers: 5',
      'Unfinished uploads: 3',
      'Size of all versions: 330 bytes',
    ]);
    expect(await picture(app, 'bucket-delete-force')).toEqual(FITS);
    expect(await deed.isDisabled()).toBe(true);
    await question.getByLabel(/^Type /).fill(crowded.toUpperCase());
    expect(await deed.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await storage.bucketExists(crowded)).toBe(true);
    await byMenu(crowded, 'Delete bucket…');
    await question.getByLabel(/^Type /).fill(crowded);
    await deed.click();
    expect(await ended(jobRows(page, new RegExp(`^Delete bucket ${crowded}`)).first())).toMatchObject({
      mood: 'done',
    });
    await row(crowded).waitFor({ state: 'detached' });
    expect(await storage.bucketExists(crowded)).toBe(false);
  });

  it('offers nothing that changes something where the connection is read-only, and says why', async () => {
    await palette('Make read-only');
    await page.getByRole('img', { name: 'Archive is read-only' }).first().waitFor();
    const make = button('New bucket…');
    expect(await make.getAttribute('aria-disabled')).toBe('true');
    await row(plain).hover();
    await button(`More about ${plain}`).click();
    const item = page.getByRole('menuitem', { name: 'Delete bucket…' });
    expect(await item.getAttribute('aria-disabled')).toBe('true');
    expect(await item.innerText()).toContain('read-only');
    await page.keyboard.press('Escape');
    expect(await picture(app, 'buckets-read-only')).toEqual(FITS);
    await byPalette(plain, 'Bucket settings: CORS');
    await settings().getByText('This connection is read-only').waitFor();
    expect(await settings().getByLabel('Seconds to remember').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await stand(plain);
    await page.keyboard.press('Delete');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('has written no error to the console', () => {
    expect(app.pageErrors).toEqual([]);
  });
});
