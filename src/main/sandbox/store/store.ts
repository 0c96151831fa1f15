import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Error, SandboxFolderError } from '../errors.ts';
import { BucketStore, type IdKind } from './bucket-store.ts';
import { lockFolder } from './folder-lock.ts';

const MARKER = 'cooper-sandbox.json';
const FORMAT = 1;
/** What file managers leave in folders by themselves. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'lock']);

/** A folder of buckets, held by this process alone. */
export class Store {
  readonly #folder: string;
  readonly #ids: IdKind;
  readonly #unlock: () => Promise<void>;
  readonly #buckets = new Map<string, OpenBucket>();
  /** Names of buckets that are being made. */
  readonly #reserved = new Set<string>();

  private constructor(folder: string, unlock: () => Promise<void>, ids: IdKind) {
    this.#folder = folder;
    this.#ids = ids;
    this.#unlock = unlock;
  }

  /**
   * Opens a folder, which is made when it is not there.
   *
   * @throws SandboxFolderError, for a person to read, when the folder holds something else, cannot be written, is in use
   * by a running sandbox, or is damaged.
   */
  static async open(folder: string, ids: IdKind = 'random'): Promise<Store> {
    const unlock = await claim(folder).catch((error: unknown) => {
      throw readableError(folder, error);
    });
    const store = new Store(folder, unlock, ids);
    try {
      await store.#load();
    } catch (error) {
      await store.close();
      throw readableError(folder, error);
    }
    return store;
  }

  /** By name. */
  get buckets(): BucketStore[] {
    const names = [...this.#buckets.keys()].sort();
    return names.flatMap((name) => this.bucket(name) ?? []);
  }

  bucket(name: string): BucketStore | undefined {
    return this.#buckets.get(name)?.store;
  }

  /** @throws S3Error BucketAlreadyOwnedByYou or BucketAlreadyExists */
  async createBucket(name: string, owner: string): Promise<BucketStore> {
    const taken = this.bucket(name);
    if (taken !== undefined || this.#reserved.has(name)) {
      const mine = taken === undefined || taken.settings.owner === owner;
      throw new S3Error(mine ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', {
        fields: { BucketName: name },
      });
    }
    this.#reserved.add(name);
    try {
      // Not named by the bucket: `con` and `nul` are fine buckets, but no files on Windows.
      const id = randomBytes(8).toString('hex');
      const temporary = join(this.#folder, 'trash', id);
      await BucketStore.create(temporary, { name, owner, created: Math.floor(Date.now() / 1000) });
      const path = join(this.#folder, 'buckets', id);
      await rename(temporary, path);
      const store = await BucketStore.open(path, this.#ids);
      this.#buckets.set(name, { id, store });
      return store;
    } finally {
      this.#reserved.delete(name);
    }
  }

  /** @throws S3Error BucketNotEmpty */
  async deleteBucket(name: string): Promise<void> {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    bucket.store.markDeleted();
    this.#buckets.delete(name);
    await bucket.store.close();
    const trash = join(this.#folder, 'trash', bucket.id);
    await rename(join(this.#folder, 'buckets', bucket.id), trash);
    // What cannot be removed now is swept at the next start.
    await rm(trash, { recursive: true, force: true }).catch(() => {});
  }

  async close(): Promise<void> {
    const closing = [...this.#buckets.values()].map(({ store }) => store.close());
    this.#buckets.clear();
    await Promise.allSettled(closing);
    await this.#unlock();
    await Promise.all(closing);
  }

  async #load(): Promise<void> {
    const trash = join(this.#folder, 'trash');
    await rm(trash, { recursive: true, force: true });
    await mkdir(trash, { recursive: true });
    const buckets = join(this.#folder, 'buckets');
    await mkdir(buckets, { recursive: true });
    for (const id of await readdir(buckets)) {
      if (LITTER.has(id)) continue;
      const store = await BucketStore.open(join(buckets, id), this.#ids);
      this.#buckets.set(store.settings.name, { id, store });
    }
  }
}

interface OpenBucket {
  /** The folder's name. */
  id: string;
  store: BucketStore;
}

async function claim(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  if (!names.includes(MARKER) && names.some((name) => !LITTER.has(name))) {
    throw new SandboxFolderError(
      `The folder ${folder} holds other files and is no sandbox. Choose an empty folder, or one that a sandbox made.`,
    );
  }
  const unlock = await lockFolder(folder);
  try {
    if (names.includes(MARKER)) await checkFormat(folder);
    else await writeFile(join(folder, MARKER), JSON.stringify({ format: FORMAT }) + '\n');
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

async function checkFormat(folder: string): Promise<void> {
  const text = await readFile(join(folder, MARKER), 'utf8');
  const marker = /^\{"format":(\d+)\}\s*$/.exec(text);
  // A kill while the folder was made leaves the file empty, and the folder without anything else.
  if (text === '') {
    await writeFile(join(folder, MARKER), JSON.stringify({ format: FORMAT }) + '\n');
    return;
  }
  if (marker?.[1] === String(FORMAT)) return;
  throw new SandboxFolderError(
    `The sandbox in ${folder} was made by another version of Cooper. Use that version, or choose another folder.`,
  );
}

const REASONS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'it is a file',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the path is too long',
};

function readableError(folder: string, error: unknown): Error {
  if (error instanceof SandboxFolderError) return error;
  if (!(error instanceof Error)) return new SandboxFolderError(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = REASONS[code] ?? error.message;
  return new SandboxFolderError(`The folder ${folder} cannot be used: ${reason}. Choose another folder.`, {
    cause: error,
  });
}
