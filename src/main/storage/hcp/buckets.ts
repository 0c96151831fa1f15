import type { NamespaceSettings, NamespaceStatistics } from '#shared/hcp.ts';
import type { Bucket } from '#shared/objects.ts';
import { mapConcurrent } from '../concurrency.ts';
import { StorageError, isAbort } from '../errors.ts';
import type { CallOptions, Namespaces, Storage } from '../storage.ts';

/** Buckets that the details of are asked for, each by requests of its own; beyond, they are looked at when opened. */
const MOST_DETAILED = 500;
const ASKED_AT_ONCE = 16;
/** How long a Management API that could not be reached is left alone: each list would wait for it anew. */
const REST_MS = 60_000;

/**
 * Lists the buckets of a tenant: those that S3 lists, which are the user's own, joined with all of the tenant's that the
 * Management API knows, and how much each holds. Without the Management API, or without the role, S3's list alone.
 */
export function bucketLister(s3: Storage, namespaces: Namespaces): Storage['listBuckets'] {
  let restUntil = 0;

  /** Undefined where the Management API does not tell; why not is no failure of the list. */
  const tell = async <T>(
    asked: () => Promise<T>,
    options: CallOptions | undefined,
    onRefused = () => {},
  ): Promise<T | undefined> => {
    if (Date.now() < restUntil) return undefined;
    try {
      return await asked();
    } catch (error) {
      if (isAbort(error, options?.signal) || !(error instanceof StorageError)) throw error;
      if (error.kind === 'unreachable' || error.kind === 'timeout') restUntil = Date.now() + REST_MS;
      if (isRefusal(error)) onRefused();
      return undefined;
    }
  };

  return async (options) => {
    const [owned, all] = await Promise.all([
      settled(s3.listBuckets(options)),
      tell(() => namespaces.list(options), options),
    ]);
    if (!owned.ok && (all === undefined || !isRefusal(owned.error))) throw owned.error;
    const buckets = join(owned.ok ? owned.value : [], all ?? []);
    if (all === undefined) return buckets;
    let mayCount = true; // a role that is missing for one is missing for the next one too
    return withDetails(buckets, all, {
      settings: (name) => tell(() => namespaces.get(name, options), options),
      statistics: async (name) =>
        mayCount
          ? tell(
              () => namespaces.statistics(name, options),
              options,
              () => (mayCount = false),
            )
          : undefined,
      signal: options?.signal,
    });
  };
}

interface Details {
  settings: (name: string) => Promise<NamespaceSettings | undefined>;
  statistics: (name: string) => Promise<NamespaceStatistics | undefined>;
  signal: AbortSignal | undefined;
}

async function withDetails(
  buckets: readonly Bucket[],
  all: readonly NamespaceSettings[],
  { settings, statistics, signal }: Details,
): Promise<Bucket[]> {
  // HCP may list names alone.
  const told = new Set(
    all.filter((one) => one.owner !== undefined || one.createdAt !== undefined).map(nameOf),
  );
  const managed = new Set(all.map(nameOf));
  const detail = async (bucket: Bucket): Promise<Bucket> => {
    if (!managed.has(nameOf(bucket))) return bucket;
    const [facts, counted] = await Promise.all([
      told.has(nameOf(bucket)) ? undefined : settings(bucket.name),
      statistics(bucket.name),
    ]);
    return {
      ...(facts === undefined ? bucket : merge(bucket, facts)),
      ...(counted !== undefined && {
        statistics: { objects: counted.objectCount, bytes: counted.ingestedVolume },
      }),
    };
  };
  const detailed: Bucket[] = [];
  const some = buckets.slice(0, MOST_DETAILED);
  for await (const bucket of mapConcurrent(some, detail, { limit: ASKED_AT_ONCE, signal })) {
    detailed.push(bucket);
  }
  return [...detailed, ...buckets.slice(MOST_DETAILED)].sort(byName);
}

/** HCP takes names of buckets in any case for the same. */
const nameOf = ({ name }: { name: string }) => name.toLowerCase();
const byName = (a: Bucket, b: Bucket) => (a.name < b.name ? -1 : 1);

function join(owned: readonly Bucket[], all: readonly NamespaceSettings[]): Bucket[] {
  const byKey = new Map(owned.map((bucket) => [nameOf(bucket), bucket]));
  for (const namespace of all) {
    const own = byKey.get(nameOf(namespace));
    byKey.set(nameOf(namespace), merge(own ?? { name: namespace.name, known: 'by-management' }, namespace));
  }
  return [...byKey.values()].sort(byName);
}

function merge(bucket: Bucket, { owner, createdAt }: NamespaceSettings): Bucket {
  return {
    ...bucket,
    ...(bucket.createdAt === undefined && createdAt !== undefined && { createdAt }),
    ...(bucket.owner === undefined && owner !== undefined && { owner: { id: owner } }),
  };
}

type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown };

function settled<T>(call: Promise<T>): Promise<Settled<T>> {
  return call.then(
    (value) => ({ ok: true, value }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  );
}

/** An account may have a role for the Management API and no right to S3. */
function isRefusal(error: unknown): boolean {
  return error instanceof StorageError && error.kind === 'access-denied';
}
