import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Census } from '#jobs/count/census.ts';
import { countInParts } from '#jobs/count/in-parts.ts';
import { compareKeys } from '#shared/key-order.ts';
import { StorageError } from '#storage/errors.ts';
import { type KeyPage, keyPageOf } from '#storage/key-page.ts';
import { listInParts, type ListPart, UnsortedError } from '#storage/list-parallel.ts';
import type { ListPageInput, Storage } from '#storage/storage.ts';

type Lister = Pick<Storage, 'listKeysPage'>;

/** A server that has these keys, in pages of `size`; `compare` is the order that it believes in. */
function serverOf(keys: string[], size: number, { compare = compareKeys, ignoresStart = false } = {}) {
  const sorted = [...new Set(keys)].sort(compare);
  let requests = 0;
  const listKeysPage: Lister['listKeysPage'] = async ({
    prefix = '',
    token,
    startAfter,
    maxKeys = size,
  }: ListPageInput) => {
    requests += 1;
    await new Promise((resolve) => setImmediate(resolve));
    const after = token ?? (ignoresStart ? undefined : startAfter);
    const all = sorted.filter(
      (key) => key.startsWith(prefix) && (after === undefined || compare(key, after) > 0),
    );
    const shown = all.slice(0, maxKeys);
    const objects = shown.map((key) => ({ key, size: key.length }));
    return keyPageOf(objects, shown.length < all.length ? shown.at(-1) : undefined);
  };
  return { sorted, lister: { listKeysPage }, requests: () => requests };
}

/** The servers here answer by the same process: all that there is to try would wait for it. */
const isBusy = () => false;

function keysOf(page: KeyPage): string[] {
  return Array.from(page.sizes, (_, index) => page.key(index) ?? '');
}

/** All keys, joined part by part as they say. */
async function listed(lister: Lister, pageSize: number, atOnce = 8, prefix = ''): Promise<string[]> {
  const found = new Map<ListPart, string[]>();
  let last: ListPart | undefined;
  for await (const page of listInParts(lister, { bucket: 'b', prefix }, { pageSize, atOnce, isBusy })) {
    const { part, hasEnded } = page;
    const keys = [...(found.get(part) ?? []), ...keysOf(page.keys)];
    found.set(part, keys);
    last = part;
    const { next } = part;
    if (!hasEnded || next === undefined) continue;
    found.set(next, [...keys, ...(found.get(next) ?? [])]);
    found.delete(part);
    last = next;
  }
  expect(found.size).toBe(1);
  return (last && found.get(last)) ?? [];
}

const key = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter((text) => !text.includes('\uFFFD')),
  fc.stringMatching(/^[ab/]{1,10}$/u),
  fc.integer({ min: 0, max: 99_999 }).map((n) => `data/object ${String(n).padStart(8, '0')}.txt`),
  fc.uuid(),
  fc.constantFrom(
    '\u0000',
    '\u{10FFFF}',
    '\uE000',
    '\uFFFF',
    '\u{10000}',
    'a',
    'a\u0000',
    'a/',
    'a/b',
    '😀/x',
    '~',
  ),
);
const keySet = fc.array(key, { maxLength: 200 });

describe('a listing in parts', () => {
  test('gives each key once, in order, whatever the keys are', async () => {
    await fc.assert(
      fc.asyncProperty(
        keySet,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        async (keys, size, n) => {
          const { sorted, lister } = serverOf(keys, size);
          expect(await listed(lister, size, n)).toEqual(sorted);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('counts as a listing in series does, folders and their sums included', async () => {
    await fc.assert(
      fc.asyncProperty(keySet, fc.constantFrom('', 'a/', 'data/'), async (keys, prefix) => {
        const { sorted, lister } = serverOf(keys, 5);
        const inSeries = new Census(false);
        const under = sorted.filter((one) => one.startsWith(prefix));
        inSeries.add(keyPageOf(under.map((each) => ({ key: each, size: each.length }))), prefix);
        const inParts = new Map<ListPart, Census>();
        let last: ListPart | undefined;
        for await (const page of listInParts(lister, { bucket: 'b', prefix }, { pageSize: 5, isBusy })) {
          const { part, keys: found, hasEnded } = page;
          const census = inParts.get(part) ?? new Census(false);
          census.add(found, prefix);
          inParts.set(part, census);
          last = part;
          const { next } = part;
          if (!hasEnded || next === undefined) continue;
          const right = inParts.get(next);
          if (right !== undefined) census.absorb(right);
          inParts.set(next, census);
          last = next;
        }
        const result = last && inParts.get(last)?.result();
        expect(result).toEqual(inSeries.result());
      }),
      { numRuns: 200 },
    );
  });

  test('parts a flat key space, and asks little in vain', async () => {
    const keys = Array.from({ length: 20_000 }, (_, n) => `data/object ${String(n).padStart(8, '0')}.txt`);
    const { sorted, lister, requests } = serverOf(keys, 100);
    expect(await listed(lister, 100, 16)).toEqual(sorted);
    expect(requests()).toBeLessThan(320);
  });

  test.each([
    ['sorts by UTF-16', { compare: (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) }],
    [
      'sorts without regard to case',
      { compare: (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1) },
    ],
    ['overlooks start-after', { ignoresStart: true }],
  ])('is refused where the server %s', async (_, odd) => {
    const keys = Array.from(
      { length: 2000 },
      (__, n) =>
        `${n % 2 === 0 ? 'b' : 'B'}${String.fromCodePoint(n % 3 === 0 ? 0x1f600 : 0xe000 + (n % 99))}${n}`,
    );
    const { lister } = serverOf(keys, 50, odd);
    await expect(listed(lister, 50)).rejects.toBeInstanceOf(UnsortedError);
    const steps = countInParts(
      lister as Storage,
      { bucket: 'b', prefix: '', byPrefix: false },
      new AbortController().signal,
    );
    for await (const { isFinal } of steps) expect(isFinal).toBe(false);
  });

  test('is refused where a server loses keys behind a start-after', async () => {
    const keys = Array.from({ length: 3000 }, (_, n) => `k${String(n).padStart(6, '0')}`);
    const honest = serverOf(keys, 100).lister;
    const lossy: Lister = {
      listKeysPage: async (input, options) => {
        const page = await honest.listKeysPage(input, options);
        if (input.startAfter === undefined) return page;
        const rest = keysOf(page).slice(1);
        return keyPageOf(
          rest.map((each) => ({ key: each, size: each.length })),
          page.nextToken,
        );
      },
    };
    await expect(listed(lossy, 100)).rejects.toBeInstanceOf(UnsortedError);
  });

  test('is refused where the server does not take a start-after', async () => {
    const keys = Array.from({ length: 300 }, (_, n) => `k${n}`);
    const honest = serverOf(keys, 10).lister;
    const strict: Lister = {
      listKeysPage: (input, options) =>
        input.startAfter === undefined
          ? honest.listKeysPage(input, options)
          : Promise.reject(new StorageError({ kind: 'invalid-input', operation: 'list', message: 'No.' })),
    };
    await expect(listed(strict, 10)).rejects.toBeInstanceOf(UnsortedError);
  });
});
