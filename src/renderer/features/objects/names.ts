import type { CopyInput } from '#shared/job.ts';

/** The most bytes of UTF-8 that a key has (Amazon S3 User Guide, "Naming Amazon S3 objects"). */
const KEY_BYTES = 1024;

/** Something that has a name of its own in the browser: an object, or a folder with its slash. */
export interface Named {
  key: string;
  isFolder: boolean;
}

/** The folder that a key lies in: up to the last `/` before its name. */
export function folderAbove({ key, isFolder }: Named): string {
  return key.slice(0, key.lastIndexOf('/', isFolder ? key.length - 2 : undefined) + 1);
}

/** A key's own name, without the folder's closing `/`. */
export function ownName(named: Named): string {
  return named.key.slice(folderAbove(named).length, named.isFolder ? -1 : undefined);
}

const tooLong = (key: string) => new TextEncoder().encode(key).length > KEY_BYTES;

/** What is wrong with a new folder's name, in words; undefined when it can be made. */
export function folderProblem(name: string, inside: string): string | undefined {
  if (name === '') return 'Give the folder a name.';
  if (name.startsWith('/') || name.endsWith('/') || name.includes('//'))
    return 'Leave out empty names: a / stands between two names only.';
  if (tooLong(`${inside}${name}/`)) return `This is too long: a key has at most ${KEY_BYTES} bytes.`;
  return undefined;
}

/** What is wrong with a new name, in words; undefined when it can be given. */
export function renameProblem(name: string, named: Named): string | undefined {
  if (name === '') return 'Give a name.';
  if (name === ownName(named)) return 'This is its name already.';
  if (name.includes('/')) return 'A name holds no /. To put it into another folder, use “Move to…”.';
  if (tooLong(renamedKey(name, named))) return `This is too long: a key has at most ${KEY_BYTES} bytes.`;
  return undefined;
}

/** The key after a rename. */
export const renamedKey = (name: string, named: Named): string =>
  folderAbove(named) + name + (named.isFolder ? '/' : '');

/** How much of a name is selected to be typed over: all but its extension. */
export function stemLength(name: string, isFolder: boolean): number {
  const dot = name.lastIndexOf('.');
  return isFolder || dot <= 0 ? name.length : dot;
}

/** What is wrong with where something is to go, in words. */
export function goalProblem(
  goal: CopyInput['to'],
  from: { bucket: string; base: string; prefixes: readonly string[] },
): string | undefined {
  if (goal.bucket === '') return 'Choose a bucket.';
  if (goal.prefix.startsWith('/') || goal.prefix.includes('//'))
    return 'Leave out empty names: a folder’s path is such as scans/2024/.';
  if (goal.prefix !== '' && !goal.prefix.endsWith('/')) return 'End the folder with a /.';
  if (goal.bucket !== from.bucket) return undefined;
  if (goal.prefix === from.base) return 'It is there already: choose another folder.';
  const inside = from.prefixes.find((prefix) => goal.prefix.startsWith(prefix));
  return inside === undefined ? undefined : `A folder cannot go into itself: ${inside}`;
}

/** A folder as it is typed, with the slash that it ends in. */
export const asFolder = (text: string): string => (text === '' || text.endsWith('/') ? text : `${text}/`);
