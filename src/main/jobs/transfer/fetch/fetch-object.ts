import { dirname } from 'node:path';
import type { ObjectStat } from '#shared/objects.ts';
import type { IfExists } from '#shared/transfer.ts';
import type { FetchItem, Verification } from '#shared/transfer-journal.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { partialPath, publish } from '#jobs/target-file.ts';
import { freeName } from '../existing.ts';
import type { ItemTask, Moved, TransferContext } from '../transfer.ts';
import { keptMtimeMs } from '../upload/headers.ts';
import { decideOnFile, existingFile, type ExistingFile } from './existing-file.ts';
import type { FreePlaces } from './free-places.ts';
import { HELD_BYTES, type HeldFile, nameHeld, placeHeld, receiveHeld } from './held.ts';
import { FetchNotes, type Finished, partialNote, removePartials, wasNamed } from './notes.ts';
import { PartialFile, removePartial } from './partial-file.ts';
import { isWhole, receive, type Received, type Source } from './receive.ts';
import { makeInside, makeParents, placeOf, requireInside } from './target-folder.ts';
import { isOtherObject, isTrustedMd5, OtherBytesError, requireLength, verify } from './verify.ts';

/** How often an object is fetched from its start when it changes meanwhile, or other bytes come than it has. */
const ATTEMPTS = 3;

export interface FetchTarget {
  storage: Storage;
  bucket: string;
  /** Absolute, and there. */
  folder: string;
  ifExists: IfExists;
  places: FreePlaces;
}

/**
 * Brings one object to its place in a folder: into a partial file beside it, which gets the name when it is whole, checked
 * and on the disk. Goes on with what the notes say is there.
 *
 * @throws StorageError: `invalid-input` for what is in the way at its place; `incomplete` for bytes that are not the
 *   object's, other ones three times over; of a `disk-*` kind for what is wrong with all that is written
 */
export async function fetchObject(
  target: FetchTarget,
  item: FetchItem,
  task: ItemTask,
  context: TransferContext,
): Promise<Moved> {
  const place = placeOf(target.folder, item.path);
  if (item.path.endsWith('/')) {
    await makeInside(target.folder, place);
    return { state: 'done', bytes: 0 };
  }
  const named = await wasNamed(task.notes);
  if (named !== undefined) {
    await removePartials(task.notes);
    task.moved(named.size);
    return { state: 'done', bytes: named.size, verified: named.verified };
  }
  return new ObjectFetch(target, item, place, task, context).run();
}

class ObjectFetch {
  readonly #target: FetchTarget;
  readonly #item: FetchItem;
  readonly #place: string;
  readonly #task: ItemTask;
  readonly #context: TransferContext;
  readonly #ref;
  readonly #notes: FetchNotes;
  /** Bytes that were told of. */
  #counted = 0;
  #stat: ObjectStat | undefined;
  /** Where the target really is, when the place was seen to be free just now. */
  #root: string | undefined;
  /** Of what came when it was not what the ETag says. */
  #md5Before: string | undefined;
  /** What was there when it was looked at last, and what was decided then. */
  #decided: { there: ExistingFile; decision: 'send' | 'skip' | 'keep-both' } | undefined;

  constructor(target: FetchTarget, item: FetchItem, place: string, task: ItemTask, context: TransferContext) {
    this.#target = target;
    this.#item = item;
    this.#place = place;
    this.#task = task;
    this.#context = context;
    this.#notes = new FetchNotes(task);
    this.#ref = { bucket: target.bucket, key: item.key, versionId: item.versionId };
  }

