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

const expectGridFocus = async (window: ObjectsWindow) => {
  await window.until(async () => (await window.focus()).startsWith('grid '));
};

export const objectCases: readonly ObjectCase[] = [
  {
    name: 'makes a folder',
    seeds: ['a.txt'],
    mouse: (w) => w.toolbar('New folder…'),
    keyboard: (w) => w.press('F7'),
    act: async (w) => {
      await w.press('Enter');
      await w.dialog().getByText('Give the folder a name.').waitFor();
      await w.type('made here');
      await w.press('Enter');
      await w.row('made here/').waitFor();
    },
    outcome: async (w) => {
      expect(await w.keys()).toEqual(['a.txt', 'made here/']);
      await expectGridFocus(w);
    },
  },
  {
    name: 'renames an object',
    seeds: ['old name.txt'],
    mouse: (w) => w.menu('old name.txt', 'Rename…'),
    keyboard: async (w) => {
      await w.stand('old name.txt');
      await w.press('F2');
    },
    act: async (w) => {
      await w.press('Enter');
      await w.dialog().getByText('This is its name already.').waitFor();
      await w.type('new name');
      const row = await w.job(/^Rename old name.txt → new name.txt/, () => w.press('Enter'));
      await w.well(row);
    },
    outcome: async (w) => {
      await w.row('new name.txt').waitFor();
      expect(await w.keys()).toEqual(['new name.txt']);
      expect(await w.text('new name.txt')).toBe(`${w.base}old name.txt`);
      await expectGridFocus(w);
    },
  },
  {
    name: 'renames a folder',
    seeds: ['old/1.txt', 'old/deep/2.txt', 'other.txt'],
    mouse: (w) => w.menu('old/', 'Rename…'),
    keyboard: async (w) => {
      await w.stand('old/');
      await w.press('F2');
    },
    act: async (w) => {
      await w.type('new');
      await w.well(await w.job(/^Rename old\/ → new\//, () => w.press('Enter')));
    },
    outcome: async (w) => {
      await w.row('new/').waitFor();
      expect(await w.keys()).toEqual(['new/1.txt', 'new/deep/2.txt', 'other.txt']);
    },
  },
  {
    name: 'refuses a name that is there already',
    seeds: ['a.txt', 'b.txt'],
    mouse: (w) => w.menu('a.txt', 'Rename…'),
    keyboard: async (w) => {
      await w.stand('a.txt');
      await w.press('F2');
    },
    act: async (w) => {
      await w.type('b');
      await w.press('Enter');
      await w.dialog().getByText('“b.txt” is there already.').waitFor();
      await w.press('Escape');
    },
    outcome: async (w) => {
      expect(await w.keys()).toEqual(['a.txt', 'b.txt']);
      await expectGridFocus(w);
    },
  },
  {
    name: 'copies to a folder',
    seeds: ['from/1.txt', 'from/2.txt'],
    mouse: (w) => w.menu('from/', 'Copy to…'),
    keyboard: async (w) => {
      await w.stand('from/');
      await w.palette('Copy to');
    },
    act: async (w) => {
      await w.dialog().getByLabel('Folder').fill(`${w.base}goal`);
      expect(await w.run(/^Copy from\//, 'Copy')).toContain('2 objects copied');
    },
    outcome: async (w) => {
      expect(await w.keys()).toEqual(['from/1.txt', 'from/2.txt', 'goal/from/1.txt', 'goal/from/2.txt']);
      await w.row('goal/').waitFor();
    },
  },
  {
    name: 'moves to a folder',
    seeds: ['1.txt', '2.txt'],
    mouse: (w) => w.menu('1.txt', 'Move to…'),
    keyboard: async (w) => {
      await w.stand('1.txt');
      await w.press('F6');
    },
    act: async (w) => {
      await w.press('Enter');
      await w.dialog().getByText('It is there already: choose another folder.').waitFor();
      await w.dialog().getByLabel('Folder').fill(`${w.base}goal/`);
      expect(await w.run(/^Move 1.txt/, 'Move')).toContain('1 object moved');
    },
    outcome: async (w) => {
      expect(await w.keys()).toEqual(['2.txt', 'goal/1.txt']);
    },
  },
  {
    name: 'copies and pastes',
    seeds: ['a.txt', 'goal/b.txt'],
    mouse: async (w) => {
      await w.menu('a.txt', 'Copy');
      await w.row('goal/').dblclick();
      await w.row('b.txt').waitFor();
      await w.well(await w.job(/^Copy a.txt/, () => w.more('Paste')));
    },
    keyboard: async (w) => {
      await w.stand('a.txt');
      await w.press('Control+c');
      await w.until(async () => (await w.clipboard()) === `${w.base}a.txt`);
      await w.stand('goal/');
      await w.press('Enter');
      await w.row('b.txt').waitFor();
      await w.well(await w.job(/^Copy a.txt/, () => w.press('Control+v')));
    },
    outcome: async (w) => {
      await w.row('a.txt').waitFor();
      expect(await w.keys()).toEqual(['a.txt', 'goal/a.txt', 'goal/b.txt']);
    },
  },
  {
    name: 'cuts and pastes',
    seeds: ['a.txt', 'goal/b.txt'],
    mouse: async (w) => {
      await w.menu('a.txt', 'Cut');
      await w.row('goal/').dblclick();
      await w.row('b.txt').waitFor();
      await w.well(await w.job(/^Move a.txt/, () => w.more('Paste')));
    },
    keyboard: async (w) => {
      await w.stand('a.txt');
      await w.press('Control+x');
      await w.stand('goal/');
      await w.press('Enter');
      await w.row('b.txt').waitFor();
      await w.well(await w.job(/^Move a.txt/, () => w.press('Control+v')));
    },
    outcome: async (w) => {
      await w.row('a.txt').waitFor();
      expect(await w.keys()).toEqual(['goal/a.txt', 'goal/b.txt']);
    },
  },
  {
    name: 'deletes so that it can be undone',
    seeds: ['gone/1.txt', 'gone/2.txt', 'stays.txt'],
    mouse: (w) => w.menu('gone/', 'Delete…'),
    keyboard: async (w) => {
      await w.stand('gone/');
      await w.press('Delete');
    },
    act: async (w) => {
      await w.dialog().getByRole('button', { name: 'Delete 2 objects' }).waitFor();
      expect(await w.focus()).toBe('button Cancel');
      await w.run(/^Delete gone\//, 'Delete 2 objects');
    },
    outcome: async (w) => {
      expect(await w.keys()).toEqual(['stays.txt']);
      expect((await w.versions('gone/')).map(({ kind }) => kind).sort()).toEqual([
        'delete-marker',
        'delete-marker',
        'version',
        'version',
      ]);
      await w.row('gone/').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'deletes for good',
    seeds: ['gone/1.txt', 'gone/1.txt', 'gone/2.txt', 'stays.txt'],
    mouse: async (w) => {
      await w.row('gone/').click();
      await w.toolbar('Delete…');
    },
    keyboard: async (w) => {
      await w.stand('gone/');
      await w.palette('Delete');
    },
    act: async (w) => {
      await w.dialog().getByLabel('For good').check();
      await w.run(/^Delete for good gone\//, 'Delete 3 versions');
    },
    outcome: async (w) => {
      expect(await w.versions('gone/')).toEqual([]);
      expect(await w.keys()).toEqual(['stays.txt']);
    },
  },
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
