import type { FailureKind } from '#shared/failure.ts';
import type { ObjectVersion } from '#shared/objects.ts';
import { isAbort, StorageError } from './errors.ts';
import type { Storage, VersionRef } from './storage.ts';
import { versionsOf } from './versions.ts';

/** What one DeleteObjects takes (Amazon S3 API Reference). */
export const DELETE_BATCH = 1000;

export type BatchKind = 'objects' | 'versions';

export interface BatchOutcome<R extends VersionRef> {
  deleted: readonly R[];
  failures: readonly { key: string; versionId?: string | undefined; error: StorageError }[];
  requests: number;
  /** What is to be deleted by requests of its own, and why. */
  alone: readonly R[];
  reason: string;
}

/** Failures of a whole batch, or of one object in it, after which a request for the one object may still do. */
const MAY_GO_ALONE: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'not-supported',
  'invalid-input',
  'incomplete',
  'server-error',
  'timeout',
]);
/** Batches refused in a row, other than as unsupported, before no more are sent. */
const REFUSALS = 2;

/** Of a request that was not made. */
const NOTHING: BatchOutcome<never> = { deleted: [], failures: [], requests: 0, alone: [], reason: '' };

/** Deletes batches by one request each, for as long as the server takes them. */
export class BulkDeletion<R extends VersionRef> {
  readonly #storage: Storage;
  readonly #bucket: string;
  /** Why batches of a kind are not sent any more. */
  readonly #off: Partial<Record<BatchKind, string>>;
  #refusals = 0;
  /** The first version of all, which all others wait for. */
  #trial: Promise<unknown> | undefined;

  /** @param versionsAlone why no batch of versions is to be sent; undefined: they are tried. */
  constructor(storage: Storage, bucket: string, versionsAlone: string | undefined) {
    this.#storage = storage;
    this.#bucket = bucket;
    this.#off = versionsAlone === undefined ? {} : { versions: versionsAlone };
  }

  /** @throws StorageError for what no request of this job would get round. */
  async send(kind: BatchKind, refs: readonly R[], signal: AbortSignal): Promise<BatchOutcome<R>> {
    if (kind === 'versions') {
      if (this.#trial === undefined) {
        const trial = this.#try(refs, signal);
        this.#trial = trial.catch(() => undefined);
        const { outcome, rest } = await trial;
        return join(outcome, await this.#request(kind, rest, signal));
      }
      await this.#trial;
    }
    return this.#request(kind, refs, signal);
  }

  /**
   * Tries a single version, since HCP (9.2.3) overlooks version IDs: it answers that all is well and deletes what is
   * current. What it made by that, a delete marker, goes with the rest.
   * @returns what came of it, and what is to be sent now
   */
  async #try(
    refs: readonly R[],
    signal: AbortSignal,
  ): Promise<{ outcome: BatchOutcome<R>; rest: readonly R[] }> {
    // HCP's own folders stay whatever is done: they would tell nothing.
    const first = refs.find(({ key }) => !key.endsWith('/')) ?? refs[0];
    const rest = refs.filter((ref) => ref !== first);
    if (first === undefined || this.#off.versions !== undefined) return { outcome: NOTHING, rest: refs };
    const before = await this.#versionsOf(first.key, signal);
    const trial = await this.#request('versions', [first], signal);
    const after = await this.#versionsOf(first.key, signal);
    const isThere = after.some(({ versionId }) => versionId === first.versionId);
    if (!isThere) return { outcome: trial, rest };
    const known = new Set(before.map(({ versionId }) => versionId));
    const made = after
      .filter(({ kind, versionId }) => kind === 'delete-marker' && !known.has(versionId))
      .map(({ versionId }) => ({ ...first, versionId }));
    if (trial.deleted.length === 0) return { outcome: { ...trial, alone: [...made, ...trial.alone] }, rest };
    const reason = 'The server says that it deletes versions in bulk, but they are still there.';
    this.#off.versions = reason;
    return { outcome: { ...trial, deleted: [], alone: [...made, ...refs], reason }, rest: [] };
  }

  #versionsOf(key: string, signal: AbortSignal): Promise<ObjectVersion[]> {
    return versionsOf(this.#storage, { bucket: this.#bucket, key }, { signal });
  }

  async #request(kind: BatchKind, refs: readonly R[], signal: AbortSignal): Promise<BatchOutcome<R>> {
    const off = this.#off[kind];
    if (refs.length === 0) return NOTHING;
    if (off !== undefined) return { deleted: [], failures: [], requests: 0, alone: refs, reason: off };
    const objects = refs.map(({ key, versionId }) => ({
      key,
      ...(versionId !== undefined && { versionId }),
    }));
    try {
      const { failures } = await this.#storage.deleteMany({ bucket: this.#bucket, objects }, { signal });
      this.#refusals = 0;
      return this.#sort(kind, refs, failures);
    } catch (error) {
      if (isAbort(error, signal) || !(error instanceof StorageError) || !MAY_GO_ALONE.has(error.kind))
        throw error;
      this.#refusals += 1;
      const reason = refusal(kind, error);
      if (error.kind === 'not-supported' || this.#refusals >= REFUSALS) this.#off[kind] = reason;
      return { deleted: [], failures: [], requests: 1, alone: refs, reason };
    }
  }

  /** Tells apart what is gone, what failed for good, and what may still go by itself. */
  #sort(
    kind: BatchKind,
    refs: readonly R[],
    failures: readonly { key: string; versionId?: string; error: StorageError }[],
  ): BatchOutcome<R> {
    if (failures.length === 0) return { deleted: refs, failures, requests: 1, alone: [], reason: '' };
    const errors = new Map(failures.map((failure) => [nameOf(failure), failure.error]));
    // Some servers leave the version out of what they say about it.
    const errorOf = (ref: R) => errors.get(nameOf(ref)) ?? errors.get(nameOf({ key: ref.key }));
    const mayGoAlone = (error: StorageError) => error.retryable || MAY_GO_ALONE.has(error.kind);
    const deleted: R[] = [];
    const alone: R[] = [];
    const failed: { key: string; versionId?: string | undefined; error: StorageError }[] = [];
    let reason = '';
    for (const ref of refs) {
      const error = errorOf(ref);
      if (error === undefined) {
        deleted.push(ref);
      } else if (mayGoAlone(error)) {
        alone.push(ref);
        reason ||= refusal(kind, error);
        if (error.kind === 'not-supported') this.#off[kind] = reason;
      } else failed.push({ key: ref.key, versionId: ref.versionId, error });
    }
    // A failure of something else than was asked for is not to get lost.
    const asked = new Set(refs.map(({ key }) => key));
    failed.push(...failures.filter(({ key }) => !asked.has(key)));
    return { deleted, failures: failed, requests: 1, alone, reason };
  }
}

function join<R extends VersionRef>(one: BatchOutcome<R>, other: BatchOutcome<R>): BatchOutcome<R> {
  return {
    deleted: [...one.deleted, ...other.deleted],
    failures: [...one.failures, ...other.failures],
    requests: one.requests + other.requests,
    alone: [...one.alone, ...other.alone],
    reason: one.reason || other.reason,
  };
}

function nameOf({ key, versionId }: VersionRef): string {
  return JSON.stringify([key, versionId ?? '']);
}

function refusal(kind: BatchKind, { message }: StorageError): string {
  return `The server did not delete ${kind} in bulk: ${message}`;
}
