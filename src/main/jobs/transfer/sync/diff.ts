import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import type { ListedObject } from '#shared/objects.ts';
import type { SyncInput, SyncRow } from '#shared/transfer.ts';
import type { LeftOut, SyncItem } from '#shared/transfer-journal.ts';
import { mapConcurrent } from '#storage/concurrency.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import { listObjects } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import { NamePlanner } from '#jobs/names.ts';
import { fold, safeSegment } from '#jobs/segments.ts';
import { isPlaceholder } from '#jobs/selection.ts';
import { placeOf } from '../fetch/target-folder.ts';
import { difference } from './compare.ts';
import { KeptItems } from './kept-rows.ts';
import { type LocalEntry, localEntries } from './local-entries.ts';
import { type Met, merged } from './merge.ts';
import { LeftOutNames, OpenFolders } from './open-folders.ts';

/** Pairs that are compared at once. */
const COMPARED_AT_ONCE = 16;

/** What a comparison finds. Deletions come last, and only when both sides were looked at completely. */
export type DiffEvent = { row: SyncRow; item: SyncItem } | { same: string } | { leftOut: LeftOut };

export type DiffInput = Pick<SyncInput, 'bucket' | 'prefix' | 'folder' | 'direction' | 'deletes' | 'compare'>;

type LocalFile = Extract<LocalEntry, { is: 'file' }>;
/** One thing at the source, and what of the target has its name. */
type Candidate = { leftOut: LeftOut } | { same: string } | Sent;
interface Sent {
  /** At the target: below the folder or the prefix. */
  name: string;
  isRenamed: boolean;
  local?: LocalFile | undefined;
  remote?: ListedObject | undefined;
}

/**
 * Compares a folder with a prefix. Both are gone through in the order of keys, so that the memory is bounded by one folder
 * (downwards also by the names, of which hashes are kept). What could not be looked at is named and never deleted; where a
 * side could not be looked at completely, nothing is.
 *
 * @throws StorageError when a side cannot be looked at at all; the signal's reason
 */
export async function* diff(
  storage: Storage,
  input: DiffInput,
  signal: AbortSignal,
): AsyncGenerator<DiffEvent, void, undefined> {
  const deletes = await KeptItems.open();
  const walk = new Comparison(storage, input, deletes, signal);
  try {
    const judge = (candidate: Candidate, stop: AbortSignal) => walk.judge(candidate, stop);
    yield* mapConcurrent(walk.candidates(), judge, { limit: COMPARED_AT_ONCE, signal });
    if (!input.deletes) return;
    if (walk.isIncomplete) {
      const path = input.folder;
      const reason = 'not all of it could be looked at, so nothing is deleted at the other side';
      yield { leftOut: { path, reason } };
      return;
    }
    for await (const item of deletes.all()) {
      signal.throwIfAborted();
      if (!walk.isKept(item)) yield { row: rowOf(item, input, 'the other side does not have it'), item };
    }
  } finally {
    await deletes.close();
  }
}

class Comparison {
  readonly #storage: Storage;
  readonly #input: DiffInput;
  readonly #deletes: KeptItems;
  readonly #signal: AbortSignal;
  readonly #planner = new NamePlanner();
  readonly #leftOut = new LeftOutNames();
  /** Folders here that the prefix may not have; placeholders there that the folder may not have. */
  readonly #folders = new OpenFolders<{ name: string; item: SyncItem; isUsed: boolean }>();
  /** Files here that belong to keys of other names. */
  readonly #taken = new Set<number>();
  /** Folders of such files, folded. */
  readonly #takenFolders = new Set<string>();
  isIncomplete = false;

  constructor(storage: Storage, input: DiffInput, deletes: KeptItems, signal: AbortSignal) {
    this.#storage = storage;
    this.#input = input;
    this.#deletes = deletes;
    this.#signal = signal;
  }

  async *candidates(): AsyncGenerator<Candidate, void, undefined> {
    const { bucket, prefix, folder } = this.#input;
    const signal = this.#signal;
    const remotes = listObjects(this.#storage, { bucket, prefix }, { signal });
    for await (const met of merged(localEntries(folder, signal), remotes, { bucket, prefix })) {
      if (met.name === '') continue; // the placeholder of the prefix itself
      await this.#leave(met.name);
      const candidate = await this.#meet(met);
      if (candidate !== undefined) yield candidate;
    }
    await this.#leave();
  }

  async #meet(met: Met): Promise<Candidate | undefined> {
    const { name, local } = met;
    if (local?.is === 'left-out') {
      this.#leftOut.add(name);
      this.#use();
      if (local.isUnread) this.isIncomplete = true;
      return { leftOut: { path: local.path, reason: local.reason } };
    }
    if (met.remote !== undefined && this.#leftOut.has(name)) return undefined;
    return this.#input.direction === 'up' ? this.#meetUp(met) : this.#meetDown(met);
  }

  async #meetUp({ name, local, remote }: Met): Promise<Candidate | undefined> {
    if (local?.is === 'folder') {
      // A folder's placeholder stays where the folder is; an empty folder gets one.
      this.#folders.enter({ name, item: this.#item('delete', name, {}), isUsed: true });
      if (remote !== undefined) return { same: name };
      return local.isEmpty ? { name, isRenamed: false } : undefined;
    }
    if (local?.is === 'file') return { name, isRenamed: false, local, remote };
    if (remote === undefined) return undefined;
    const item = this.#item('delete', name, { remote });
    if (isPlaceholder(remote)) {
      const isOurs = this.#folders.now().some((folder) => folder.name === name);
      this.#folders.enter({ name, item, isUsed: isOurs });
    } else await this.#delete(item);
    return undefined;
  }

