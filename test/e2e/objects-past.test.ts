import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp } from '#test/support/app.ts';
import { sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { ObjectsWindow } from '#test/support/objects-window.ts';
import { FITS, picture } from '#test/support/pictures.ts';
import { connectTo, openBucket, startCount } from '#test/support/window.ts';

/** A line as a person pastes it into a shell. */
async function shell(line: string, cwd: string): Promise<string> {
  const child = spawn('sh', ['-c', line], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  const code = await promisify<number>((done) => child.on('close', (number) => done(null, number ?? -1)))();
  if (code !== 0) throw new Error(`${line}\nended with ${code}`);
  return out;
}

const localField = (time: Date) =>
  new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

describe('the past of a bucket, links to its objects, and what cannot be done', () => {
  let window: ObjectsWindow;
  let then: Date;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const endpoint = await sandboxEndpoint();
    const storage = storageOn(endpoint);
    const bucket = `past-${Date.now()}`;
    await storage.createBucket(bucket);
    await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
    const put = (key: string, text: string) => storage.write({ bucket, key, body: Buffer.from(text) });
    await put('box/changed.txt', 'as it was');
    await put('box/gone.txt', 'no longer there');
    await delay(1500);
    then = new Date();
    await delay(1500);
    await put('box/changed.txt', 'as it is today');
    await put('box/new.txt', 'new');
    await storage.delete({ bucket, key: 'box/gone.txt' });
    const app = await launchApp({ size: { width: 1280, height: 800 } });
    await connectTo(app.page, endpoint, 'Archive');
    await openBucket(app.page, bucket);
    const folder = await mkdtemp(join(tmpdir(), 'cooper-past-'));
    window = new ObjectsWindow(app, storage, bucket, folder);
    stop = async () => {
      storage.close();
      await app.close();
      await endpoint.stop();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => stop());

  const rows = async () => {
    const names = await window.page
      .getByRole('grid')
      .getByRole('row')
      .evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')).filter((name) => name !== null));
    return names;
  };
  const lookBack = async () => {
    await window.dialog().getByLabel('Date and time').fill(localField(then));
    await window.press('Enter');
    await window.row('gone.txt').waitFor();
  };

  it.each([
    [
      'mouse',
      () => window.more('As it was at…'),
      () => window.page.getByRole('button', { name: 'Back to now' }).click(),
    ],
    ['keyboard', () => window.press('Control+Shift+H'), () => window.press('Escape')],
  ] as const)(
    'shows the bucket as it was at a date, and leaves it again, by %s',
    async (_way, look, leave) => {
      await window.goTo('box/');
      await look();
      await window.dialog().getByLabel('Date and time').fill('2099-01-01T00:00:00');
      await window.press('Enter');
      await window.dialog().getByText('This time is still to come: choose an earlier one.').waitFor();
      await lookBack();
      expect(await rows()).toEqual(['changed.txt', 'gone.txt']);
      await window.row('changed.txt').click();
      await window.details().getByRole('tab', { name: 'Info' }).click();
      await window.details().getByText('9 bytes').first().waitFor();
      await window.page.getByRole('grid').focus();
      await window.press('Escape');
      const count = await startCount(window.page);
      expect(await window.well(count)).toContain('2 files, 0 folders, 24 bytes');
      await window.page.getByRole('grid').focus();
      await leave();
      await window.row('new.txt').waitFor();
      expect(await rows()).toEqual(['changed.txt', 'new.txt']);
    },
  );

  it('changes nothing while it looks back, and says why', async () => {
    await window.goTo('box/');
    await window.press('Control+Shift+H');
    await lookBack();
    const folder = window.page
      .getByRole('toolbar', { name: 'Objects' })
      .getByRole('button', { name: 'New folder…' });
    expect(await folder.getAttribute('aria-disabled')).toBe('true');
    await folder.hover();
    await window.page.getByText('This is the past: go back to now to change something.').first().waitFor();
    await window.row('gone.txt').click();
    await window.press('Delete');
    expect(await window.dialog().count()).toBe(0);
    await window.details().getByRole('tab', { name: 'Versions' }).click();
    await window.details().getByText('Delete marker').waitFor();
    expect(await picture(window.app, 'past')).toEqual(FITS);
    const back = await window.job(/^Bring back gone.txt/, () =>
      window.details().getByRole('button', { name: 'Bring back', exact: true }).click(),
    );
    await window.well(back);
    await window.page.getByRole('button', { name: 'Back to now' }).click();
    await window.row('gone.txt').waitFor();
    expect(await window.text('gone.txt')).toBe('no longer there');
  });

  it('makes a link that downloads, with its curl line, its QR code and its CSV', async () => {
    await window.goTo('box/');
    await window.menu('changed.txt', 'Presigned links…');
    const dialog = window.dialog();
    await dialog.getByLabel('Works for').fill('8');
    await dialog.getByLabel('Unit').selectOption('days');
    await dialog.getByText(/at most 7 days/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Make link' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: '1 hour', exact: true }).click();
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await dialog.getByRole('img', { name: /^QR code of the link for/ }).waitFor();
    await dialog.getByRole('button', { name: 'Copy link' }).click();
    await window.until(async () => (await window.clipboard()).startsWith('http'));
    expect(await (await fetch(await window.clipboard())).text()).toBe('as it is today');
    await dialog.getByRole('button', { name: 'Copy curl' }).click();
    await window.until(async () => (await window.clipboard()).startsWith('curl '));
    await shell(`${await window.clipboard()} -s`, window.folder);
    expect(await readFile(join(window.folder, 'changed.txt'), 'utf8')).toBe('as it is today');
    await dialog.getByRole('button', { name: 'Copy CSV' }).click();
    await window.until(async () => (await window.clipboard()).startsWith('"key"'));
    expect((await window.clipboard()).split('\r\n')).toHaveLength(2);
    expect(await picture(window.app, 'link')).toEqual(FITS);
    await window.press('Escape');
    await window.until(async () => (await window.focus()).startsWith('grid '));
  });

  it('makes a link that uploads, by keyboard, and curl puts a file there', async () => {
    await window.goTo('box/');
    await window.press('Escape');
    await window.press('Control+Shift+L');
    const dialog = window.dialog();
    await window.press('End');
    await window.type('put here.txt');
    await window.press('Enter');
    await dialog.getByRole('button', { name: 'Copy curl' }).click();
    await window.until(async () => (await window.clipboard()).includes(' -T '));
    await writeFile(join(window.folder, 'put here.txt'), 'put by curl');
    await shell(`${await window.clipboard()} -f -s`, window.folder);
    await window.press('Escape');
    await window.press('Control+r');
    await window.row('put here.txt').waitFor();
    expect(await window.text('put here.txt')).toBe('put by curl');
  });

  it('makes links for many at once, and copies them as text and as CSV', async () => {
    await window.goTo('box/');
    await window.press('Control+a');
    await window.more('Presigned links…');
    const dialog = window.dialog();
    await dialog.getByRole('button', { name: /^Make 4 links/ }).click();
    await dialog.getByRole('button', { name: 'Copy all', exact: true }).click();
    await window.until(async () => (await window.clipboard()).split('\n').length === 4);
    const answers = await Promise.all((await window.clipboard()).split('\n').map((url) => fetch(url)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await dialog.getByRole('button', { name: 'Copy all as CSV' }).click();
    await window.until(async () => (await window.clipboard()).split('\r\n').length === 5);
    expect(await picture(window.app, 'links')).toEqual(FITS);
    await window.press('Escape');
  });

  it('makes links for the objects of a selection, and says that folders are left out', async () => {
    await window.seed('mixed/', ['one.txt', 'two.txt', 'inside/three.txt', 'within/four.txt']);
    await window.goTo('mixed/');
    await window.press('Control+a');
    await window.more('Presigned links…');
    const dialog = window.dialog();
    await dialog.getByText('2 selected folders are left out: a link leads to one object.').waitFor();
    await dialog.getByRole('button', { name: 'Make 2 links' }).click();
    await dialog.getByRole('button', { name: 'Copy all', exact: true }).click();
    await window.until(async () => /one\.txt[^]*two\.txt/u.test(await window.clipboard()));
    expect((await window.clipboard()).split('\n')).toHaveLength(2);
    expect(await picture(window.app, 'links-mixed')).toEqual(FITS);
    await window.press('Escape');
  });

  it('offers no change on a read-only connection, and says why', async () => {
    await window.goTo('box/');
    await window.palette('Make read-only');
    await window.row('new.txt').click();
    for (const name of ['New folder…', 'Delete…']) {
      const button = window.page
        .getByRole('toolbar', { name: 'Objects' })
        .getByRole('button', { name, exact: true });
      await window.until(async () => (await button.getAttribute('aria-disabled')) === 'true');
    }
    await window.row('new.txt').click({ button: 'right' });
    await window.page
      .getByRole('menu')
      .getByText(/read-only/)
      .waitFor();
    expect(await window.item('Rename…').getAttribute('aria-disabled')).toBe('true');
    expect(await picture(window.app, 'read-only-menu')).toEqual(FITS);
    await window.press('Escape');
    await window.press('F2');
    expect(await window.dialog().count()).toBe(0);
    await window.palette('Allow changes');
    await window.row('new.txt').click();
    await window.until(async () => {
      await window.press('F2');
      return (await window.dialog().count()) === 1;
    });
    await window.press('Escape');
  });

  it('has written no error to the console', () => {
    expect(window.app.pageErrors).toEqual([]);
  });
});
