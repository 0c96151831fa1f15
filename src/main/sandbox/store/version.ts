/** Bytes among other small objects. */
export interface PackedSegment {
  readonly pack: number;
  readonly offset: number;
  readonly size: number;
}

/** Where bytes lie: in a pack, or in a file of their own. */
export type Segment = PackedSegment | { readonly blob: string; readonly size: number };

/**
 * One version of an object, or a delete marker. There can be a million of them in memory, so it is lean: what only some
 * objects have is one string (`details`), read when it is asked for.
 */
export interface Version {
  readonly key: string;
  /** `null` is the version that is made while versioning is off or suspended. */
  readonly versionId: string;
  /** Seconds since 1970: S3 keeps no finer time. */
  readonly modified: number;
  readonly size: number;
  /** Without quotes. Empty for a delete marker. */
  readonly etag: string;
  /**
   * In the order of bytes: several for what was uploaded in parts, none for an empty object. `undefined` is a delete
   * marker.
   */
  readonly data: Segment | readonly Segment[] | undefined;
  /** JSON of `ObjectDetails`; undefined when it says nothing. */
  details: string | undefined;
  /** The version that this one covers. */
  previous: Version | undefined;
}

/** A version as it is made and written down. */
export type NewVersion = Omit<Version, 'data' | 'previous'> & {
  readonly data?: readonly Segment[] | undefined;
};

const NO_SEGMENTS: readonly Segment[] = [];

export function segmentsOf({ data }: Pick<Version, 'data'>): readonly Segment[] {
  if (data === undefined) return NO_SEGMENTS;
  return 'size' in data ? [data] : data;
}

/** The form in which a million of them are kept: most have one segment. */
export function leanSegments(segments: readonly Segment[] | undefined): Version['data'] {
  if (segments?.length === 0) return NO_SEGMENTS;
  return segments?.length === 1 ? segments[0] : segments;
}

export type ContentHeader =
  | 'cache-control'
  | 'content-disposition'
  | 'content-encoding'
  | 'content-language'
  | 'content-type'
  | 'expires';

export type Permission = 'FULL_CONTROL' | 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP';

export type Grantee = { type: 'user'; id: string; displayName: string } | { type: 'group'; uri: string };

export interface Grant {
  grantee: Grantee;
  permission: Permission;
}

export type Tag = readonly [key: string, value: string];

/** What an object has besides its bytes; everything that is usual is left out. */
export interface ObjectDetails {
  headers?: Partial<Record<ContentHeader, string>>;
  /** Names in lower case, without `x-amz-meta-`. */
  metadata?: Record<string, string>;
  tags?: Tag[];
  /** Left out: private to its owner. */
  grants?: Grant[];
  /** Left out: STANDARD. */
  storageClass?: string;
  /** The canonical id of whom it belongs to. Left out: the bucket's owner. */
  owner?: string;
  /** The algorithm in lower case (`crc32`) and the value in base64. */
  checksum?: readonly [algorithm: string, value: string];
}

export function readDetails(version: { details: string | undefined }): ObjectDetails {
  const details: unknown = version.details === undefined ? {} : JSON.parse(version.details);
  return isDetails(details) ? details : {};
}

/** The journal's checksums say that the sandbox wrote it. */
function isDetails(value: unknown): value is ObjectDetails {
  return typeof value === 'object' && value !== null;
}

export function writeDetails(details: ObjectDetails): string | undefined {
  const json = JSON.stringify(details);
  return json === '{}' ? undefined : json;
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly modified: number;
  readonly data: readonly Segment[];
}

/** A multipart upload that was begun and neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly initiated: number;
  readonly details: string | undefined;
  readonly initiator: string;
  readonly parts: Map<number, Part>;
}

export interface CorsRule {
  id?: string;
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number;
}

export interface BucketSettings {
  readonly name: string;
  /** Canonical id. */
  readonly owner: string;
  readonly created: number;
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  readonly grants?: Grant[] | undefined;
  readonly cors?: CorsRule[] | undefined;
  readonly tags?: Tag[] | undefined;
}
