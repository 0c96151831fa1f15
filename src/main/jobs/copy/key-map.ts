import type { CopyInput } from '#shared/job.ts';
import type { Selection } from '../selection.ts';

/** How a copy names things: an object's new key is the target's prefix in place of the base. */
export type KeyMapInput = Pick<CopyInput, 'bucket' | 'base' | 'to'>;

/** The new key of `key`, which starts with the base. Empty for the base itself when it goes to the top of a bucket. */
export function newKey({ base, to }: KeyMapInput, key: string): string {
  return to.prefix + key.slice(base.length);
}

/**
 * Whether a copy makes keys that are among those selected (`a/` to `a/b/`, or `a/b/` to `a/`), which its own listing
 * would meet.
 */
export function meetsItself(input: KeyMapInput, { prefixes, keys }: Selection): boolean {
  if (input.to.bucket !== input.bucket) return false;
  const chosen = new Set(keys);
  const isSelected = (key: string) => chosen.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
  const holdsSelected = (start: string) =>
    prefixes.some((prefix) => prefix.startsWith(start)) || keys.some((key) => key.startsWith(start));
  return (
    keys.some((key) => isSelected(newKey(input, key))) ||
    prefixes.some((prefix) => {
      const start = newKey(input, prefix);
      return isSelected(start) || holdsSelected(start);
    })
  );
}

/**
 * In which turn a key is copied when the copy meets itself, the lowest first: what lies at a key's new place goes
 * before it, so that nothing is overwritten before it was copied. Keys of one turn do not meet.
 *
 * From `a/` to `a/b/`, `a/b/b/x` goes to `a/b/b/b/x` before `a/b/x` takes its place, and `a/x` follows; each `b/` more
 * is an earlier turn. The other way, from `a/b/` to `a/`, each is a later one.
 */
export function turnOf({ base, to }: KeyMapInput, key: string): number {
  const grows = to.prefix.length > base.length;
  const step = grows ? to.prefix.slice(base.length) : base.slice(to.prefix.length);
  let steps = 0;
  for (let at = base.length; step !== '' && key.startsWith(step, at); at += step.length) steps++;
  return grows ? -steps : steps;
}