  async #meetDown({ name, local, remote }: Met): Promise<Candidate | undefined> {
    if (remote === undefined) {
      if (local?.is === 'folder')
        this.#folders.enter({
          name,
          item: { ...this.#item('delete', name, {}), path: local.path },
          isUsed: false,
        });
      else if (local?.is === 'file') await this.#delete(this.#item('delete', name, { local }));
      return undefined;
    }
    if (local?.is === 'folder') {
      this.#folders.enter({ name, item: this.#item('delete', name, {}), isUsed: true });
      if (isPlaceholder(remote)) {
        this.#use();
        this.#planner.plan(name, false);
        return { same: name };
      }
    }
    // A name that no key is ever given, since it is not legal everywhere, but that this disk has: as an upload left it.
    if (local?.is === 'file' && !name.split('/').every((part) => safeSegment(part) === part)) {
      this.#use();
      return { name, isRenamed: false, local, remote };
    }
    const planned = this.#planner.plan(name, !isPlaceholder(remote));
    if (!planned.renamed) {
      this.#use();
      return { name, isRenamed: false, local: local?.is === 'file' ? local : undefined, remote };
    }
    if (local?.is === 'file') await this.#delete(this.#item('delete', name, { local }));
    if (planned.isFolder) this.#takenFolders.add(fold(planned.path));
    for (let at = dirname(planned.path); at !== '.'; at = dirname(at)) this.#takenFolders.add(fold(`${at}/`));
    return { name: planned.path, isRenamed: true, remote };
  }

  async judge(candidate: Candidate, signal: AbortSignal): Promise<DiffEvent> {
    if (!('name' in candidate)) return candidate;
    const { direction } = this.#input;
    try {
      const found = direction === 'down' ? await this.#look(candidate) : candidate;
      if ('leftOut' in found || 'same' in found) return found;
      const { local, remote, isRenamed } = found;
      const there = direction === 'up' ? remote : local;
      if (local === undefined || remote === undefined || there === undefined)
        return this.#found('send', found, 'the target does not have it');
      const why = await difference(this.#storage, this.#input, local, remote, signal);
      if (why !== undefined) return this.#found('replace', found, why);
      if (isRenamed) this.#taken.add(local.ino);
      return { same: found.name };
    } catch (error) {
      if (isAbort(error, signal) || !(error instanceof StorageError) || error.path === undefined) throw error;
      this.isIncomplete = true; // a file that cannot be read
      return { leftOut: { path: error.path, reason: error.message } };
    }
  }

  /** What this disk has under a name that the walk did not meet: another case, another form, a name made legal. */
  async #look(sent: Sent): Promise<Sent | { leftOut: LeftOut } | { same: string }> {
    if (sent.local !== undefined) return sent;
    const path = placeOf(this.#input.folder, sent.name);
    const stats = await lstat(path).catch(() => undefined); // what is in its way is told when it is fetched
    if (stats === undefined) return sent;
    if (sent.name.endsWith('/') && stats.isDirectory()) return { same: sent.name };
    if (!stats.isFile())
      return {
        leftOut: { path, reason: stats.isDirectory() ? 'a folder has its name' : 'a link has its name' },
      };
    const { size, mtimeMs, ino } = stats;
    this.#taken.add(ino);
    return { ...sent, local: { is: 'file', name: sent.name, path, size, mtimeMs, ino } };
  }

  /** Whether something that was to be deleted turned out to be needed under another name. */
  isKept({ name, file }: SyncItem): boolean {
    if (this.#input.direction === 'up') return false;
    return file === undefined ? this.#takenFolders.has(fold(name)) : this.#taken.has(file.ino);
  }

  #found(action: 'send' | 'replace', sent: Sent, why: string): DiffEvent {
    const item = this.#item(action, sent.name, sent);
    return { row: rowOf(item, this.#input, why), item };
  }

  /** The folders that the walk is in have something to stay for. */
  #use(): void {
    for (const folder of this.#folders.now()) folder.isUsed = true;
  }

  async #leave(name?: string): Promise<void> {
    for (const { item, isUsed } of this.#folders.leave(name)) if (!isUsed) await this.#delete(item);
  }

  async #delete(item: SyncItem): Promise<void> {
    if (this.#input.deletes) await this.#deletes.add(item);
  }

  #item(
    action: SyncItem['action'],
    name: string,
    { local, remote, isRenamed = false }: Partial<Sent>,
  ): SyncItem {
    const { direction, folder, prefix } = this.#input;
    const source = direction === 'up' ? local : remote;
    return {
      action,
      name,
      path: local?.path ?? join(folder, name),
      key: remote?.key ?? prefix + name,
      size: (action === 'delete' ? (local ?? remote) : source)?.size ?? 0,
      isRenamed,
      ...(local !== undefined && { file: { size: local.size, mtimeMs: local.mtimeMs, ino: local.ino } }),
      ...(remote !== undefined && {
        object: { size: remote.size, etag: remote.etag, modifiedMs: remote.modifiedAt.getTime() },
      }),
    };
  }
}

function rowOf(
  { action, name, key, size, isRenamed }: SyncItem,
  { prefix }: DiffInput,
  why: string,
): SyncRow {
  const said = isRenamed ? `${why}; this is the name for “${key.slice(prefix.length)}”` : why;
  return { path: name, action, size, why: said };
}
