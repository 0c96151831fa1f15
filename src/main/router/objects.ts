import { listInputSchema, statInputSchema } from '#shared/objects.ts';
import { listPages } from '#storage/list.ts';
import { procedure, router } from './trpc.ts';

export const objectProcedures = router({
  /** One level, page by page. The last page carries `nextToken` when `maxRows` ended it before the listing's end. */
  list: procedure.input(listInputSchema).subscription(async function* ({ ctx, input, signal }) {
    const { connectionId, bucket, prefix, token, maxRows } = input;
    const storage = await ctx.storages.get(connectionId);
    let rows = 0;
    for await (const page of listPages(storage, { bucket, prefix, token, delimiter: '/' }, { signal })) {
      yield page;
      rows += page.prefixes.length + page.objects.length;
      if (rows >= maxRows) return;
    }
  }),

  stat: procedure.input(statInputSchema).query(async ({ ctx, input, signal }) => {
    const { connectionId, bucket, key } = input;
    return (await ctx.storages.get(connectionId)).stat({ bucket, key }, { signal });
  }),
});
