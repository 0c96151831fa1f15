import type { Stats } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { LeftOut } from '#shared/transfer-journal.ts';
import { diskError } from '#storage/disk-errors.ts';
import { isAbort, StorageError } from '#storage/errors.ts';

/** A file, or a folder without anything in it. */
export interface FoundFile {
  /** Absolute. */
  path: string;
  /** Below what was chosen, its own name first, with `/` between; a folder's ends in `/`. */
  name: string;
  /** Bytes. */
  size: number;
  mtimeMs: number;
}

/** The files of one folder that lie directly in it come one after another, between folders they may not. */
export type WalkEvent = { file: FoundFile } | { leftOut: LeftOut };

export interface WalkOptions {
  links: 'follow' | 'leave-out';
  signal: AbortSignal;
  platform?: NodeJS.Platform;
}

/**
 * Everything in files and folders of this computer. What cannot be taken is named with its reason, and the rest goes on; a
 * link that leads back into itself ends there.
 *
 * @param paths absolute
 * @throws StorageError `disk-missing` and so on, when a chosen path itself cannot be had; the signal's reason
 */
export async function* walk(
  paths: readonly string[],
  options: WalkOptions,
): AsyncGenerator<WalkEvent, void, undefined> {
  for (const path of outermost(paths)) {
    const stats = await statChosen(path);
    yield* visit(path, keyName(basename(path), options), stats, [], options);
  }
}

/** Chosen paths without those that are inside another, each once. */
function outermost(paths: readonly string[]): string[] {
  const all = [...new Set(paths.map((path) => resolve(path)))];
  const folders = new Set(all);
  return all.filter((path) => {
    for (let parent = resolve(path, '..'); ; parent = resolve(parent, '..')) {
      if (folders.has(parent) && parent !== path) return false;
      if (parent === resolve(parent, '..')) return true;
    }
  });
}

/** @throws StorageError when it cannot be had at all */
export async function statChosen(path: string): Promise<Stats> {
  if (!isAbsolute(path)) {
    const message = `“${path}” is not the full path of a file or folder.`;
    throw new StorageError({ kind: 'invalid-input', operation: 'upload', path, message });
  }
  try {
    return await lstat(path);
  } catch (error) {
    throw diskError(error, { operation: 'read', path });
  }
}

async function* visit(
  path: string,
  name: string,
  stats: Stats,
  above: readonly string[],
  options: WalkOptions,
): AsyncGenerator<WalkEvent, void, undefined> {
  options.signal.throwIfAborted();
  if (stats.isSymbolicLink()) {
    const led = options.links === 'follow' ? await follow(path) : 'it is a link, and links are left out';
    if (typeof led === 'string') yield leftOut(path, led);
    else yield* visit(path, name, led, above, options);
  } else if (stats.isDirectory()) yield* visitFolder(path, name, stats, above, options);
  else if (stats.isFile()) yield { file: { path, name, size: stats.size, mtimeMs: stats.mtimeMs } };
  else yield leftOut(path, kindOf(stats));
}

async function* visitFolder(
  path: string,
  name: string,
  stats: Stats,
  above: readonly string[],
  options: WalkOptions,
): AsyncGenerator<WalkEvent, void, undefined> {
  const self = `${stats.dev}:${stats.ino}`;
  if (above.includes(self)) {
    yield leftOut(path, 'it leads back to a folder that it is in');
    return;
  }
  let isEmpty = true;
  const folders: { path: string; name: string; stats: Stats }[] = [];
  try {
    for await (const entry of await opendir(path)) {
      isEmpty = false;
      const child = join(path, entry.name);
      const childName = `${name}/${keyName(entry.name, options)}`;
      const found = await lstat(child).catch((error: unknown) =>
        diskError(error, { operation: 'read', path: child }),
      );
      if (found instanceof StorageError) yield leftOut(child, found.message);
      else if (found.isDirectory()) folders.push({ path: child, name: childName, stats: found });
      else yield* visit(child, childName, found, [...above, self], options);
    }
  } catch (error) {
    if (isAbort(error, options.signal)) throw error;
    yield leftOut(path, diskError(error, { operation: 'read', path }).message);
    return;
  }
  for (const folder of folders)
    yield* visit(folder.path, folder.name, folder.stats, [...above, self], options);
  if (isEmpty) yield { file: { path, name: `${name}/`, size: 0, mtimeMs: stats.mtimeMs } };
}

async function follow(path: string): Promise<Stats | string> {
  try {
    return await stat(path);
  } catch {
    return 'it is a link that leads nowhere';
  }
}

const leftOut = (path: string, reason: string): WalkEvent => ({ leftOut: { path, reason } });

/** Why something that is neither a file, a folder nor a link cannot be taken. */
export function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'it is a socket';
  if (stats.isFIFO()) return 'it is a pipe';
  return 'it is a device';
}

/**
 * A file's name as a part of a key. macOS gives names in a decomposed form, in which the same word typed elsewhere is
 * another key: there they are composed (NFC).
 */
export function keyName(
  name: string,
  { platform = process.platform }: Pick<WalkOptions, 'platform'> = {},
): string {
  return platform === 'darwin' ? name.normalize('NFC') : name;
}
