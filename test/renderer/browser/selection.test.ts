import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '#shared/list-columns.ts';
import { isFolder, Level, type Row } from '#renderer/features/browser/level.ts';
import { Selection } from '#renderer/features/browser/selection.ts';
import { View } from '#renderer/features/browser/view.ts';
import { pages } from './rows.ts';

type Act = ['replaceWith' | 'toggle' | 'extend' | 'add', number] | ['all' | 'clear', 0];
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(
    fc.constantFrom('replaceWith' as const, 'toggle' as const, 'extend' as const, 'add' as const),
    fc.nat(60),
  ),
  fc.tuple(fc.constantFrom('all' as const, 'clear' as const), fc.constant(0 as const)),
);

/** What a file manager does, said with a plain set of positions. */
function expected(acts: Act[], length: number): Set<number> {
  let chosen = new Set<number>();
  let anchor: number | undefined;
  let cursor: number | undefined;
  for (const [kind, where] of acts) {
    const at = where % length;
    if (kind === 'all') chosen = new Set(Array.from({ length }, (_, i) => i));
    else if (kind === 'clear') {
      chosen = new Set();
      anchor = undefined;
    } else if (kind === 'replaceWith') {
      chosen = new Set([at]);
      anchor = at;
      cursor = at;
    } else if (kind === 'toggle') {
      if (!chosen.delete(at)) chosen.add(at);
      anchor = at;
      cursor = at;
    } else {
      anchor ??= cursor ?? at;
      if (kind === 'extend') chosen = new Set();
      for (let i = Math.min(anchor, at); i <= Math.max(anchor, at); i += 1) chosen.add(i);
      cursor = at;
    }
  }
  return chosen;
}

test('clicks, Shift and Ctrl select as in a file manager, and the sums are right', () => {
  fc.assert(
    fc.property(pages, fc.array(act, { maxLength: 12 }), fc.boolean(), (list, acts, descending) => {
      const level = new Level('');
      for (const page of list) level.append(columnsOf(page));
      const view = new View(level, '', { column: 'size', descending });
      view.catchUp();
      fc.pre(view.length > 0);
      const selection = new Selection(level);
      for (const [kind, where] of acts) {
        const row = view.at(where % view.length) ?? NaN;
        if (kind === 'replaceWith') selection.replaceWith(row);
        else if (kind === 'toggle') selection.toggle(row);
        else if (kind === 'all') selection.all(view);
        else if (kind === 'clear') selection.clear();
        else selection.extendTo(row, view, kind === 'add');
      }
      const rows = [...expected(acts, view.length)].map((position) => view.at(position) ?? NaN);
      expect([...selection.rows()].toSorted((a, b) => a - b)).toEqual(rows.toSorted((a, b) => a - b));
      expect(selection.size).toBe(rows.length);
      expect(selection.folders).toBe(rows.filter(isFolder).length);
      expect(selection.bytes).toBe(rows.reduce((sum: number, row: Row) => sum + level.sizeOf(row), 0));
    }),
  );
});

describe('with a filter', () => {
  const level = new Level('');
  level.append(
    columnsOf({
      prefixes: [],
      objects: ['a', 'ab', 'b'].map((key) => ({ key, size: 10, modifiedAt: new Date(0), etag: '' })),
    }),
  );
  const all = new View(level);
  all.catchUp();

  test('what it hides is let go: nothing is done to rows that nobody sees', () => {
    const selection = new Selection(level);
    selection.all(all);
    selection.replaceWith(2);
    selection.extendTo(0, all);
    const filtered = new View(level, 'b');
    filtered.catchUp();
    selection.keepShown(filtered);
    expect([...selection.rows()].map((row) => level.keyOf(row))).toEqual(['ab', 'b']);
    expect(selection.bytes).toBe(20);
    expect(selection.cursor).toBeUndefined();
  });

  test('Ctrl/Cmd+A takes what is shown only', () => {
    const filtered = new View(level, 'ab');
    filtered.catchUp();
    const selection = new Selection(level);
    selection.all(filtered);
    expect(selection.objects).toBe(1);
  });
});
