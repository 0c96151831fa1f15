import type { Failure, FailureKind } from '#shared/failure.ts';
import { StorageError } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';

type Scope = 'object' | 'server' | 'job';

/**
 * What a failure to work on one object says about the rest. `object`: nothing. `server`: perhaps that the server is
 * gone; several in a row end the job. `job`: the others would fail likewise.
 */
const SCOPES: Record<FailureKind, Scope> = {
  'not-found': 'object',
  'already-exists': 'object',
  'access-denied': 'object',
  changed: 'object',
  conflict: 'object',
  'invalid-input': 'object',
  'not-supported': 'object',
  'not-empty': 'object',
  locked: 'object',
  incomplete: 'object',

  throttled: 'server',
  'server-error': 'server',
  unreachable: 'server',
  timeout: 'server',

  'bad-credentials': 'job',
  'expired-credentials': 'job',
  'clock-skew': 'job',
  'wrong-region': 'job',
  'untrusted-certificate': 'job',
  'disk-full': 'job',
  'disk-denied': 'job',
  'disk-exists': 'job',
  'disk-missing': 'job',
  'disk-error': 'job',
  'weak-vault': 'job',
  'read-only': 'job',
  'missing-secret': 'job',
  internal: 'job',
};

/** Objects in a row that the server may fail on, each after its retries, before it is taken for gone. */
const STREAK_LIMIT = 5;

/** Decides object by object whether a job goes on after an error. */
export class FailurePolicy {
  #streak = 0;

  /** To be called for every object that went well. */
  succeeded(): void {
    this.#streak = 0;
  }

  /**
   * The failure to be counted for this object.
   * @throws `error` itself when it ends the job.
   */
  failed(error: unknown): Failure {
    const scope = error instanceof StorageError ? SCOPES[error.kind] : 'job';
    this.#streak = scope === 'server' ? this.#streak + 1 : 0;
    if (scope === 'job' || this.#streak >= STREAK_LIMIT) throw error;
    return toFailure(error);
  }
}
