import { expect } from 'vitest';
import type { ObjectsWindow } from './objects-window.ts';

type Step = (window: ObjectsWindow) => Promise<void>;

/** Something that is done with objects: how it is begun by mouse and by keyboard, what is filled in, what comes of it. */
export interface ObjectCase {
  name: string;
  seeds: readonly string[];
  mouse: Step;
  keyboard: Step;
  act?: Step;
  outcome: Step;
}

/** What is said of objects and kept of them: properties, access, versions. */
export const propertyCases: readonly ObjectCase[] = [
  {
    name: 'edits the properties of one',
    seeds: ['a.txt'],
    mouse: (w) => w.menu('a.txt', 'Edit properties…'),
    keyboard: async (w) => {
      await w.stand('a.txt');
      await w.press('Alt+Enter');
    },
    act: async (w) => {
      const dialog = w.dialog();
      await dialog.getByLabel('Content type').fill('text/x-note');
      await dialog.getByRole('button', { name: 'Add metadata' }).click();
      await dialog.getByLabel('Name of metadata 1').fill('Project');
      await dialog.getByLabel('Value of metadata 1').fill('Heritage');
      await dialog.getByRole('button', { name: 'Add tag' }).click();
      await dialog.getByLabel('Name of tag 1').fill('state');
      await dialog.getByLabel('Value of tag 1').fill('checked');
      await dialog.getByText('Tags, in place of all before: state=checked').waitFor();
      await w.run(/^Edit a.txt/, 'Change 1 object');
    },
    outcome: async (w) => {
      expect(await w.stat('a.txt')).toMatchObject({
        contentType: 'text/x-note',
        metadata: { project: 'Heritage' },
      });
      const { bucket, base, storage } = w;
      expect(await storage.readObjectTags({ bucket, key: `${base}a.txt` })).toEqual({ state: 'checked' });
      await w.row('a.txt').click();
      await w.details().getByText('text/x-note').waitFor();
    },
  },
  {
    name: 'edits the properties of many',
    seeds: ['1.txt', '2.txt', 'in/3.txt'],
    mouse: async (w) => {
      await w.row('in/').click();
      await w.row('2.txt').click({ modifiers: ['Shift'] });
      await w.more('Edit properties…');
    },
    keyboard: async (w) => {
      await w.press('Control+a');
      await w.press('Alt+Enter');
    },
    act: async (w) => {
      const dialog = w.dialog();
      await dialog.getByLabel('Cache control', { exact: true }).fill('max-age=60');
      await dialog.getByText('Cache control: max-age=60').waitFor();
      await w.run(/^Edit /, 'Change 3 objects');
    },
    outcome: async (w) => {
      for (const name of ['1.txt', '2.txt', 'in/3.txt'])
        expect(await w.stat(name)).toMatchObject({ cacheControl: 'max-age=60' });
    },
  },
  {
    name: 'gives access to everybody',
    seeds: ['a.txt'],
    mouse: async (w) => {
      await w.row('a.txt').click();
      await w.details().getByRole('tab', { name: 'Access' }).click();
      await w.details().getByText('full control').waitFor();
      await w.details().getByRole('button', { name: 'Edit access…' }).click();
    },
    keyboard: async (w) => {
      await w.stand('a.txt');
      await w.palette('Edit properties');
    },
    act: async (w) => {
      await w.dialog().getByRole('radio', { name: 'A ready one' }).check({ force: true });
      await w.dialog().getByLabel('Who may').selectOption('public-read');
      await w.run(/^Edit a.txt/, 'Change 1 object');
    },
    outcome: async (w) => {
      const { bucket, base, storage } = w;
      const { Grants } = await storage.readObjectAcl({ bucket, key: `${base}a.txt` });
      expect(Grants).toContainEqual(
        expect.objectContaining({
          Grantee: expect.objectContaining({ Type: 'Group' }) as unknown,
          Permission: 'READ',
        }),
      );
    },
  },
  {
    name: 'restores an old version',
    seeds: ['start.txt'],
    mouse: async (w) => {
      await twoVersions(w);
      await w.details().getByRole('tab', { name: 'Versions' }).click();
      await w.well(
        await w.job(/^Restore doc.txt/, () =>
          w
            .details()
            .getByRole('button', { name: /^Restore the version/ })
            .click(),
        ),
      );
    },
    keyboard: async (w) => {
      await twoVersions(w);
      await w.details().getByRole('tab', { selected: true }).focus();
      await w.press('Home', 'ArrowRight');
      const restore = w.details().getByRole('button', { name: /^Restore the version/ });
      await restore.waitFor();
      await w.press('Tab');
      for (
        let steps = 0;
        steps < 12 && !(await restore.evaluate((e) => e === document.activeElement));
        steps += 1
      )
        await w.press('Tab');
      await w.well(await w.job(/^Restore doc.txt/, () => w.press('Enter')));
    },
    outcome: async (w) => {
      expect(await w.text('doc.txt')).toBe('first');
      await w.details().getByRole('list', { name: 'Versions' }).getByRole('listitem').nth(2).waitFor();
    },
  },
  {
    name: 'deletes one version',
    seeds: ['start.txt'],
    mouse: async (w) => {
      await twoVersions(w);
      await w.details().getByRole('tab', { name: 'Versions' }).click();
      await w
        .details()
        .getByRole('button', { name: /^Delete the version/ })
        .last()
        .click();
    },
    keyboard: async (w) => {
      await twoVersions(w);
      await w.details().getByRole('tab', { name: 'Versions' }).press('Enter');
      await w
        .details()
        .getByRole('button', { name: /^Delete the version/ })
        .last()
        .press('Enter');
    },
    act: async (w) => {
      await w.run(/^Delete doc.txt/, 'Delete 1 version');
    },
    outcome: async (w) => {
      expect((await w.versions('doc.txt')).length).toBe(1);
      expect(await w.text('doc.txt')).toBe('second');
    },
  },
  {
    name: 'brings back what was deleted',
    seeds: ['stays.txt', 'in/1.txt', 'in/2.txt'],
    mouse: async (w) => {
      await deleteIn(w);
      await w.more('Show deleted…');
    },
    keyboard: async (w) => {
      await deleteIn(w);
      await w.press('Control+Shift+D');
    },
    act: async (w) => {
      await w.dialog().getByText('2 objects are deleted').waitFor();
      await w
        .dialog()
        .getByRole('checkbox', { name: /2\.txt/ })
        .uncheck();
      await w.run(/^Bring back /, 'Bring back 1 object');
    },
    outcome: async (w) => {
      expect(await w.keys()).toEqual(['in/1.txt', 'stays.txt']);
      await w.row('in/').waitFor();
    },
  },
];
async function twoVersions(w: ObjectsWindow): Promise<void> {
  await w.write('doc.txt', 'first');
  await w.write('doc.txt', 'second');
  await w.press('Control+r');
  await w.row('doc.txt').click();
}

async function deleteIn(w: ObjectsWindow): Promise<void> {
  const { bucket, base, storage } = w;
  for (const name of ['in/1.txt', 'in/2.txt']) await storage.delete({ bucket, key: base + name });
  await w.press('Control+r');
  await w.row('in/').waitFor({ state: 'detached' });
}
