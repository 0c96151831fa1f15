import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ObjectStat } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import { readResumed } from '#storage/read.ts';
import type { CallOptions, ObjectRef, Storage } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import type { Passing, Slice } from '../upload/source-file.ts';

/** One object that is read to be written elsewhere, and stays the one that it was when it was looked at. */
export class SourceObject {
  readonly storage: Storage;
  readonly ref: ObjectRef;
  readonly stat: ObjectStat;

  private constructor(storage: Storage, ref: ObjectRef, stat: ObjectStat) {
    this.storage = storage;
    this.ref = ref;
    this.stat = stat;
  }

  /** @throws StorageError */
  static async open(storage: Storage, ref: ObjectRef, options: CallOptions): Promise<SourceObject> {
    return new SourceObject(storage, ref, await storage.stat(ref, options));
  }

  get name(): string {
    return `object “${this.ref.key}”`;
  }
  get size(): number {
    return this.stat.size;
  }
  get etag(): string {
    return this.stat.etag;
  }
  get mtimeMs(): number {
    return this.stat.modifiedAt?.getTime() ?? 0;
  }

  /** The MD5 of its bytes as its ETag has it; undefined where the ETag is something else. */
  get md5(): string | undefined {
    const { etag, encryption } = this.stat;
    return isMd5(etag) && (encryption === undefined || encryption === 'AES256') ? etag : undefined;
  }

  /**
   * A stream of a slice that goes on where the connection breaks, and ends as `changed` when the object is another.
   * @param hash is given each byte that passes
   */
  stream(slice: Slice, passing: Passing, hash?: Hash): Readable {
    return Readable.from(this.#passing(slice, passing, hash), { objectMode: false });
  }

  /** All of a small object. @throws StorageError */
  async whole(passing: Passing): Promise<{ bytes: Buffer; md5: string }> {
    const hash = createHash('md5');
    const pieces: Buffer[] = [];
    for await (const piece of this.#passing({ start: 0, end: this.size }, passing, hash)) pieces.push(piece);
    return { bytes: Buffer.concat(pieces), md5: hash.digest('hex') };
  }

  /** @throws StorageError `changed` when it is another one by now */
  async requireUnchanged(options: CallOptions): Promise<void> {
    const { size, etag, modifiedAt } = await this.storage.stat(this.ref, options);
    const isSame = etag === this.etag && size === this.size;
    if (isSame && (etag !== '' || modifiedAt?.getTime() === this.mtimeMs)) return;
    const { bucket, key } = this.ref;
    const message = `Object “${key}” in bucket “${bucket}” was changed while it was read; it was not transferred.`;
    throw new StorageError({ kind: 'changed', operation: 'transfer', bucket, key, message });
  }

  async *#passing(
    { start, end }: Slice,
    { rate, moved, signal }: Passing,
    hash: Hash | undefined,
  ): AsyncGenerator<Buffer, void, undefined> {
    const { size, etag } = this;
    for await (const piece of readResumed(this.storage, this.ref, { size, etag, start, end, signal })) {
      await rate.take(piece.length, signal);
      hash?.update(piece);
      moved(piece.length);
      yield piece;
    }
  }
}
