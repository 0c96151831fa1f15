import { z } from 'zod';
import { procedure, router } from './trpc.ts';

export const bucketProcedures = router({
  list: procedure
    .input(z.object({ connectionId: z.string().min(1) }))
    .query(async ({ ctx, input, signal }) =>
      (await ctx.storages.get(input.connectionId)).listBuckets({ signal }),
    ),
});
