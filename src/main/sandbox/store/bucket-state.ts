import type { JournalRecord } from './journal.ts';
import { SortedIndex } from './sorted-index.ts';
import {
  leanSegments,
  segmentsOf,
  type BucketSettings,
  type Segment,
  type Upload,
  type Version,
} from './version.ts';

const NOTHING: readonly Segment[] = [];
/** Different `details` that are kept once for all objects that have them. */
const SHARED_DETAILS = 1000;

/** What a bucket holds, in memory: what the records of its journal add up to. */
export class BucketState {
  settings: BucketSettings;
  /** The newest version of each key, with the older ones behind it. */
  readonly index = new SortedIndex<Version>();
  readonly uploads = new Map<string, Upload>();
  versions = 0;
  /** The greatest version or upload id seen, whatever became of it. */
  lastId = '';
  readonly #shared = new Map<string, string>();

  constructor(settings: BucketSettings) {
    this.settings = settings;
  }

  find(key: string, versionId: string): Version | undefined {
    let version = this.index.get(key);
    while (version !== undefined && version.versionId !== versionId) version = version.previous;
    return version;
  }

  /** @returns the bytes that nothing refers to any more. */
  apply(record: JournalRecord): readonly Segment[] {
    switch (record.op) {
      case 'settings':
        this.settings = record.settings;
        return NOTHING;
      case 'put':
        return this.#put(record);
      case 'remove':
        return this.#remove(record.key, record.versionId);
      case 'details': {
        const version = this.find(record.key, record.versionId);
        if (version !== undefined) version.details = this.#share(record.details);
        return NOTHING;
      }
      case 'upload':
        this.#noteId(record.upload.id);
        this.uploads.set(record.upload.id, { ...record.upload, parts: new Map() });
        return NOTHING;
      case 'part': {
        const parts = this.uploads.get(record.upload)?.parts;
        const before = parts?.get(record.part.number);
        parts?.set(record.part.number, record.part);
        return before?.data ?? NOTHING;
      }
      case 'abort': {
        const parts = this.uploads.get(record.upload)?.parts.values() ?? [];
        this.uploads.delete(record.upload);
        return [...parts].flatMap((part) => part.data);
      }
    }
  }

  /** The shortest journal that adds up to this. */
  *records(move: (segment: Segment) => Segment = (segment) => segment): Generator<JournalRecord> {
    yield { op: 'settings', settings: this.settings };
    for (const newest of this.index) {
      for (const version of [...versionsOf(newest)].reverse()) {
        const { key, versionId, modified, size, etag, details } = version;
        const data = version.data && segmentsOf(version).map(move);
        yield { op: 'put', version: { key, versionId, modified, size, etag, data, details } };
      }
    }
    for (const { parts, ...upload } of this.uploads.values()) {
      yield { op: 'upload', upload };
      for (const part of parts.values()) {
        yield { op: 'part', upload: upload.id, part: { ...part, data: part.data.map(move) } };
      }
    }
  }

  /** Visits everything that is referred to. */
  eachSegment(visit: (segment: Segment) => void): void {
    for (const newest of this.index) {
      for (let version: Version | undefined = newest; version !== undefined; version = version.previous) {
        segmentsOf(version).forEach(visit);
      }
    }
    for (const upload of this.uploads.values()) {
      for (const part of upload.parts.values()) part.data.forEach(visit);
    }
  }

  #put({ version, upload }: JournalRecord & { op: 'put' }): readonly Segment[] {
    const { key, versionId, modified, size, etag, data, details } = version;
    let replaced = NOTHING;
    this.index.set(key, (before) => {
      const { rest, removed } = versionId === 'null' ? without(before, 'null') : { rest: before };
      if (removed !== undefined) {
        replaced = segmentsOf(removed);
        this.versions--;
      }
      // Written out, so that all versions have one shape in memory.
      return {
        key,
        versionId,
        modified,
        size,
        etag,
        data: leanSegments(data),
        details: this.#share(details),
        previous: rest,
      };
    });
    this.versions++;
    if (versionId !== 'null') this.#noteId(versionId);
    if (upload === undefined) return replaced;
    const parts = this.uploads.get(upload)?.parts.values() ?? [];
    this.uploads.delete(upload);
    const used = new Set(data?.map(segmentId));
    const unused = [...parts].flatMap((part) => part.data).filter((each) => !used.has(segmentId(each)));
    return [...replaced, ...unused];
  }

  #remove(key: string, versionId: string): readonly Segment[] {
    const { rest, removed } = without(this.index.get(key), versionId);
    if (removed === undefined) return NOTHING;
    this.versions--;
    if (rest === undefined) this.index.delete(key);
    else this.index.set(key, () => rest);
    return segmentsOf(removed);
  }

  #share(details: string | undefined): string | undefined {
    if (details === undefined) return undefined;
    const shared = this.#shared.get(details);
    if (shared !== undefined) return shared;
    if (this.#shared.size < SHARED_DETAILS) this.#shared.set(details, details);
    return details;
  }

  #noteId(id: string): void {
    if (id > this.lastId) this.lastId = id;
  }
}

/** Takes a version out of a chain. */
function without(
  newest: Version | undefined,
  versionId: string,
): { rest: Version | undefined; removed?: Version | undefined } {
  if (newest === undefined) return { rest: undefined };
  if (newest.versionId === versionId) return { rest: newest.previous, removed: newest };
  let above = newest;
  while (above.previous !== undefined && above.previous.versionId !== versionId) above = above.previous;
  const removed = above.previous;
  above.previous = removed?.previous;
  return { rest: newest, removed };
}

/** A version and the older ones behind it, newest first. */
export function* versionsOf(newest: Version | undefined): Generator<Version> {
  for (let version = newest; version !== undefined; version = version.previous) yield version;
}

function segmentId(segment: Segment): string {
  return 'blob' in segment ? segment.blob : `${String(segment.pack)}:${String(segment.offset)}`;
}
