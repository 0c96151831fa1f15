import type { Failure } from './failure.ts';
import type { NamespaceVersioning } from './hcp.ts';

/** What each kind of job knows so far, and at its end. */

export interface FolderTotal {
  /** The folder's prefix, ending in `/`; `''` for the objects that lie directly at the level counted. */
  prefix: string;
  files: number;
  bytes: number;
}

/** What a count knows so far, and at its end. */
export interface CountResult {
  files: number;
  /** Distinct folders under the prefix, at any depth (at one level: the folders of that level). */
  folders: number;
  bytes: number;
  /** The largest objects, largest first, at most 100. */
  largest: { key: string; size: number }[];
  /** The next level of folders by bytes, largest first, at most 200. */
  byFolder: FolderTotal[];
  /** Everything that `byFolder` leaves out, added up; `folders` says how many. */
  otherFolders: { folders: number; files: number; bytes: number };
}

export interface ZipResult {
  path: string;
  /** The finished file's length. */
  zipBytes: number;
  /** Objects packed. */
  entries: number;
  /** Objects whose name in the ZIP differs from their key; each is in the manifest. */
  renamed: number;
  /** The manifest's name inside the ZIP, when there was something to say. */
  manifest?: string;
}

export interface DeleteResult {
  /** Objects or versions that are gone, delete markers that were removed. */
  deleted: number;
  /** Requests that did it. */
  requests: number;
  /** Set when the server does not delete versions in bulk, or some of its keys not: those went one by one. */
  oneByOne?: { count: number; reason: string };
  /** Folders that the server (HCP) makes by itself and lists on, though there is nothing in them: no failures. */
  keptFolders?: { count: number; first: string[] };
}

/** A change to an HCP namespace that a deletion needs. */
export type NamespaceChange = 'versioning' | 'search';

/** How a bucket's deletion stands. */
export interface DeleteBucketResult {
  deleted: { objects: number; versions: number; deleteMarkers: number; uploads: number };
  requests: number;
  /** What is done now, one after another, as told before each was begun. */
  log: { at: Date; text: string }[];
  outcome:
    | { state: 'working' }
    /** A listing of all buckets does not have it any more. */
    | { state: 'gone' }
    /** HCP keeps deletion records: these settings would have to be changed. Nothing was. */
    | { state: 'needs-reconfiguring'; changes: NamespaceChange[]; before: NamespaceBefore }
    /** HCP still cleans up. Settings that were changed, and what they were. */
    | { state: 'cleaning-up'; failure: Failure; changed: NamespaceChange[]; before: NamespaceBefore };
}
/** Settings of a namespace before Cooper changed them. */
export interface NamespaceBefore {
  versioning?: NamespaceVersioning;
  searchEnabled?: boolean;
}

/** A deletion on HCP that waits for its clean-up: kept on disk until it is done or the settings are put back. */
export interface PendingDeletion {
  connectionId: string;
  bucket: string;
  since: Date;
  changed: NamespaceChange[];
  before: NamespaceBefore;
}

export interface AbortUploadsResult {
  aborted: number;
  /** Left alone since they are younger. */
  younger: number;
}

export interface CopyResult {
  copied: number;
  /** Left alone since something has that key already. */
  skipped: number;
  /** Of a move: deleted at the old place. */
  removed: number;
}

export interface RestoreResult {
  restored: number;
  /** Were not deleted, so there was nothing to bring back. */
  current: number;
}

export interface UpdateResult {
  changed: number;
}

export interface DownloadResult {
  path: string;
  bytes: number;
  /** How the bytes were checked: `md5` by the ETag, `length` where the ETag is none. */
  verified: 'md5' | 'length';
}
