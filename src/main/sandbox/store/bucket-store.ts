import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Error } from '../errors.ts';
import { BucketState, versionsOf } from './bucket-state.ts';
import { compact } from './compact.ts';
import { DataStore } from './data-store.ts';
import { Journal, type JournalRecord } from './journal.ts';
import type { SortedIndex } from './sorted-index.ts';
import type { BucketSettings, NewVersion, Part, Segment, Upload, Version } from './version.ts';

/** An object that is put in; the store says when, and under which id. */
export interface NewObject {
  key: string;
  size: number;
  etag: string;
  data: readonly Segment[];
  details: string | undefined;
}

export interface PutOptions {
  /** Looks at the current version in the same instant in which it is replaced; throws to prevent that. */
  check?: ((current: Version | undefined) => void) | undefined;
  /** The multipart upload that the version is made of: it ends with it. */
  upload?: string;
}

/** `random` begins with the time, as `integer` is the time: both sort by age. */
export type IdKind = 'random' | 'integer';

const JOURNAL = 'journal';

/**
 * One bucket on disk. A change is made in memory first, in one step; its method resolves when the change is in the
 * journal too, and so survives a kill (not a loss of power: see `AppendFile`).
 */
export class BucketStore {
  readonly data: DataStore;
  readonly #state: BucketState;
  readonly #journal: Journal;
  readonly #ids: IdKind;
  #deleted = false;

  private constructor(state: BucketState, journal: Journal, data: DataStore, ids: IdKind) {
    this.#state = state;
    this.#journal = journal;
    this.data = data;
    this.#ids = ids;
  }

  /** Makes the files of a bucket that holds nothing. */
  static async create(folder: string, settings: BucketSettings): Promise<void> {
    await mkdir(folder, { recursive: true });
    await Journal.write(join(folder, JOURNAL), [{ op: 'settings', settings }]);
  }

  /** @throws SandboxFolderError when the journal is damaged. */
  static async open(folder: string, ids: IdKind = 'random'): Promise<BucketStore> {
    const path = join(folder, JOURNAL);
    const data = await DataStore.open(folder);
    let { state, journal } = await load(path);
    if (await compact(path, journal.records, state, data)) {
      await journal.close();
      ({ state, journal } = await load(path));
    }
    await data.sweep((visit) => {
      state.eachSegment(visit);
    });
    return new BucketStore(state, journal, data, ids);
  }

  get settings(): BucketSettings {
    return this.#state.settings;
  }

  get index(): SortedIndex<Version> {
    return this.#state.index;
  }

  get uploads(): ReadonlyMap<string, Upload> {
    return this.#state.uploads;
  }

  /** The current version (which may be a delete marker), or the one with an id. */
  find(key: string, versionId?: string): Version | undefined {
    return versionId === undefined ? this.#state.index.get(key) : this.#state.find(key, versionId);
  }

  change(settings: Partial<BucketSettings>): Promise<void> {
    return this.#apply({ op: 'settings', settings: { ...this.settings, ...settings } });
  }

  /** Makes a version of an object the current one. When it fails, the bytes of the version are freed. */
  async put(object: NewObject, options: PutOptions = {}): Promise<NewVersion> {
    const current = this.find(object.key);
    try {
      this.#assertThere();
      options.check?.(current?.data === undefined ? undefined : current);
    } catch (error) {
      // The parts of an upload stay with it: it may be completed once more.
      if (options.upload === undefined) await this.data.release(object.data);
      throw error;
    }
    return this.#append(object, options.upload);
  }

  /**
   * Removes a key as a plain DELETE does: for good while versioning is off, else under a delete marker, which has a new
   * id unless one is given.
   *
   * @returns the delete marker, if one was made.
   */
  async remove(key: string, markerId?: string): Promise<NewVersion | undefined> {
    if (this.settings.versioning === undefined) {
      await this.removeVersion(key, 'null');
      return undefined;
    }
    const marker = { key, size: 0, etag: '', data: undefined, details: undefined };
    return this.#append(marker, undefined, markerId);
  }

  /** Removes one version for good; @returns it, if it was there. */
  async removeVersion(key: string, versionId: string): Promise<Version | undefined> {
    const version = this.find(key, versionId);
    if (version !== undefined) await this.#apply({ op: 'remove', key, versionId });
    return version;
  }

  setDetails(version: Version, details: string | undefined): Promise<void> {
    return this.#apply({ op: 'details', key: version.key, versionId: version.versionId, details });
  }

