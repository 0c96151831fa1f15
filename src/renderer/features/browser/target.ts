import { plural } from '#renderer/ui/format.ts';
import { revealText } from '#renderer/ui/reveal.ts';
import { isFolder } from './level.ts';
import { folderOf, inBucket, lastName } from './location.ts';
import { useBrowser } from './store.ts';

/** What a command works on: a prefix, or chosen keys and folders. */
export interface Target {
  connectionId: string;
  bucket: string;
  /** The folder that is being looked at. */
  base: string;
  /** A name for a file that is made of it: the folder's, the bucket's, or `objects`. */
  name: string;
  prefix?: string;
  keys?: string[];
  prefixes?: string[];
  /** What is looked at is how it was then. */
  asOf?: Date | undefined;
}

type BrowserState = ReturnType<typeof useBrowser.getState>;

/** True when nothing is chosen, or everything is: then the work is on the prefix, not on a list of its keys. */
function isWholePrefix({ selection, wholePrefix, listing, level }: BrowserState): boolean {
  if (wholePrefix || selection.size === 0) return true;
  return listing.state === 'complete' && selection.size === level.length;
}

/** What is selected, else where the window looks. Undefined outside a bucket. */
export function currentTarget(): Target | undefined {
  const state = useBrowser.getState();
  const { location, selection, level } = state;
  if (!inBucket(location)) return undefined;
  const { connectionId, bucket, prefix, asOf } = location;
  const base = folderOf(prefix);
  const place = { connectionId, bucket, base, asOf };
  if (isWholePrefix(state)) return { ...place, prefix, name: lastName(prefix) || 'objects' };
  const keys: string[] = [];
  const prefixes: string[] = [];
  for (const row of selection.rows()) (isFolder(row) ? prefixes : keys).push(level.keyOf(row));
  const [only] = prefixes;
  const name = only !== undefined && prefixes.length === 1 && keys.length === 0 ? lastName(only) : '';
  return { ...place, keys, prefixes, name: name || 'objects' };
}

/** What is selected, however much of the level that is: chosen things, and nothing that comes later. */
export interface Chosen extends Target {
  keys: string[];
  prefixes: string[];
  /** Of the chosen objects. */
  bytes: number;
  /** Which version of each object is looked at, as of a date. */
  versionIds: Record<string, string>;
}

/** What is selected; a prefix only where the user widened the selection to all of it. Undefined without a selection. */
export function chosenTarget(): Chosen | undefined {
  const { location, selection, level, wholePrefix } = useBrowser.getState();
  if (!inBucket(location) || (selection.size === 0 && !wholePrefix)) return undefined;
  const { connectionId, bucket, prefix, asOf } = location;
  const place = { connectionId, bucket, base: folderOf(prefix), name: lastName(prefix), asOf };
  const keys: string[] = [];
  const prefixes: string[] = [];
  const versionIds: Record<string, string> = {};
  if (wholePrefix) return { ...place, prefix, keys, prefixes, versionIds, bytes: 0 };
  for (const row of selection.rows()) {
    const key = level.keyOf(row);
    if (isFolder(row)) prefixes.push(key);
    else {
      keys.push(key);
      const versionId = level.versionIds[row];
      if (versionId !== undefined) versionIds[key] = versionId;
    }
  }
  return { ...place, keys, prefixes, versionIds, bytes: selection.bytes };
}

/** How many things are selected, without looking at each. */
export function chosenCount(): { objects: number; folders: number; whole: boolean } {
  const { location, selection, wholePrefix } = useBrowser.getState();
  if (!inBucket(location)) return { objects: 0, folders: 0, whole: false };
  return { objects: selection.objects, folders: selection.folders, whole: wholePrefix };
}

/** The same in words, for a tooltip: "3 selected objects", "everything in scans/". */
export function targetHint(): string | undefined {
  const state = useBrowser.getState();
  const { location, selection, level } = state;
  if (!inBucket(location)) return undefined;
  if (isWholePrefix(state)) {
    if (location.prefix === '') return `everything in ${location.bucket}`;
    const name = revealText(lastName(location.prefix));
    return location.prefix.endsWith('/') ? `everything in ${name}/` : `everything that starts with ${name}`;
  }
  if (selection.size === 1) {
    const [row = 0] = selection.rows();
    return revealText(level.nameOf(row)) + (isFolder(row) ? '/' : '');
  }
  return plural(selection.size, 'selected item');
}
