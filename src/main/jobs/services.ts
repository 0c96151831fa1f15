import { setTimeout as delay } from 'node:timers/promises';
import type { PendingDeletion } from '#shared/job-results.ts';
import type { TransferSetup } from './transfer/transfers.ts';

/** Deletions on HCP that wait for its clean-up, kept beyond the end of Cooper. */
export interface DeletionRecords {
  get(connectionId: string, bucket: string): PendingDeletion | undefined;
  /** In place of the one for the same bucket. @throws when it cannot be kept */
  save(deletion: PendingDeletion): void;
  /** Nothing happens when there is none. */
  remove(connectionId: string, bucket: string): void;
}

/** What operations use beyond their storage; handed in by who makes the runner. */
export interface JobServices {
  deletions: DeletionRecords;
  /** Where transfers keep their journals; without it there are no transfers. */
  transfers?: TransferSetup | undefined;
  /** Waits; throws the signal's reason when told to stop. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Pauses as they should be, and records that end with the process: for runners of jobs that need none. */
export function basicServices(changes: Partial<JobServices> = {}): JobServices {
  return { deletions: memoryRecords(), pause, ...changes };
}

function memoryRecords(): DeletionRecords {
  const records = new Map<string, PendingDeletion>();
  const nameOf = (connectionId: string, bucket: string) => JSON.stringify([connectionId, bucket]);
  return {
    get: (connectionId, bucket) => records.get(nameOf(connectionId, bucket)),
    save: (deletion) => records.set(nameOf(deletion.connectionId, deletion.bucket), deletion),
    remove: (connectionId, bucket) => records.delete(nameOf(connectionId, bucket)),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
