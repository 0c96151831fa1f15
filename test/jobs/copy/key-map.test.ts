import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyMapInput, meetsItself, newKey, turnOf } from '#jobs/copy/key-map.ts';
import { selectionOf } from '#jobs/selection.ts';
import { hostileKey } from '#test/support/hostile-keys.ts';
import { contentsOf } from '../object-support.ts';
import { startWorld, type World } from '../support.ts';

const segments = fc.constantFrom('a', 'b', 'a/', 'b/', 'ab/', '/');
const path = fc.array(segments, { maxLength: 4 }).map((parts) => parts.join(''));
const key = path.filter((text) => text !== '');

/** A copy within one bucket, of what is under a prefix. */
const mapOf = (base: string, prefix: string): KeyMapInput => ({
  bucket: 'x',
  base,
  to: { bucket: 'x', prefix },
});

describe('the new key of an object', () => {
  it('is the target in place of the base, and all the rest stays as it is (P21, P22)', () => {
    fc.assert(
      fc.property(hostileKey(), hostileKey(), hostileKey(), (base, rest, prefix) => {
        expect(newKey(mapOf(base, prefix), base + rest)).toBe(prefix + rest);
      }),
    );
  });

  it('is told to meet what is selected whenever it does', () => {
    fc.assert(
      fc.property(path, path, fc.array(key, { maxLength: 5 }), path, (base, to, keys, rest) => {
        const map = mapOf(base, to);
        const chosen = keys.map((text) => base + text);
        const selection = selectionOf({ bucket: 'x', prefixes: [base + rest], keys: chosen });
        const all = [...chosen, ...keys.map((text) => base + rest + text)];
        const isSelected = (text: string) => selection.keys.includes(text) || text.startsWith(base + rest);
        if (all.some((text) => isSelected(newKey(map, text)))) expect(meetsItself(map, selection)).toBe(true);
        expect(meetsItself({ ...map, to: { ...map.to, bucket: 'y' } }, selection)).toBe(false);
      }),
    );
  });

  it('has an earlier turn than the key that it is made of', () => {
    fc.assert(
      fc.property(path, key, path, (short, step, rest) => {
        const grown = mapOf(short, short + step);
        const made = newKey(grown, short + rest);
        expect(turnOf(grown, made)).toBe(turnOf(grown, short + rest) - 1);
        const shrunk = mapOf(short + step, short);
        if (rest.startsWith(step)) {
          expect(turnOf(shrunk, newKey(shrunk, short + step + rest))).toBe(
            turnOf(shrunk, short + step + rest) - 1,
          );
        }
      }),
    );
  });
});

describe('copying and moving within one bucket', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  /** The same, one object after another, each after what lies at its new place. */
  function model(
    before: ReadonlyMap<string, string>,
    { base, to, move, ifExists }: { base: string; to: string; move: boolean; ifExists: 'skip' | 'replace' },
  ): Map<string, string> {
    const after = new Map(before);
    const settled = new Set<string>();
    const settle = (from: string) => {
      if (settled.has(from)) return;
      settled.add(from);
      const target = to + from.slice(base.length);
      if (before.has(target) && target.startsWith(base)) settle(target);
      const isFolder = from.endsWith('/');
      if (target === '') {
        if (move && isFolder) after.delete(from);
        return;
      }
      const isSkipped = ifExists === 'skip' && after.has(target);
      if (!isSkipped) after.set(target, before.get(from) ?? '');
      if (move && (!isSkipped || isFolder)) after.delete(from);
    };
    for (const from of before.keys()) if (from.startsWith(base)) settle(from);
    return after;
  }

  it('loses nothing and ends, also into the folder itself and out of it', async () => {
    const folders = fc.constantFrom('', 'a/', 'a/b/', 'a/a/', 'a/a/a/', 'b/', 'a/b/a/', '/', 'a//');
    const names = fc.constantFrom('a/', 'a/b/', 'a/a/', 'b/', 'a/b/b/', 'a', 'x', 'b', 'a/b', 'a//', '/');
    const keys = fc.uniqueArray(
      fc
        .tuple(names, fc.constantFrom('', 'x', 'y', 'a/x', 'b/x', 'b/b/x', 'a/a/x'))
        .map((two) => two.join('')),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        keys,
        folders,
        folders,
        fc.boolean(),
        fc.constantFrom<'skip' | 'replace'>('skip', 'replace'),
        async (found, base, to, move, ifExists) => {
          fc.pre(base !== to && found.some((text) => text.startsWith(base)));
          // A folder's placeholder is empty; everything else holds its name.
          const before = new Map(found.map((text) => [text, text.endsWith('/') ? '' : text]));
          const bucket = await world.bucket(Object.fromEntries(before));
          const job = await world.run({
            kind: 'copy',
            bucket,
            prefix: base,
            base,
            to: { bucket, prefix: to },
            move,
            ifExists,
          });
          expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
          const expected = model(before, { base, to, move, ifExists });
          expect(await contentsOf(world.storage, bucket)).toEqual(Object.fromEntries(expected));
        },
      ),
      { numRuns: 120 },
    );
  });
});
