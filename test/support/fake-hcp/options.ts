import type { NamespaceVersioning } from '#shared/hcp.ts';

/** Somebody who may sign in to a tenant, or to the system. */
export interface FakeUser {
  username: string;
  password: string;
  /** Left out: `local`. */
  account?: 'local' | 'ad';
  /** Left out: `administrator` and `monitor`. */
  roles?: readonly Role[];
  /** May make, list and delete namespaces of their own. Left out: yes. */
  allowNamespaceManagement?: boolean;
}
export type Role = 'monitor' | 'administrator' | 'security' | 'compliance';

export interface FakeTenant {
  name: string;
  users: readonly FakeUser[];
  /** Left out: on. Off, the Management API answers 403, and S3 makes, lists and deletes no buckets. */
  managementApi?: boolean;
}

/** What can be changed while it runs. */
export interface Quirks {
  /** What the header X-HCP-SoftwareVersion says. From 10 on, chunked bodies with checksums are taken (HCP-50739). */
  software: string;
  /** DeleteObjects with version ids: each refused inside the 200, the whole request refused, or done. */
  bulkVersions: 'refused' | 'refused-whole' | 'allowed';
  /** Folders are objects that come with what is put into them, and outlast it; `none` leaves that to tests of the rest. */
  folders: 'listed' | 'none';
  /** A folder is deleted though something is in it; else 409. */
  deletesFullFolders: boolean;
  /**
   * When what was deleted is cleaned up in a namespace whose settings allow it: with the nth attempt to delete the
   * namespace, so many milliseconds after the settings were changed, only by `prune()`, or never.
   */
  prune: { attempts: number } | { ms: number } | 'explicit' | 'never';
  /** Cleaning up also needs `searchEnabled` to be off. */
  pruneNeedsSearchOff: boolean;
  /** So many listings still show what was just deleted. */
  staleLists: number;
  /** Every nth listing that goes on somewhere begins with a page without rows; 0 none. */
  emptyPages: number;
  /** CompleteMultipartUpload answers 200 to what it refuses, with the error in the body. */
  errorInside200: boolean;
  /** Multipart uploads are allowed: else 403 (a setting of the namespace that only an administrator sees). */
  multipart: boolean;
  /** How many days after its start an upload is ended. */
  abortDays: number;
}

export const QUIRKS: Quirks = {
  software: '9.7.0.74',
  bulkVersions: 'refused',
  folders: 'listed',
  deletesFullFolders: false,
  prune: { attempts: 2 },
  pruneNeedsSearchOff: false,
  staleLists: 0,
  emptyPages: 0,
  errorInside200: true,
  multipart: true,
  abortDays: 30,
};

/** Settings that a new namespace has unless it is given others. */
export interface NamespaceDefaults {
  searchEnabled: boolean;
  s3UnversionedOverwrite: boolean;
  versioning: NamespaceVersioning;
}

export const NAMESPACE_DEFAULTS: NamespaceDefaults = {
  searchEnabled: false,
  s3UnversionedOverwrite: false,
  versioning: {
    enabled: false,
    prune: false,
    pruneDays: 0,
    keepDeletionRecords: true,
    useDeleteMarkers: false,
  },
};

export interface FakeHcpOptions {
  /** Left out: `hcp.test`. */
  domain?: string;
  tenants?: readonly FakeTenant[];
  /** Who may sign in at the system level. */
  systemUsers?: readonly FakeUser[];
  quirks?: Partial<Quirks>;
  namespaceDefaults?: Partial<NamespaceDefaults>;
  /** Milliseconds since 1970, for pruning after a time. Left out: the clock. */
  now?: () => number;
}
