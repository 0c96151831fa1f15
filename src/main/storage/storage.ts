import type { Readable } from 'node:stream';
import type {
  AclChange,
  Acl,
  BucketSettingChanges,
  RemovableSetting,
  SettingName,
  SettingState,
  Tags,
  WritableSetting,
} from '#shared/bucket-settings.ts';
import type {
  NamespaceDraft,
  NamespaceSettings,
  NamespaceStatistics,
  NamespaceVersioning,
} from '#shared/hcp.ts';
import type {
  Bucket,
  ListPage,
  ObjectStat,
  PartPage,
  UploadPage,
  UploadPart,
  VersionPage,
} from '#shared/objects.ts';
import type { StorageError } from './errors.ts';
import type { KeyPage } from './key-page.ts';

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
  /** Of objects only `key` and `size` are looked at: the rest may be left as if it were unknown. */
  brief?: boolean | undefined;
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
  readonly body: Readable;
  /** All bytes at once, in place of `body`: costs less where they are few. Throws what `body` would end with. */
  collect(): Promise<Buffer>;
}

/**
 * Bytes to be sent. A `stream` is read once, and destroyed when the call has ended, however it did. What can be opened again
 * (`open`) is opened anew for each attempt, so that the call can be tried again.
 */
export type SentBody =
  Uint8Array | { stream: Readable; contentLength: number } | { open: () => Readable; contentLength: number };

export interface WriteInput extends ObjectRef, ObjectAttributes {
  body: SentBody;
  /** The MD5 of the body in hex: the server refuses what arrives otherwise, as `incomplete` (RFC 1864, Content-MD5). */
  md5?: string | undefined;
  tags?: Tags | undefined;
  storageClass?: string | undefined;
}

export interface CreateBucketOptions extends CallOptions {
  /** Left out: the connection's. */
  region?: string | undefined;
  objectLock?: boolean | undefined;
  /** HCP: makes the namespace through the Management API, with these settings. */
  namespace?: NamespaceDraft | undefined;
}

/** Everything of an object that a copy or a new upload sets anew. */
export interface ObjectAttributes {
  contentType?: string | undefined;
  cacheControl?: string | undefined;
  contentDisposition?: string | undefined;
  contentEncoding?: string | undefined;
  contentLanguage?: string | undefined;
  expires?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface CopyInput {
  from: ObjectRef;
  to: { bucket: string; key: string };
  /** Given: the copy has exactly these. Left out: those of the source. */
  attributes?: ObjectAttributes | undefined;
  /** Given: the copy has exactly these. Left out: those of the source. */
  tags?: Tags | undefined;
  storageClass?: string | undefined;
  /** The ETag that the source must still have, else it fails as `changed`. */
  ifMatch?: string | undefined;
}

export interface UploadRef {
  bucket: string;
  key: string;
  uploadId: string;
}

export interface VersionRef {
  key: string;
  versionId?: string | undefined;
}

export interface PresignRequest extends ObjectRef {
  method: 'get_object' | 'put_object';
  /** 1 to 604,800. */
  expiresSeconds: number;
}

/** What HCP's Management API adds: S3's buckets are its namespaces. Every method throws StorageError. */
export interface Namespaces {
  /** All of the tenant's, those of others too. */
  list(options?: CallOptions): Promise<NamespaceSettings[]>;
  get(name: string, options?: CallOptions): Promise<NamespaceSettings>;
  /** False also when the account may not see it: HCP answers 302 to both. */
  exists(name: string, options?: CallOptions): Promise<boolean>;
  statistics(name: string, options?: CallOptions): Promise<NamespaceStatistics>;
  create(name: string, draft: NamespaceDraft, options?: CallOptions): Promise<void>;
  setVersioning(name: string, versioning: NamespaceVersioning, options?: CallOptions): Promise<void>;
  setSearch(name: string, enabled: boolean, options?: CallOptions): Promise<void>;
  /** @throws StorageError `not-empty` */
  delete(name: string, options?: CallOptions): Promise<void>;
  /** At the system level: the tenants' names. */
  tenants(options?: CallOptions): Promise<string[]>;
}

/**
 * One connection to a storage system: single steps only. Paging (`list.ts`), retries (`retry.ts`), concurrency
 * (`concurrency.ts`) and resumed reads (`read.ts`) are written once, above it. Every method throws StorageError, or
 * the signal's AbortError when it was told to stop.
 */
export interface Storage {
  /** The buckets that these credentials may see, by name. On HCP with those of the Management API. */
  listBuckets(options?: CallOptions): Promise<Bucket[]>;
  createBucket(bucket: string, options?: CreateBucketOptions): Promise<void>;
  /** @throws StorageError `not-empty`, `not-found` */
  deleteBucket(bucket: string, options?: CallOptions): Promise<void>;
  /** Asks by HEAD. @throws StorageError `access-denied` when it is there but somebody else's */
  bucketExists(bucket: string, options?: CallOptions): Promise<boolean>;

