import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from '#shared/list-columns.ts';
import type { ListPage } from '#shared/objects.ts';
import { KeptSelection } from '#renderer/features/browser/kept-selection.ts';
import { Level } from '#renderer/features/browser/level.ts';
import { Selection } from '#renderer/features/browser/selection.ts';
import { byName, View } from '#renderer/features/browser/view.ts';
import { pages } from './rows.ts';

function listed(all: readonly ListPage[]) {
  const level = new Level('');
  for (const page of all) level.append(columnsOf(page));
  return { level, selection: new Selection(level) };
}
const keysOf = (level: Level) =>
  new Set([...level.folders, ...Array.from({ length: level.keys.length }, (_, row) => level.keys.at(row))]);
const selected = ({ level, selection }: ReturnType<typeof listed>) =>
  Array.from(selection.rows(), (row) => level.keyOf(row));

/** Of a level, a choice of its rows by their keys. */
function choose({ level, selection }: ReturnType<typeof listed>, choice: (key: string) => boolean) {
  for (const key of keysOf(level)) {
    const row = level.find(key);
    if (row !== undefined && choice(key)) selection.toggle(row);
  }
}

const choice = fc.func(fc.boolean());

test('what was selected stays so where it is still there, whatever comes and goes, page by page', () => {
  fc.assert(
    fc.property(pages, pages, choice, (before, after, isChosen) => {
      const old = listed(before);
      choose(old, isChosen);
      const wanted = new Set(selected(old));
      const cursor = old.selection.cursor === undefined ? undefined : old.level.keyOf(old.selection.cursor);
      const kept = new KeptSelection(old.level, old.selection);

      const fresh = listed([]);
      let found = 0;
      for (const page of after) {
        fresh.level.append(columnsOf(page));
        if (kept.findIn(fresh.level, fresh.selection)) found += 1;
      }
      const expected = [...keysOf(fresh.level)].filter((key) => wanted.has(key));
      expect(selected(fresh)).toEqual(expected);
      expect(fresh.selection.size).toBe(expected.length);
      const isThere = cursor !== undefined && keysOf(fresh.level).has(cursor);
      expect(found).toBe(isThere ? 1 : 0);
      expect(fresh.selection.cursor).toBe(isThere ? fresh.level.find(cursor) : undefined);
    }),
  );
});

test('listed anew once more before its end, nothing of it is forgotten', () => {
  fc.assert(
    fc.property(pages, choice, fc.nat(5), (all, isChosen, stopAfter) => {
      const old = listed(all);
      choose(old, isChosen);
      const half = listed(all.slice(0, stopAfter));
      const first = new KeptSelection(old.level, old.selection);
      first.findIn(half.level, half.selection);
      const whole = listed(all);
      new KeptSelection(half.level, half.selection, first).findIn(whole.level, whole.selection);
      expect(selected(whole)).toEqual(selected(old));
      expect(whole.selection.cursor).toBe(old.selection.cursor);
    }),
  );
});

test('what a filter hides is not selected', () => {
  fc.assert(
    fc.property(pages, choice, fc.constantFrom('a', 'É', '1'), (all, isChosen, filter) => {
      const old = listed(all);
      choose(old, isChosen);
      const fresh = listed(all);
      const view = new View(fresh.level, filter, byName);
      view.catchUp();
      new KeptSelection(old.level, old.selection).findIn(fresh.level, fresh.selection);
      fresh.selection.keepShown(view);
      for (const row of fresh.selection.rows()) expect(view.positionOf(row)).not.toBe(-1);
    }),
  );
});
