import { locationSchema } from '#shared/objects.ts';
import type { PendingDeletion } from '#shared/job-results.ts';
import { StorageError } from '#storage/errors.ts';
import { survey } from '#storage/survey.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';
import { procedure } from './trpc.ts';

/** What a force delete is decided by, and what is left of one. */
export const deletionProcedures = {
  /** What a force delete would destroy, as it is counted; the last snapshot is final. */
  survey: procedure.input(locationSchema).subscription(async function* ({
    ctx,
    input: { connectionId, bucket },
    signal,
  }) {
    yield* survey(await ctx.storages.get(connectionId), bucket, { signal });
  }),

  /** Deletions that HCP has still to clean up after; not those of connections that are gone. */
  pendingDeletions: procedure.query(({ ctx }) => {
    const known = new Set(ctx.settings.connections.list().map(({ id }) => id));
    return ctx.settings.pendingDeletions.list().filter(({ connectionId }) => known.has(connectionId));
  }),

  /**
   * Puts back the settings of a namespace that were changed for its deletion, and forgets that. `lost` names, for a
   * person, what was changed and does not come back by it; `isGone`: HCP has deleted the bucket meanwhile.
   */
  putBack: procedure
    .input(locationSchema)
    .mutation(async ({ ctx, input: { connectionId, bucket }, signal }) => {
      const { pendingDeletions } = ctx.settings;
      const pending = pendingDeletions.get(connectionId, bucket);
      if (pending === undefined) {
        const message = `Nothing is known of settings of bucket “${bucket}” that could be put back.`;
        throw new StorageError({ kind: 'not-found', operation: 'put back', bucket, message });
      }
      let lost: string[];
      let isGone = false;
      try {
        lost = await putBack(await ctx.storages.get(connectionId), pending, { signal });
      } catch (error) {
        if (!(error instanceof StorageError) || error.kind !== 'not-found') throw error;
        isGone = true;
        lost = [`Bucket “${bucket}” is gone, and its settings with it.`];
      }
      pendingDeletions.remove(connectionId, bucket);
      return { lost, isGone };
    }),
};

async function putBack(
  { namespaces }: Storage,
  { bucket, changed, before }: PendingDeletion,
  options: CallOptions,
): Promise<string[]> {
  if (namespaces === undefined) {
    const message = `This connection has no Management API any more: the settings of “${bucket}” cannot be put back by it.`;
    throw new StorageError({ kind: 'not-supported', operation: 'put back', bucket, message });
  }
  const lost: string[] = [];
  if (changed.includes('versioning') && before.versioning !== undefined) {
    await namespaces.setVersioning(bucket, before.versioning, options);
    lost.push('Old versions and deletion records that were pruned meanwhile do not come back.');
  }
  if (changed.includes('search') && before.searchEnabled === true) {
    await namespaces.setSearch(bucket, true, options);
    lost.push('The search index was wiped: HCP builds it anew from what is in the bucket.');
  }
  return lost;
}
