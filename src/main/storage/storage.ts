import type { Readable } from 'node:stream';
import type { Bucket, ListPage, ObjectStat } from '#shared/objects.ts';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ObjectRef {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

export interface ListPageInput {
  bucket: string;
  prefix?: string | undefined;
  /** `/` lists one level; left out, everything under the prefix. */
  delimiter?: string | undefined;
  /** Continues where the page before ended. */
  token?: string | undefined;
  /** List only what comes after this key, in the order of UTF-8 bytes. */
  startAfter?: string | undefined;
  /** 1 to 1000. */
  maxKeys?: number | undefined;
}

export interface ReadOptions extends CallOptions {
  /** Bytes `start` to `end`, both included, as in HTTP (RFC 9110, 14.1.2); without `end`, to the object's end. */
  range?: { start: number; end?: number } | undefined;
  /** The ETag that the object must still have, else it fails as `changed`. */
  ifMatch?: string | undefined;
}

export interface ObjectBody {
  /** Bytes that `body` will give: the range's length, or the object's. */
  contentLength: number;
  stat: ObjectStat;
  /** Must be read to its end or destroyed: until then it holds one of the connection's sockets. Ends with `incomplete` if the server sends fewer bytes than promised. */
  body: Readable;
}

export interface WriteInput extends ObjectRef {
  /** A stream is read once, and destroyed when the write has ended, however it did. */
  body: Uint8Array | { stream: Readable; contentLength: number };
  contentType?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

/**
 * One connection to a storage system: single steps only. Paging (`list.ts`), retries (`retry.ts`), concurrency
 * (`concurrency.ts`) and resumed reads (`read.ts`) are written once, above it. Every method throws StorageError, or
 * the signal's AbortError when it was told to stop.
 */
export interface Storage {
  /** The buckets that these credentials may see, by name. */
  listBuckets(options?: CallOptions): Promise<Bucket[]>;
  createBucket(bucket: string, options?: CallOptions): Promise<void>;
  /** One page, keys in the order of their UTF-8 bytes. An absent bucket is `not-found`; an absent prefix is an empty page. */
  listPage(input: ListPageInput, options?: CallOptions): Promise<ListPage>;
  stat(ref: ObjectRef, options?: CallOptions): Promise<ObjectStat>;
  read(ref: ObjectRef, options?: ReadOptions): Promise<ObjectBody>;
  /** Stores one object in one request (up to 5 GiB). A body that is a stream cannot be sent twice, so it is not retried. */
  write(input: WriteInput, options?: CallOptions): Promise<{ etag: string; versionId?: string }>;
  /** Frees the sockets. Calls under way fail. */
  close(): void;
}
