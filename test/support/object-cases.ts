import { expect } from 'vitest';
import type { ObjectsWindow } from './objects-window.ts';
import { propertyCases, type ObjectCase } from './property-cases.ts';

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
  ...propertyCases,
];
