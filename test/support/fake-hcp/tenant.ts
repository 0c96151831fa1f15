import type { NamespaceVersioning } from '#shared/hcp.ts';
import type { BucketStore } from '#sandbox/store/bucket-store.ts';
import { versionsOf } from '#sandbox/store/bucket-state.ts';
import { listObjects } from '#sandbox/store/listing.ts';
import type { Store } from '#sandbox/store/store.ts';
import type { Version } from '#sandbox/store/version.ts';
import type { NamespaceDefaults, Quirks } from './options.ts';
import type { HcpUser } from './users.ts';

/** What the Management API keeps of a namespace, besides what S3 keeps of the bucket. */
export interface Namespace {
  name: string;
  id: string;
  owner: HcpUser;
  createdAt: Date;
  /** Settings by the names of the Management API. */
  settings: Record<string, string | number | boolean | readonly string[]>;
  versioning: Required<NamespaceVersioning>;
  /** Things that were deleted while versioning was on, and that nothing but a prune forgets. */
  records: Set<string>;
  /** Attempts to delete it since its settings allow to clean up, and since when they do. */
  attempts: number;
  prunableSince: number | undefined;
  cors: string | undefined;
  /** Whether S3 sees it: what S3 made, at once; what the Management API made, when that is switched on. */
  speaksS3: boolean;
}

/** One tenant: its users, its namespaces and their objects. */
export interface Tenant {
  name: string;
  users: Map<string, HcpUser>;
  managementApi: boolean;
  store: Store;
  namespaces: Map<string, Namespace>;
  quirks: Quirks;
  defaults: NamespaceDefaults;
  now: () => number;
  /** Retained objects, by `holdId`. */
  holds: Map<string, { hold: boolean; until: number }>;
  /** Keys that listings still show, by bucket, with how often they will. */
  ghosts: Map<string, Map<string, Ghost>>;
  listings: number;
}

export interface Ghost {
  version: Version;
  listings: number;
}

export const holdId = (bucket: string, key: string, versionId: string) =>
  JSON.stringify([bucket, key, versionId]);

/** The namespace of a bucket, made with the defaults for a bucket that S3 made. */
export function namespaceOf(tenant: Tenant, name: string): Namespace | undefined {
  return tenant.namespaces.get(name);
}

export function addNamespace(tenant: Tenant, name: string, owner: HcpUser): Namespace {
  const { searchEnabled, s3UnversionedOverwrite, versioning } = tenant.defaults;
  const namespace: Namespace = {
    name,
    id: `${name}-${String(tenant.now())}`,
    owner,
    createdAt: new Date(tenant.now()),
    settings: {
      description: '',
      hashScheme: 'SHA-256',
      hardQuota: '50 GB',
      softQuota: 85,
      searchEnabled,
      indexingEnabled: searchEnabled,
      aclsUsage: 'ENFORCED',
      enterpriseMode: true,
      multipartUploadAutoAbortDays: tenant.quirks.abortDays,
      optimizedFor: 'CLOUD',
      directoryUsage: 'BALANCED',
      retentionType: 'HCP',
      s3UnversionedOverwrite,
    },
    versioning: {
      prune: false,
      pruneDays: 0,
      keepDeletionRecords: true,
      useDeleteMarkers: false,
      ...versioning,
    },
    records: new Set(),
    attempts: 0,
    prunableSince: undefined,
    cors: undefined,
    speaksS3: true,
  };
  tenant.namespaces.set(name, namespace);
  return namespace;
}

/** Notes that something was deleted, where the namespace keeps such records. */
export function recordDeletion(tenant: Tenant, bucket: BucketStore, key: string, versionId = ''): void {
  const namespace = tenant.namespaces.get(bucket.settings.name);
  if (namespace === undefined || bucket.settings.versioning === undefined) return;
  if (namespace.versioning.keepDeletionRecords) namespace.records.add(JSON.stringify([key, versionId]));
}

/** Whether the settings let HCP clean up at once. To be asked after each change of them. */
export function isPrunable(tenant: Tenant, namespace: Namespace): boolean {
  const { prune, pruneDays, keepDeletionRecords } = namespace.versioning;
  if (tenant.quirks.pruneNeedsSearchOff && namespace.settings['searchEnabled'] === true) return false;
  return prune && pruneDays === 0 && !keepDeletionRecords;
}

/** After a change of settings: the time to clean up begins, or is over. */
export function noteSettings(tenant: Tenant, namespace: Namespace): void {
  if (!isPrunable(tenant, namespace)) {
    namespace.prunableSince = undefined;
    namespace.attempts = 0;
  } else {
    namespace.prunableSince ??= tenant.now();
  }
}

/** An attempt to delete a namespace; cleans up first when it is time for that. @returns whether it is empty. */
export async function attemptDeletion(tenant: Tenant, namespace: Namespace): Promise<boolean> {
  const { prune } = tenant.quirks;
  if (namespace.prunableSince !== undefined) {
    namespace.attempts += 1;
    const isTime =
      typeof prune === 'object' &&
      ('attempts' in prune
        ? namespace.attempts >= prune.attempts
        : tenant.now() >= namespace.prunableSince + prune.ms);
    if (isTime) await pruneNamespace(tenant, namespace);
  }
  const bucket = tenant.store.bucket(namespace.name);
  return bucket !== undefined && bucket.index.size === 0 && namespace.records.size === 0;
}

/** Forgets old versions, what was deleted, and empty folders, as HCP does some time after its settings say so. */
export async function pruneNamespace(tenant: Tenant, namespace: Namespace): Promise<void> {
  const bucket = tenant.store.bucket(namespace.name);
  if (bucket === undefined || !isPrunable(tenant, namespace)) return;
  const all: Version[] = [];
  for (const newest of bucket.index) all.push(newest);
  // From the last key, so that the folders inside a folder go before it.
  for (const newest of all.reverse()) {
    const [current, ...old] = versionsOf(newest);
    for (const version of old) await bucket.removeVersion(version.key, version.versionId);
    if (current !== undefined && (current.data === undefined || isEmptyFolder(tenant, bucket, current.key)))
      await bucket.removeVersion(current.key, current.versionId);
  }
  namespace.records.clear();
}

/** Whether a key is a folder's, and nothing that is not deleted lies in it. */
export function isEmptyFolder({ quirks }: Tenant, bucket: BucketStore, key: string): boolean {
  if (quirks.folders === 'none' || !key.endsWith('/')) return false;
  return listObjects(bucket.index, { prefix: key, delimiter: '', after: key, limit: 1 }).rows.length === 0;
}

export async function deleteNamespace(tenant: Tenant, namespace: Namespace): Promise<void> {
  await tenant.store.deleteBucket(namespace.name);
  tenant.namespaces.delete(namespace.name);
}
