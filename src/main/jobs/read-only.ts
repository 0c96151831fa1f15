import type { JobInput } from '#shared/job.ts';
import { StorageError } from '#storage/errors.ts';

/** Whether a verb changes what is stored. */
const changes: Record<JobInput['kind'], boolean> = {
  count: false,
  zip: false,
  download: false,
  delete: true,
  'delete-bucket': true,
  'abort-uploads': true,
  copy: true,
  restore: true,
  update: true,
  upload: true,
  fetch: false,
  /** What it changes is asked of its target. */
  transfer: false,
  /** Downwards it changes only this computer. */
  sync: false,
};

/**
 * To be asked before a job of a read-only connection begins.
 * @throws StorageError `read-only` for a job that would change something
 */
export function refuseChanges({ kind, bucket }: JobInput): void {
  if (!changes[kind]) return;
  const message = `This connection is read-only: nothing in bucket “${bucket}” was changed.`;
  throw new StorageError({ kind: 'read-only', operation: kind, message, bucket });
}