  async run(): Promise<Moved> {
    if (this.#item.modifiedMs === undefined) await this.#look();
    if (this.#notes.isEmpty)
      this.#root = this.#source().size > HELD_BYTES ? undefined : await this.#target.places.find(this.#place);
    const there = this.#root === undefined ? await existingFile(this.#place) : undefined;
    if (there !== undefined && (await this.#decide(there)) === 'skip') {
      await this.#notes.startAnew();
      return { state: 'skipped', bytes: this.#item.size };
    }
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#fetchHeld()) ?? (await this.#fetch());
      } catch (error) {
        if (!isOtherObject(error)) throw error;
        if (error instanceof OtherBytesError) this.#md5Before = error.md5;
        await this.#notes.startAnew();
        if (attempt === ATTEMPTS) throw error;
        this.#task.retried();
        await this.#look();
      }
    }
  }

  /** The short way, for what is small and new; undefined where it has to go the long one. */
  async #fetchHeld(): Promise<Moved | undefined> {
    const source = this.#source();
    const isTaken = this.#decided !== undefined;
    if (isTaken || !this.#notes.isEmpty || source.size > HELD_BYTES) return undefined;
    const { storage, bucket } = this.#target;
    const root = this.#root ?? (await this.#makeRoom());
    this.#root = undefined;
    if (root === undefined) return undefined;
    try {
      const receiving = { ...this.#task, before: this.#md5Before };
      const { bytes, stat, verified } = await receiveHeld(storage, source, receiving, this.#context);
      requireLength(bytes.length, stat, bucket);
      const { size } = stat;
      const file = { path: partialPath(this.#place), place: this.#place, root, bytes };
      const dateMs = dateOf(stat) ?? Date.now();
      await Promise.all([
        this.#notes.begin(file.path, source),
        this.#notes.named(this.#place, { size, mtimeMs: dateMs, verified }),
      ]);
      this.#moved(size);
      const placed = await placeHeld({ ...file, dateMs });
      if (placed === 'named') return { state: 'done', bytes: size, verified };
      if (placed !== undefined) {
        requireLength(placed.size, stat, bucket);
        return await this.#nameWritten({ ...file, dateMs }, { ...placed, verified });
      }
      this.#moved(-size);
      return undefined;
    } catch (error) {
      this.#moved(-this.#counted);
      if (!isAbort(error, this.#task.signal)) await this.#notes.startAnew().catch(() => undefined);
      throw error;
    }
  }

  /** Its name could not be given in one go with its bytes. */
  async #nameWritten(file: HeldFile, is: Finished): Promise<Moved> {
    await this.#notes.named(file.place, is);
    this.#task.signal.throwIfAborted();
    if (await nameHeld(file)) return { state: 'done', bytes: is.size, verified: is.verified };
    return this.#named(file.path, file.root, is);
  }

  /** Where the target really is, when the place is free once its folders are there; else undefined. */
  async #makeRoom(): Promise<string | undefined> {
    const { folder, places } = this.#target;
    await makeParents(folder, dirname(this.#place));
    return places.find(this.#place);
  }

  async #fetch(): Promise<Moved> {
    const { folder, storage, bucket } = this.#target;
    const { signal } = this.#task;
    const root = await makeParents(folder, dirname(this.#place));
    const source = this.#source();
    const { file, received } = (await this.#resumed(source)) ?? (await this.#begun(source));
    let stat: ObjectStat;
    let verified: Verification;
    let mtimeMs: number;
    try {
      const task = { ...this.#task, moved: (bytes: number) => this.#moved(bytes) };
      const { limits } = this.#context;
      const got = await receive({ storage, source, file, task, limits }, received);
      ({ stat } = got);
      verified = await verify(file, stat, {
        bucket,
        md5: got.md5,
        parts: got.parts,
        before: this.#md5Before,
        signal,
      });
      await file.setDate(dateOf(stat) ?? Date.now());
      await file.sync();
      const written = await file.stat();
      requireLength(written.size, stat, bucket);
      ({ mtimeMs } = written);
    } catch (error) {
      this.#moved(-this.#counted);
      // Why it failed is said already, whatever else goes wrong now.
      const isEmpty = await isEmptyFile(file);
      await file.close().catch(() => undefined);
      const isOfNoUse = isEmpty || isGone(error) || (isWhole(source) && !isTrustedMd5(source));
      if (isOfNoUse && !isAbort(error, signal)) await this.#notes.startAnew().catch(() => undefined);
      throw error;
    }
    await file.close(); // a network disk tells of lack of room only here
    return this.#named(file.path, root, { size: stat.size, mtimeMs, verified });
  }

  async #named(partial: string, root: string, is: Finished): Promise<Moved> {
    const isNamed = await this.#giveName(partial, root, is);
    await removePartial(partial);
    return isNamed
      ? { state: 'done', bytes: is.size, verified: is.verified }
      : { state: 'skipped', bytes: this.#item.size };
  }

  /** False when something has appeared there that is to stay. */
  async #giveName(partial: string, root: string, is: Finished): Promise<boolean> {
    for (;;) {
      this.#task.signal.throwIfAborted();
      const there = await existingFile(this.#place);
      const decision = there === undefined ? 'new' : await this.#decide(there);
      if (decision === 'skip') return false;
      const path =
        decision === 'keep-both'
          ? await freeName(this.#place, async (each) => (await existingFile(each)) !== undefined)
          : this.#place;
      await requireInside(root, dirname(path), this.#target.folder);
      await this.#notes.named(path, is);
      try {
        await publish(partial, path, decision === 'send');
        return true;
      } catch (error) {
        const hasAppeared = error instanceof StorageError && error.kind === 'disk-exists';
        if (!hasAppeared || decision === 'send') throw error;
      }
    }
  }

  /** What is to become of it, by what is there now; not worked out again while that stays as it is. */
  async #decide(there: ExistingFile): Promise<'send' | 'skip' | 'keep-both'> {
    const before = this.#decided?.there;
    const isSame = before?.id === there.id && before.size === there.size && before.mtimeMs === there.mtimeMs;
    if (isSame && this.#decided !== undefined) return this.#decided.decision;
    const { ifExists } = this.#target;
    const mayBeSame = ifExists === 'if-different' && this.#source().size === there.size;
    const stat = mayBeSame ? await this.#look() : undefined;
    const md5 = stat !== undefined && isTrustedMd5(stat) ? stat.etag.toLowerCase() : undefined;
    const { size } = this.#source();
    const date = async () => dateOf(stat ?? (await this.#look())) ?? 0;
    const decision = await decideOnFile(ifExists, this.#place, there, { size, md5, date }, this.#task.signal);
    this.#decided = { there, decision };
    return decision;
  }

  /** The object as the server has it now. */
  async #look(): Promise<ObjectStat> {
    this.#stat = await this.#target.storage.stat(this.#ref, { signal: this.#task.signal });
    return this.#stat;
  }

  #source(): Source {
    const { size, etag } = this.#stat ?? this.#item;
    return { ref: this.#ref, size, etag, stat: this.#stat };
  }

  async #begun(source: Source): Promise<{ file: PartialFile; received: Received }> {
    if (!this.#notes.isEmpty) await this.#notes.startAnew();
    const path = partialPath(this.#place);
    const { rangeBytes } = await this.#notes.begin(path, source);
    return {
      file: await PartialFile.create(path, this.#place),
      received: { rangeBytes, ranges: new Set() },
    };
  }

  /** What was left of the same object; undefined when there is none to go on with. */
  async #resumed(source: Source): Promise<{ file: PartialFile; received: Received } | undefined> {
    const note = partialNote(this.#notes.all);
    if (note === undefined || note.etag !== source.etag || note.etag === '') return undefined;
    if (dirname(note.path) !== dirname(this.#place)) return undefined;
    const file = await PartialFile.reopen(note.path, this.#place);
    if (file === undefined) return undefined;
    const { size } = await file.stat();
    const noted = this.#notes.all.flatMap((each) => (each.note === 'range' ? [each.index] : []));
    const { rangeBytes } = note;
    const isThere = (index: number) => size >= Math.min(source.size, (index + 1) * rangeBytes);
    return { file, received: { rangeBytes, ranges: new Set(noted.filter(isThere)) } };
  }

  #moved(bytes: number): void {
    this.#counted += bytes;
    this.#task.moved(bytes);
  }
}

/** The date of the file that an object was made of, or its own. */
function dateOf({ metadata, modifiedAt }: ObjectStat): number | undefined {
  return keptMtimeMs(metadata) ?? modifiedAt?.getTime();
}

const isGone = (error: unknown) => error instanceof StorageError && error.kind === 'not-found';
const isEmptyFile = (file: PartialFile) =>
  file.stat().then(
    ({ size }) => size === 0,
    () => false,
  );
