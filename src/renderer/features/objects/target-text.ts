import { plural } from '#renderer/ui/format.ts';
import { revealText } from '#renderer/ui/reveal.ts';
import { ownName } from './names.ts';
import type { ObjectTarget } from './store.ts';

/** What was chosen, in words: "report.pdf", "scans/", "3 objects and 2 folders", "everything in archive". */
export function targetText({ bucket, keys, prefixes, prefix }: ObjectTarget): string {
  if (prefix !== undefined) {
    if (prefix === '') return `everything in ${bucket}`;
    return prefix.endsWith('/')
      ? `everything in ${revealText(prefix)}`
      : `everything that starts with ${revealText(prefix)}`;
  }
  const [key] = keys;
  const [folder] = prefixes;
  if (keys.length === 1 && prefixes.length === 0 && key !== undefined)
    return key.endsWith('/')
      ? `the marker of ${revealText(ownName({ key, isFolder: true }))}/`
      : revealText(ownName({ key, isFolder: false }));
  if (prefixes.length === 1 && keys.length === 0 && folder !== undefined)
    return `${revealText(ownName({ key: folder, isFolder: true }))}/`;
  return [
    ...(keys.length > 0 ? [plural(keys.length, 'object')] : []),
    ...(prefixes.length > 0 ? [plural(prefixes.length, 'folder')] : []),
  ].join(' and ');
}
