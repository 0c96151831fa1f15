import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright';
import type { ObjectVersion } from '#shared/objects.ts';
import type { Storage } from '#storage/storage.ts';
import { answerSaveDialog, type RunningApp } from './app.ts';
import { ended, jobRows, objectGrid } from './window.ts';

/** The window at the objects of a bucket, and the server behind it to see what came of it. */
export class ObjectsWindow {
  /** The folder that was gone to last. */
  base = '';

  readonly app: RunningApp;
  readonly storage: Storage;
  readonly bucket: string;
  /** On this computer, for downloads. */
  readonly folder: string;

  constructor(app: RunningApp, storage: Storage, bucket: string, folder: string) {
    this.app = app;
    this.storage = storage;
    this.bucket = bucket;
    this.folder = folder;
  }

  get page() {
    return this.app.page;
  }

  /** Writes objects that hold their own keys; a key that is given twice gets two versions. */
  async seed(base: string, names: readonly string[]): Promise<void> {
    const { bucket } = this;
    for (const name of names)
      await this.storage.write({ bucket, key: base + name, body: Buffer.from(base + name) });
  }

  async write(name: string, text: string): Promise<void> {
    await this.storage.write({ bucket: this.bucket, key: this.base + name, body: Buffer.from(text) });
  }

  /** Opens a folder of the bucket by the path bar. */
  async goTo(base: string): Promise<void> {
    this.base = base;
    await this.press('Control+l');
    await this.page.getByRole('textbox', { name: 'Path' }).fill(`${this.bucket}/${base}`);
    await this.press('Enter');
    await this.page.getByRole('grid', { name: `Objects in ${this.bucket}/${base}`, exact: true }).waitFor();
    await objectGrid(this.page).getByRole('row').nth(1).waitFor();
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  type = (text: string) => this.page.keyboard.insertText(text);
  row = (name: string) => objectGrid(this.page).getByRole('row', { name, exact: true });
  dialog = () => this.page.getByRole('dialog');
  details = () => this.page.getByRole('complementary', { name: 'Details' });

  /** Walks to a row with the arrows. */
  async stand(name: string): Promise<void> {
    await this.row(name).waitFor();
    await objectGrid(this.page).focus();
    await this.press('Home');
    const cursor = this.page.locator('[role="row"][data-cursor="true"]');
    for (let steps = 0; (await cursor.getAttribute('aria-label')) !== name; steps += 1) {
      if (steps > 100) throw new Error(`There is no ${name}.`);
      await this.press('ArrowDown');
    }
  }

  toolbar = (name: string) =>
    this.page.getByRole('toolbar', { name: 'Objects' }).getByRole('button', { name, exact: true }).click();

  /** An item of the toolbar's menu. */
  async more(name: string): Promise<void> {
    await this.toolbar('More');
    await this.item(name).click();
  }

  /** An item of the menu of a row. */
  async menu(row: string, name: string): Promise<void> {
    await this.row(row).click({ button: 'right' });
    await this.item(name).click();
  }

  item = (name: string) =>
    this.page.getByRole('menuitem').filter({ has: this.page.getByText(name, { exact: true }) });

  /** A command of the palette, by what is typed to find it. */
  async palette(text: string): Promise<void> {
    await this.press('Control+k');
    await this.page.getByPlaceholder('Find a command').fill(text);
    await this.press('Enter');
  }

  answerSave = (path: string | null) => answerSaveDialog(this.app.electron, path);
  clipboard = () => this.app.electron.evaluate(({ clipboard }) => clipboard.readText());

  /** The row of the job that `start` starts. */
  async job(name: RegExp, start: () => Promise<void>): Promise<Locator> {
    const rows = jobRows(this.page, name);
    const before = await rows.count();
    await start();
    await rows.nth(before).waitFor();
    return rows.first();
  }

  /** Presses a button of the dialog, and waits for the job to end well; gives what its row says. */
  async run(name: RegExp, button: string | RegExp): Promise<string> {
    const row = await this.job(name, () =>
      this.dialog().getByRole('button', { name: button, exact: true }).click(),
    );
    return this.well(row);
  }

  async well(row: Locator): Promise<string> {
    const { mood, text } = await ended(row);
    if (mood !== 'done') throw new Error(`The job ended as ${mood}: ${text}\n${await row.innerText()}`);
    return text;
  }

  /** What is listed below the folder, without it. */
  async keys(below = this.base): Promise<string[]> {
    const { objects } = await this.storage.listPage({ bucket: this.bucket, prefix: below });
    return objects.map(({ key }) => key.slice(below.length));
  }

  async versions(name = ''): Promise<ObjectVersion[]> {
    const { versions } = await this.storage.listVersionsPage({
      bucket: this.bucket,
      prefix: this.base + name,
    });
    return versions;
  }

  stat = (name: string) => this.storage.stat({ bucket: this.bucket, key: this.base + name });

  async text(name: string): Promise<string> {
    const { body } = await this.storage.read({ bucket: this.bucket, key: this.base + name });
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(Buffer.from(piece as Uint8Array));
    return Buffer.concat(pieces).toString();
  }

  /** Asks until it is so. */
  async until(what: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await what()); tries += 1) {
      if (tries > 200) throw new Error('It never came to be so.');
      await delay(50);
    }
  }

  /** What has the focus, as a screen reader would name it. */
  focus = () =>
    this.page.evaluate(() => {
      const { activeElement: found } = document;
      return `${found?.getAttribute('role') ?? found?.tagName.toLowerCase()} ${found?.getAttribute('aria-label') ?? found?.textContent}`;
    });
}
