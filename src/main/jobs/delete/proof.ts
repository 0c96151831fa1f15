import { compareKeys } from '#shared/key-order.ts';
import { listPages } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import { statSelected } from '../selection.ts';
import type { JobServices } from '../services.ts';
import type { Item } from './items.ts';
import { isOwnFolder } from './kept-folders.ts';
import type { Remover } from './remover.ts';

/** Pauses before it is looked again, ms: some lists (HCP's) lag behind. */
const PAUSES_MS = [500, 1500, 3000];
/** Survivors that are named. */
const NAMED = 100;
/** Chosen keys of one folder from which on listing it is cheaper than asking for each. */
const LIST_FROM = 20;
/** Keys that a page of a listing has to be good for, else asking for each is cheaper. */
const KEYS_PER_PAGE = 50;

export interface Survivors {
  count: number;
  first: Item[];
}

/**
 * Lists again, and gives what is there although the server said that it was deleted. Folders of HCP's own go to
 * `remover.kept`.
 */
export async function findSurvivors(
  storage: Storage,
  look: () => AsyncIterable<readonly Item[]>,
  { remover, pause, signal }: { remover: Remover; signal: AbortSignal } & Pick<JobServices, 'pause'>,
): Promise<Survivors> {
  for (let again = 0; ; again++) {
    const survivors: Survivors = { count: 0, first: [] };
    const folders: string[] = [];
    for await (const items of look()) {
      for (const item of items) {
        if (!remover.wasDeleted(item)) continue;
        if (isOwnFolder(storage, item.key)) folders.push(item.key);
        else if (++survivors.count <= NAMED) survivors.first.push(item);
      }
    }
    const ms = PAUSES_MS[again];
    // Folders stay as a rule: one second look is enough for them.
    const isClear = survivors.count === 0 && (folders.length === 0 || again > 0);
    if (isClear || ms === undefined) {
      for (const folder of folders) remover.kept.add(folder);
      return survivors;
    }
    await pause(ms, signal);
  }
}

/**
 * Those of chosen keys that are there, by as few requests as that takes: where many are in one folder that is listed,
 * unless it holds far more beside them. One that cannot be asked for is taken for gone: its absence may look the same.
 */
export async function* thoseThere(
  storage: Storage,
  { bucket, keys }: { bucket: string; keys: readonly string[] },
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const folders = new Map<string, string[]>();
  for (const key of keys) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const siblings = folders.get(folder);
    if (siblings === undefined) folders.set(folder, [key]);
    else siblings.push(key);
  }
  const single: string[] = [];
  for (const [prefix, siblings] of folders) {
    let left = new Set(siblings);
    let pages = siblings.length < LIST_FROM ? 0 : Math.ceil(siblings.length / KEYS_PER_PAGE);
    if (pages > 0) {
      const input = { bucket, prefix, delimiter: '/' };
      for await (const page of listPages(storage, input, { signal, prefetch: false })) {
        for (const { key, size, modifiedAt } of page.objects)
          if (left.has(key)) yield { key, kind: 'object', size, isLatest: true, modifiedAt };
        const last = [page.objects.at(-1)?.key ?? '', page.prefixes.at(-1) ?? ''].sort(compareKeys)[1] ?? '';
        const isEnd = page.nextToken === undefined;
        left = new Set(isEnd ? [] : [...left].filter((key) => compareKeys(key, last) > 0));
        if (left.size === 0 || --pages === 0) break;
      }
    }
    single.push(...left);
  }
  const selection = { bucket, keys: single, prefixes: [], oneLevel: false };
  for await (const found of statSelected(storage, selection, signal)) {
    if (!('object' in found)) continue;
    const { key, size } = found.object;
    yield { key, kind: 'object', size, isLatest: true };
  }
}
