import type { DeleteBucketInput } from '#shared/job.ts';
import type { DeleteBucketResult, PendingDeletion } from '#shared/job-results.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { Remover } from '../delete/remover.ts';
import type { Step } from '../operation.ts';
import type { JobServices } from '../services.ts';
import { Tally } from '../tally.ts';

/** One deletion of a bucket, and what is known of it so far. */
export class BucketWork {
  readonly tally = new Tally();
  readonly remover: Remover;
  uploads = 0;
  /** Other than those that delete objects. */
  requests = 0;
  outcome: DeleteBucketResult['outcome'] = { state: 'working' };
  #log: DeleteBucketResult['log'] = [];

  readonly storage: Storage;
  readonly input: DeleteBucketInput;
  readonly services: JobServices;
  readonly signal: AbortSignal;

  constructor(storage: Storage, input: DeleteBucketInput, services: JobServices, signal: AbortSignal) {
    this.storage = storage;
    this.input = input;
    this.services = services;
    this.signal = signal;
    const { bucket } = input;
    this.remover = new Remover({ storage, bucket, tally: this.tally, signal });
  }

  get bucket(): string {
    return this.input.bucket;
  }

  /** Says what is begun now, in a step to be yielded before it is. */
  say(text: string): Step<DeleteBucketResult> {
    this.#log = [...this.#log, { at: new Date(), text }];
    return this.step();
  }

  step(): Step<DeleteBucketResult> {
    const { remover, requests, uploads, outcome } = this;
    return {
      progress: this.tally.snapshot(),
      result: {
        deleted: { ...remover.deleted, uploads },
        requests: remover.requests + requests,
        log: this.#log,
        outcome,
      },
    };
  }

  /** @throws StorageError `disk-error` when it cannot be written. */
  keep(deletion: Omit<PendingDeletion, 'connectionId' | 'bucket'>): void {
    const { connectionId, bucket } = this.input;
    this.#onDisk(() => this.services.deletions.save({ connectionId, bucket, ...deletion }));
  }

  /** The deletion waits for nothing any more. @throws StorageError `disk-error` */
  forget(): void {
    this.#onDisk(() => this.services.deletions.remove(this.input.connectionId, this.bucket));
  }

  #onDisk(write: () => void): void {
    try {
      write();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new StorageError({
        kind: 'disk-error',
        operation: 'delete',
        bucket: this.bucket,
        message,
        cause,
      });
    }
  }

  async pause(ms: number): Promise<void> {
    await this.services.pause(ms, this.signal);
  }

  /** What was destroyed, for a person. */
  get destroyed(): string {
    const { versions, deleteMarkers } = this.remover.deleted;
    const parts = [
      counted(versions, 'version of an object', 'versions of objects'),
      counted(deleteMarkers, 'delete marker', 'delete markers'),
      counted(this.uploads, 'unfinished upload', 'unfinished uploads'),
    ].filter((part) => part !== undefined);
    return parts.length === 0 ? 'Nothing was destroyed.' : `Destroyed were: ${parts.join(', ')}.`;
  }
}

function counted(count: number, one: string, many: string): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;
}
