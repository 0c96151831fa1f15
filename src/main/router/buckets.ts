import { z } from 'zod';
import type { NamespaceSettings, NamespaceStatistics } from '#shared/hcp.ts';
import { createBucketInputSchema, locationSchema } from '#shared/objects.ts';
import { isAbort } from '#storage/errors.ts';
import { uploadPages, uploadSize } from '#storage/uploads.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';
import { settingProcedures } from './bucket-settings.ts';
import { createBucket } from './create-bucket.ts';
import { deletionProcedures } from './pending-deletions.ts';
import { procedure, router } from './trpc.ts';

const uploadSchema = locationSchema.extend({ key: z.string().min(1), uploadId: z.string().min(1) });

export const bucketProcedures = router({
  list: procedure
    .input(z.object({ connectionId: z.string().min(1) }))
    .query(async ({ ctx, input: { connectionId }, signal }) => {
      const buckets = await (await ctx.storages.get(connectionId)).listBuckets({ signal });
      ctx.profiles.learn(connectionId); // the first look at a connection
      return buckets;
    }),

  create: procedure
    .input(createBucketInputSchema)
    .mutation(async ({ ctx, input, signal }) =>
      createBucket(await ctx.storages.get(input.connectionId), input, { signal }),
    ),

  exists: procedure
    .input(locationSchema)
    .query(async ({ ctx, input: { connectionId, bucket }, signal }) =>
      (await ctx.storages.get(connectionId)).bucketExists(bucket, { signal }),
    ),

  /** An empty one. One that is not goes by the job `delete-bucket`. */
  remove: procedure
    .input(locationSchema)
    .mutation(async ({ ctx, input: { connectionId, bucket }, signal }) =>
      (await ctx.storages.get(connectionId)).deleteBucket(bucket, { signal }),
    ),

  ...settingProcedures,
  ...deletionProcedures,

  /** The uploads that were begun and neither completed nor aborted, page by page. */
  uploads: procedure.input(locationSchema.extend({ prefix: z.string() })).subscription(async function* ({
    ctx,
    input: { connectionId, bucket, prefix },
    signal,
  }) {
    yield* uploadPages(await ctx.storages.get(connectionId), { bucket, prefix }, { signal });
  }),

  /** How much of an unfinished upload is there. */
  uploadSize: procedure
    .input(uploadSchema)
    .query(async ({ ctx, input: { connectionId, ...upload }, signal }) =>
      uploadSize(await ctx.storages.get(connectionId), upload, { signal }),
    ),

  /** What HCP's Management API tells of a bucket; null where there is none. */
  namespace: procedure
    .input(locationSchema)
    .query(async ({ ctx, input: { connectionId, bucket }, signal }) =>
      namespaceFacts(await ctx.storages.get(connectionId), bucket, { signal }),
    ),
});

/** Statistics need a role of their own: without it they are left out. */
async function namespaceFacts(
  { namespaces }: Storage,
  name: string,
  options: CallOptions,
): Promise<{ settings: NamespaceSettings; statistics?: NamespaceStatistics } | null> {
  if (namespaces === undefined) return null;
  const [settings, statistics] = await Promise.all([
    namespaces.get(name, options),
    namespaces.statistics(name, options).catch((error: unknown) => {
      if (isAbort(error, options.signal)) throw error;
      return undefined;
    }),
  ]);
  return { settings, ...(statistics !== undefined && { statistics }) };
}
