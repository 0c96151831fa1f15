import type { FailureKind } from '#shared/failure.ts';
import type { NamespaceSettings, NamespaceVersioning } from '#shared/hcp.ts';
import type { DeleteBucketResult, NamespaceBefore, NamespaceChange } from '#shared/job-results.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';
import type { Namespaces } from '#storage/storage.ts';
import type { Step } from '../operation.ts';
import type { BucketWork } from './work.ts';

/** How often HCP is asked to delete the bucket, and the pause between, ms. */
const ATTEMPTS = 3;
const PAUSE_MS = 2000;

/** With these, HCP lets go of the deletion records that keep a bucket from being deleted. */
const LET_GO = { keepDeletionRecords: false, prune: true, pruneDays: 0 } as const;

const SAYS: Record<NamespaceChange, (bucket: string) => string> = {
  versioning: (bucket) =>
    `Changing the versioning of namespace “${bucket}”: no deletion records, old versions are pruned at once. What is pruned cannot be got back.`,
  search: (bucket) =>
    `Switching search off for namespace “${bucket}”. HCP wipes its index by that, which cannot be undone.`,
};

/** Failures after which it is certain that nothing was changed. */
const UNCHANGED: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'access-denied',
  'bad-credentials',
  'not-found',
  'not-supported',
  'invalid-input',
  'read-only',
]);

/**
 * Goes on where HCP keeps an empty bucket from being deleted: asks, or changes the namespace, each change being said
 * and the settings before it kept on disk first; then tries again. Ends with the bucket deleted (`true`), or with the
 * outcome that is left.
 *
 * @param refused what HCP said
 */
export async function* letGo(
  work: BucketWork,
  namespaces: Namespaces,
  refused: StorageError,
): AsyncGenerator<Step<DeleteBucketResult>, boolean, undefined> {
  const { bucket, signal, services, input } = work;
  const { connectionId } = input;
  yield work.say(
    `HCP keeps bucket “${bucket}”, though it is empty. Looking at the settings of its namespace.`,
  );
  const settings = await namespaces.get(bucket, { signal });
  const kept = services.deletions.get(connectionId, bucket);
  const before = kept?.before ?? (await settingsBefore(work, settings));
  const needed = changesNeeded(settings);
  const isAgreed =
    input.namespace === 'reconfigure' || (input.namespace === 'continue' && kept !== undefined);
  if (needed.length > 0 && !isAgreed) {
    work.outcome = { state: 'needs-reconfiguring', changes: needed, before };
    yield work.say(`Nothing of namespace “${bucket}” was changed: that has to be agreed to first.`);
    return false;
  }

  const since = kept?.since ?? new Date();
  const keep = (all: NamespaceChange[]) => work.keep({ since, changed: all, before });
  let changed = kept?.changed ?? [];
  let failure = refused;
  for (const change of [undefined, ...needed]) {
    if (change === undefined && needed.includes('versioning')) continue;
    if (change !== undefined) {
      const changing = [...new Set([...changed, change])];
      keep(changing); // first: should Cooper end right after the change, what was before is known
      yield work.say(SAYS[change](bucket));
      try {
        await apply(namespaces, bucket, { change, before, signal });
      } catch (error) {
        const isAsBefore = error instanceof StorageError && UNCHANGED.has(error.kind);
        if (isAsBefore && kept === undefined && changed.length === 0) work.forget();
        else if (isAsBefore) keep(changed);
        throw error;
      }
      changed = changing;
    }
    const last = yield* attempts(work, namespaces);
    if (last === undefined) return true;
    failure = last;
  }
  keep(changed);
  work.outcome = { state: 'cleaning-up', failure: toFailure(failure), changed, before };
  yield work.say(`HCP is still cleaning up bucket “${bucket}”. Try again later; it goes on by itself.`);
  return false;
}

/** Tries to delete it in both ways. Gives what HCP says last, or undefined when it is deleted. */
async function* attempts(
  work: BucketWork,
  namespaces: Namespaces,
): AsyncGenerator<Step<DeleteBucketResult>, StorageError | undefined, undefined> {
  const { bucket, storage, signal } = work;
  let last: StorageError | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await work.pause(PAUSE_MS);
    yield work.say(`Deleting bucket “${bucket}” by S3, attempt ${attempt} of ${ATTEMPTS}.`);
    last = await refusalOf(work, () => storage.deleteBucket(bucket, { signal }));
    if (last === undefined) return undefined;
    yield work.say(
      `Deleting namespace “${bucket}” by the Management API, attempt ${attempt} of ${ATTEMPTS}.`,
    );
    if ((await refusalOf(work, () => namespaces.delete(bucket, { signal }))) === undefined) return undefined;
  }
  return last;
}

/** What is said against it; undefined when it is gone. */
export async function refusalOf(
  work: BucketWork,
  remove: () => Promise<void>,
): Promise<StorageError | undefined> {
  work.requests += 1;
  try {
    await remove();
    return undefined;
  } catch (error) {
    if (isAbort(error, work.signal) || !(error instanceof StorageError)) throw error;
    return error.kind === 'not-found' ? undefined : error;
  }
}

function changesNeeded({ versioning, searchEnabled }: NamespaceSettings): NamespaceChange[] {
  const isLoose =
    versioning?.keepDeletionRecords === LET_GO.keepDeletionRecords &&
    versioning.prune === LET_GO.prune &&
    versioning.pruneDays === LET_GO.pruneDays;
  return [
    ...(isLoose ? [] : ['versioning' as const]),
    ...(searchEnabled === true ? ['search' as const] : []),
  ];
}

async function settingsBefore(
  { storage, bucket, signal }: BucketWork,
  { versioning, searchEnabled }: NamespaceSettings,
): Promise<NamespaceBefore> {
  const known = versioning ?? (await versioningByS3());
  return { versioning: known, ...(searchEnabled !== undefined && { searchEnabled }) };

  /** Accounts that may not look at the namespace see this much. */
  async function versioningByS3(): Promise<NamespaceVersioning> {
    const state = await storage.readSetting(bucket, 'versioning', { signal });
    return { enabled: state.state === 'set' && state.value.status === 'enabled' };
  }
}

async function apply(
  namespaces: Namespaces,
  bucket: string,
  { change, before, signal }: { change: NamespaceChange; before: NamespaceBefore; signal: AbortSignal },
): Promise<void> {
  switch (change) {
    case 'versioning': {
      const enabled = before.versioning?.enabled ?? false;
      await namespaces.setVersioning(bucket, { enabled, ...LET_GO }, { signal });
      return;
    }
    case 'search':
      await namespaces.setSearch(bucket, false, { signal });
  }
}
