/**
 * Where the window looks. Without a bucket: the connection's buckets. The prefix ends in `/` for a folder; without
 * it, it stands for everything whose key starts so.
 */
export interface Location {
  connectionId: string;
  bucket?: string;
  prefix: string;
  /** The bucket is shown as it was then. */
  asOf?: Date;
}

/** A location inside a bucket. */
export interface BucketLocation extends Location {
  bucket: string;
}

export const inBucket = (location: Location | undefined): location is BucketLocation =>
  location?.bucket !== undefined;

export const sameLocation = (a: Location | undefined, b: Location | undefined): boolean =>
  a?.connectionId === b?.connectionId &&
  a?.bucket === b?.bucket &&
  a?.prefix === b?.prefix &&
  a?.asOf?.getTime() === b?.asOf?.getTime();

/** The folder that a prefix lies in: up to its last `/`. `scans/pa` and `scans/` lie in `scans/`. */
export const folderOf = (prefix: string): string => prefix.slice(0, prefix.lastIndexOf('/') + 1);

/** The last part of a folder's prefix or of a key, without a closing `/`: `b` of `a/b/`, `c.tif` of `a/c.tif`. */
export function lastName(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/** One level up: the folder above, then the bucket, then the connection's buckets, then nothing. */
export function parentOf(location: Location): Location | undefined {
  const { connectionId, bucket, prefix, ...rest } = location;
  if (bucket === undefined) return undefined;
  if (prefix === '') return { connectionId, prefix: '' };
  const folder = folderOf(prefix);
  const above = prefix.endsWith('/') ? folderOf(folder.slice(0, -1)) : folder;
  return { ...rest, connectionId, bucket, prefix: above };
}

export interface Crumb {
  /** A folder's own name; may be empty, as in `a//b`. */
  name: string;
  prefix: string;
}

/** The folders of a prefix from the top, then what is left behind the last `/`. */
export function crumbsOf(prefix: string): Crumb[] {
  const crumbs: Crumb[] = [];
  let start = 0;
  for (let slash = prefix.indexOf('/'); slash !== -1; slash = prefix.indexOf('/', start)) {
    crumbs.push({ name: prefix.slice(start, slash), prefix: prefix.slice(0, slash + 1) });
    start = slash + 1;
  }
  if (start < prefix.length) crumbs.push({ name: prefix.slice(start), prefix });
  return crumbs;
}

/** `s3://bucket/key`: the spelling that other tools take. */
export const toUri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

/** What the path bar shows while it is edited; `parsePath` reads it back. */
export const toPath = (location: Location): string =>
  location.bucket === undefined ? '' : `${location.bucket}/${location.prefix}`;

/**
 * Reads what was typed or pasted into the path bar: `bucket/prefix`, or `s3://bucket/prefix`. Only the space around
 * the bucket's name is trimmed: a key may start and end with one. Empty: the connection's buckets.
 */
export function parsePath(text: string, connectionId: string): Location {
  const path = text.trimStart().replace(/^s3:\/\//i, '');
  const slash = path.indexOf('/');
  const bucket = (slash === -1 ? path : path.slice(0, slash)).trim();
  const prefix = slash === -1 ? '' : path.slice(slash + 1);
  return bucket === '' ? { connectionId, prefix: '' } : { connectionId, bucket, prefix };
}
