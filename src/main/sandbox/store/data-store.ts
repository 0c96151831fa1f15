import { join } from 'node:path';
import { S3Error } from '../errors.ts';
import { Blobs, type BlobWriter } from './blobs.ts';
import { Packs } from './packs.ts';
import type { PackedSegment, Segment } from './version.ts';

/** What is no larger goes into a pack. */
const PACKED_BYTES = 64 * 1024;

/** Bytes on their way out. They stay readable until `close`, even when the object is deleted meanwhile. */
export interface Reading {
  readonly size: number;
  chunks(): AsyncIterable<Buffer>;
  /** Must be called once, read or not. */
  close(): void;
}

/** The bytes of one bucket's objects and parts. */
export class DataStore {
  readonly packs: Packs;
  readonly #blobs: Blobs;
  #closed = false;

  private constructor(packs: Packs, blobs: Blobs) {
    this.packs = packs;
    this.#blobs = blobs;
  }

  static async open(folder: string): Promise<DataStore> {
    return new DataStore(await Packs.open(join(folder, 'packs')), await Blobs.open(join(folder, 'blobs')));
  }

  /**
   * Stores what `source` gives; if that fails, nothing is left behind. Memory is bounded whatever the size.
   *
   * @throws S3Error NoSuchBucket when the bucket was deleted meanwhile; what `source` or the disk throws.
   */
  async store(source: AsyncIterable<Buffer>): Promise<{ data: Segment[]; size: number }> {
    try {
      return await this.#store(source);
    } catch (error) {
      throw this.#closed && !(error instanceof S3Error) ? new S3Error('NoSuchBucket') : error;
    }
  }

  async #store(source: AsyncIterable<Buffer>): Promise<{ data: Segment[]; size: number }> {
    let small: Buffer[] = [];
    let size = 0;
    let blob: BlobWriter | undefined;
    try {
      for await (const chunk of source) {
        size += chunk.length;
        if (blob === undefined && size > PACKED_BYTES) {
          blob = await this.#blobs.create();
          for (const early of small) await blob.write(early);
          small = [];
        }
        if (blob === undefined) small.push(chunk);
        else await blob.write(chunk);
      }
      if (blob !== undefined) {
        await blob.finish();
        return { data: [{ blob: blob.id, size }], size };
      }
    } catch (error) {
      await blob?.discard();
      throw error;
    }
    if (size === 0) return { data: [], size };
    return { data: [{ ...(await this.packs.append(Buffer.concat(small))), size }], size };
  }

  /** Bytes `start` to `end`, the latter not included, of segments laid end to end. */
  read(segments: readonly Segment[], start: number, end: number): Reading {
    const pinned = segments.flatMap((segment) => ('blob' in segment ? [segment.blob] : []));
    for (const id of pinned) this.#blobs.pin(id);
    return {
      size: end - start,
      chunks: () => this.#chunks(segments, start, end),
      close: () => {
        for (const id of pinned.splice(0)) this.#blobs.unpin(id);
      },
    };
  }

  async duplicate(segments: readonly Segment[]): Promise<Segment[]> {
    const copies: Segment[] = [];
    for (const segment of segments) {
      const { size } = segment;
      if ('blob' in segment) copies.push({ blob: await this.#blobs.duplicate(segment.blob), size });
      else copies.push(await this.repack(segment));
    }
    return copies;
  }

  /** Writes a packed segment once more, at the end of the packs. */
  async repack(segment: PackedSegment): Promise<Segment> {
    const bytes = await this.packs.read(segment.pack, segment.offset, segment.size);
    return { ...(await this.packs.append(bytes)), size: segment.size };
  }

  /** Frees what no version or part refers to any more. What cannot be removed now is swept at the next start. */
  async release(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) {
      if ('blob' in segment) await this.#blobs.remove(segment.blob).catch(() => {});
    }
  }

  /** Removes what is not among the segments that `eachSegment` visits. */
  async sweep(eachSegment: (visit: (segment: Segment) => void) => void): Promise<void> {
    const blobs = new Set<string>();
    const packs = new Set<number>();
    eachSegment((segment) => {
      if ('blob' in segment) blobs.add(segment.blob);
      else packs.add(segment.pack);
    });
    await this.#blobs.sweep(blobs);
    await this.packs.sweep(packs);
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.packs.close();
  }

  async *#chunks(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let base = 0;
    for (const segment of segments) {
      const from = Math.max(start - base, 0);
      const to = Math.min(end - base, segment.size);
      base += segment.size;
      if (from >= to) continue;
      if ('blob' in segment) yield* this.#blobs.read(segment.blob, from, to);
      else yield await this.packs.read(segment.pack, segment.offset + from, to - from);
    }
  }
}
