import { type ListPart, listInParts, UnsortedError } from '#storage/list-parallel.ts';
import type { Storage } from '#storage/storage.ts';
import { Census } from './census.ts';

/** How a count in parts stands: what is counted so far, and the key that was counted last. */
export interface CountSoFar {
  census: () => Census;
  current: string | undefined;
  /** It has everything. */
  isFinal: boolean;
}

/**
 * Counts everything under a prefix, in parts that are listed at the same time: a census for each, which is joined to that
 * of the part on its right when it is whole. It ends without a final value when the server does not list in the order that
 * this takes: then it has to be counted in series.
 */
export async function* countInParts(
  storage: Storage,
  { bucket, prefix, byPrefix }: { bucket: string; prefix: string; byPrefix: boolean },
  signal: AbortSignal,
): AsyncGenerator<CountSoFar, void> {
  const counts = new Map<ListPart, Census>();
  let some: ListPart | undefined;
  const total = () => {
    const sum = new Census(byPrefix);
    let part = some;
    while (part?.previous !== undefined) part = part.previous;
    for (; part !== undefined; part = part.next) {
      const census = counts.get(part);
      if (census !== undefined) sum.absorb(census);
    }
    return sum;
  };
  try {
    for await (const { part, keys, hasEnded } of listInParts(storage, { bucket, prefix }, { signal })) {
      const census = counts.get(part) ?? new Census(byPrefix);
      counts.set(part, census);
      census.add(keys, prefix);
      some = part;
      yield { census: total, current: keys.key(-1), isFinal: false };
      const { next } = part;
      if (!hasEnded || next === undefined) continue;
      const right = counts.get(next);
      if (right !== undefined) census.absorb(right);
      counts.set(next, census);
      counts.delete(part);
      some = next;
    }
    yield { census: total, current: undefined, isFinal: true };
  } catch (error) {
    if (!(error instanceof UnsortedError)) throw error;
  }
}
