import { z } from 'zod';
import type { PendingDeletion } from '#shared/job-results.ts';
import { SettingsError } from './errors.ts';
import type { KeyValueStore } from './store.ts';

const KEY = 'pendingDeletions';
const DAMAGED_KEY = 'damagedPendingDeletions';

const schema = z.object({
  connectionId: z.string().min(1),
  bucket: z.string().min(1),
  since: z.coerce.date(),
  changed: z.array(z.enum(['versioning', 'search'])),
  before: z.object({
    versioning: z
      .object({
        enabled: z.boolean(),
        prune: z.boolean().exactOptional(),
        pruneDays: z.number().exactOptional(),
        keepDeletionRecords: z.boolean().exactOptional(),
        useDeleteMarkers: z.boolean().exactOptional(),
      })
      .exactOptional(),
    searchEnabled: z.boolean().exactOptional(),
  }),
});

/**
 * Deletions of buckets that wait for HCP's clean-up, with the settings before Cooper changed them: on disk, since they
 * would be lost with the process, and nobody else knows them. One that cannot be understood is moved to another key of
 * the same store.
 */
export class PendingDeletions {
  readonly #store: KeyValueStore;
  #deletions: readonly PendingDeletion[] = [];

  /** @throws SettingsError `disk-error` when damaged entries were found and cannot be set aside. */
  constructor(store: KeyValueStore) {
    this.#store = store;
    const stored = store.get(KEY);
    if (stored === undefined) return;
    const entries: unknown[] = Array.isArray(stored) ? stored : [stored];
    const parsed = entries.map((entry) => ({ entry, result: schema.safeParse(entry) }));
    this.#deletions = parsed.flatMap(({ result }) => (result.success ? [result.data] : []));
    const damaged = parsed.flatMap(({ entry, result }) => (result.success ? [] : [entry]));
    if (damaged.length === 0) return;
    const earlier = store.get(DAMAGED_KEY);
    this.#write(DAMAGED_KEY, Array.isArray(earlier) ? earlier.concat(damaged) : damaged);
    this.#save(this.#deletions);
  }

  list(): readonly PendingDeletion[] {
    return this.#deletions;
  }

  get(connectionId: string, bucket: string): PendingDeletion | undefined {
    return this.#deletions.find((one) => one.connectionId === connectionId && one.bucket === bucket);
  }

  /**
   * In place of the one for the same bucket.
   * @throws SettingsError `disk-error`
   */
  save(deletion: PendingDeletion): void {
    this.#save([...this.#without(deletion.connectionId, deletion.bucket), deletion]);
  }

  /**
   * Nothing happens when there is none.
   * @throws SettingsError `disk-error`
   */
  remove(connectionId: string, bucket: string): void {
    if (this.get(connectionId, bucket) !== undefined) this.#save(this.#without(connectionId, bucket));
  }

  #without(connectionId: string, bucket: string): PendingDeletion[] {
    return this.#deletions.filter((one) => one.connectionId !== connectionId || one.bucket !== bucket);
  }

  #save(deletions: readonly PendingDeletion[]): void {
    this.#write(
      KEY,
      deletions.map(({ since, ...deletion }) => ({ ...deletion, since: since.toISOString() })),
    );
    this.#deletions = deletions;
  }

  #write(key: string, value: unknown): void {
    try {
      this.#store.set(key, value);
    } catch (cause) {
      throw new SettingsError({
        kind: 'disk-error',
        operation: 'keep the settings of a namespace',
        message:
          'The settings that the namespace has now could not be written to the disk: nothing was changed.',
        nextStep: 'Check that the disk has room and that the settings file can be written, then try again.',
        cause,
      });
    }
  }
}