  async beginUpload(upload: Pick<Upload, 'key' | 'details' | 'initiator'>): Promise<string> {
    const id = this.#newId();
    await this.#apply({ op: 'upload', upload: { ...upload, id, initiated: nowSeconds() } });
    return id;
  }

  /** @throws S3Error NoSuchUpload when the upload ended while its part was on the way; the part's bytes are freed. */
  async putPart(upload: string, part: Omit<Part, 'modified'>): Promise<Part> {
    if (!this.uploads.has(upload)) {
      await this.data.release(part.data);
      throw new S3Error('NoSuchUpload', { fields: { UploadId: upload } });
    }
    const stamped = { ...part, modified: nowSeconds() };
    await this.#apply({ op: 'part', upload, part: stamped });
    return stamped;
  }

  abortUpload(upload: string): Promise<void> {
    return this.#apply({ op: 'abort', upload });
  }

  /** From here on nothing can be put in. @throws S3Error BucketNotEmpty */
  markDeleted(): void {
    if (this.index.size > 0)
      throw new S3Error('BucketNotEmpty', { fields: { BucketName: this.settings.name } });
    this.#deleted = true;
  }

  async close(): Promise<void> {
    await this.#journal.close();
    await this.data.close();
  }

  async #append(
    object: Omit<NewObject, 'data'> & { data: readonly Segment[] | undefined },
    upload?: string,
    id?: string,
  ): Promise<NewVersion> {
    const versionId = id ?? (this.settings.versioning === 'Enabled' ? this.#newId() : 'null');
    const stamped = { ...object, versionId, modified: nowSeconds() };
    await this.#apply({ op: 'put', version: stamped, ...(upload === undefined ? {} : { upload }) });
    return stamped;
  }

  async #apply(record: JournalRecord): Promise<void> {
    this.#assertThere();
    const freed = this.#state.apply(record);
    await this.#journal.append(record);
    if (freed.length > 0) await this.data.release(freed);
  }

  #assertThere(): void {
    if (this.#deleted) throw new S3Error('NoSuchBucket', { fields: { BucketName: this.settings.name } });
  }

  /**
   * Ids of versions and uploads sort by age, so that a listing finds its place again when the version it stopped at has
   * been deleted meanwhile.
   */
  #newId(): string {
    const { lastId } = this.#state;
    if (this.#ids === 'integer') {
      this.#state.lastId = String(Math.max(Date.now() * 1000, Number(lastId) + 1));
      return this.#state.lastId;
    }
    const now = Math.max(Date.now() * 1000, timeOf(lastId) + 1);
    this.#state.lastId =
      now.toString(36).padStart(TIME_DIGITS, '0') + randomBytes(11).toString('hex').slice(0, 21);
    return this.#state.lastId;
  }
}

const TIME_DIGITS = 11;
const VERSION_ID = /^[0-9a-z]{32}$/;

/** Whether a version id could be one of ours. */
export function isVersionId(text: string): boolean {
  return text === 'null' || VERSION_ID.test(text);
}

/** What of a key's versions comes after the version with this id, which may have been deleted. */
export function versionsAfter(newest: Version, versionId: string): Version[] {
  const versions = [...versionsOf(newest)];
  const at = versions.findIndex((version) => version.versionId === versionId);
  if (at !== -1) return versions.slice(at + 1);
  if (versionId === 'null') return versions;
  const older = versions.findIndex(
    (version) => version.versionId !== 'null' && version.versionId < versionId,
  );
  return older === -1 ? versions.filter((version) => version.versionId === 'null') : versions.slice(older);
}

/** What of a key's versions is newer than the version with this id, which may have been deleted; newest first. */
export function versionsBefore(newest: Version, versionId: string): Version[] {
  const versions = [...versionsOf(newest)];
  const at = versions.findIndex((version) => version.versionId === versionId);
  if (at !== -1) return versions.slice(0, at);
  if (versionId === 'null') return versions;
  return versions.filter((version) => version.versionId === 'null' || version.versionId > versionId);
}

async function load(path: string): Promise<{ state: BucketState; journal: Journal }> {
  const state = new BucketState({ name: '', owner: '', created: 0 });
  const journal = await Journal.open(path, (record) => {
    state.apply(record);
  });
  return { state, journal };
}

function timeOf(id: string): number {
  return id === '' ? 0 : parseInt(id.slice(0, TIME_DIGITS), 36);
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