  /** One page, keys in the order of their UTF-8 bytes. An absent bucket is `not-found`; an absent prefix is an empty page. */
  listPage(input: ListPageInput, options?: CallOptions): Promise<ListPage>;
  /** The same page of a listing without a delimiter, for those who look at keys and sizes only. */
  listKeysPage(input: Omit<ListPageInput, 'delimiter' | 'brief'>, options?: CallOptions): Promise<KeyPage>;
  /** One page of versions and delete markers, in the server's own order within a key. `startAfter` is not for it. */
  listVersionsPage(input: ListPageInput, options?: CallOptions): Promise<VersionPage>;
  stat(ref: ObjectRef, options?: CallOptions): Promise<ObjectStat>;
  read(ref: ObjectRef, options?: ReadOptions): Promise<ObjectBody>;
  /** Stores one object in one request (up to 5 GiB). A body that is a stream cannot be sent twice, so it is not retried. */
  write(input: WriteInput, options?: CallOptions): Promise<{ etag: string; versionId?: string }>;
  /** Deletes one object or version. Absent is success, as S3 has it. `madeMarker`: a delete marker hides it now. */
  delete(ref: ObjectRef, options?: CallOptions): Promise<{ madeMarker: boolean; versionId?: string }>;
  /**
   * Deletes 1 to 1000 objects or versions in one request, with Content-MD5. What the server refused inside its 200 is in
   * `failures`, one for each, with its key. Keys that XML cannot carry are refused as `invalid-input`: `deleteAll` (above)
   * sends those one by one.
   */
  deleteMany(
    input: { bucket: string; objects: readonly VersionRef[] },
    options?: CallOptions,
  ): Promise<{ failures: { key: string; versionId?: string; error: StorageError }[] }>;
  /** Copies up to 5 GiB on the server, in one request. A 200 with an error inside is an error. */
  copy(input: CopyInput, options?: CallOptions): Promise<{ etag: string; versionId?: string }>;

  createUpload(
    input: {
      bucket: string;
      key: string;
      attributes?: ObjectAttributes | undefined;
      tags?: Tags | undefined;
      storageClass?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<{ uploadId: string }>;
  /** Sends one part, numbered from 1. */
  uploadPart(
    input: UploadRef & { partNumber: number; body: SentBody; md5?: string | undefined },
    options?: CallOptions,
  ): Promise<{ etag: string }>;
  /** Copies bytes `start` to `end`, both included, of an object into a part. */
  copyPart(
    input: UploadRef & {
      partNumber: number;
      from: ObjectRef;
      range: { start: number; end: number };
      ifMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<{ etag: string }>;
  /** A 200 with an error inside is an error. */
  completeUpload(
    input: UploadRef & { parts: readonly Pick<UploadPart, 'partNumber' | 'etag'>[] },
    options?: CallOptions,
  ): Promise<{ etag: string; versionId?: string }>;
  /** An upload that is gone already is success. */
  abortUpload(ref: UploadRef, options?: CallOptions): Promise<void>;
  listUploadsPage(
    input: { bucket: string; prefix?: string | undefined; token?: string | undefined },
    options?: CallOptions,
  ): Promise<UploadPage>;
  listPartsPage(input: UploadRef & { token?: string | undefined }, options?: CallOptions): Promise<PartPage>;

  /** How one setting of a bucket stands; what the server has not is `not-offered` with its reason, no error. */
  readSetting<K extends SettingName>(
    bucket: string,
    name: K,
    options?: CallOptions,
  ): Promise<SettingState<K>>;
  writeSetting<K extends WritableSetting>(
    bucket: string,
    name: K,
    value: BucketSettingChanges[K],
    options?: CallOptions,
  ): Promise<void>;
  removeSetting(bucket: string, name: RemovableSetting, options?: CallOptions): Promise<void>;
  readObjectAcl(ref: ObjectRef, options?: CallOptions): Promise<Acl>;
  writeObjectAcl(ref: ObjectRef, acl: AclChange, options?: CallOptions): Promise<void>;
  readObjectTags(ref: ObjectRef, options?: CallOptions): Promise<Tags>;
  /** All tags, in place of those before; none takes them away. */
  writeObjectTags(ref: ObjectRef, tags: Tags, options?: CallOptions): Promise<void>;

  /** A link that needs no keys. Sends nothing. @throws StorageError `invalid-input`, `not-supported` (HCP's AD users) */
  presign(request: PresignRequest, options?: CallOptions): Promise<string>;
  /**
   * Asks how DeleteObjects may be checked, by a request that names no object, so deletes nothing. `any`: CRC32 is taken;
   * `md5`: only Content-MD5.
   */
  deleteDigest(bucket: string, options?: CallOptions): Promise<'any' | 'md5' | 'unknown'>;
  /** What the server calls itself, as far as its answers have told until now (HCP); absent where none does. */
  readonly server?: (() => string | undefined) | undefined;
  /** HCP's Management API; absent elsewhere. */
  readonly namespaces?: Namespaces | undefined;
  /** Set where every method that changes something fails as `read-only` (`read-only.ts`). */
  readonly isReadOnly?: boolean | undefined;
  /** Frees the sockets. Calls under way fail. */
  close(): void;
}
