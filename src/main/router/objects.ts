import { z } from 'zod';
import { listInputSchema, locationSchema, objectSchema, presignInputSchema } from '#shared/objects.ts';
import { listPages } from '#storage/list.ts';
import { createFolder } from './create-folder.ts';
import { presignAll } from './presign.ts';
import { procedure, router } from './trpc.ts';

const folderSchema = locationSchema.extend({
  key: z.string().regex(/\/$/u, 'The key of a folder ends with a slash: “reports/”.'),
});

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

  stat: procedure
    .input(objectSchema)
    .query(async ({ ctx, input: { connectionId, ...object }, signal }) =>
      (await ctx.storages.get(connectionId)).stat(object, { signal }),
    ),

  createFolder: procedure
    .input(folderSchema)
    .mutation(async ({ ctx, input: { connectionId, ...folder }, signal }) =>
      createFolder(await ctx.storages.get(connectionId), folder, { signal }),
    ),

  acl: procedure
    .input(objectSchema)
    .query(async ({ ctx, input: { connectionId, ...object }, signal }) =>
      (await ctx.storages.get(connectionId)).readObjectAcl(object, { signal }),
    ),

  tags: procedure
    .input(objectSchema)
    .query(async ({ ctx, input: { connectionId, ...object }, signal }) =>
      (await ctx.storages.get(connectionId)).readObjectTags(object, { signal }),
    ),

  /** Links that need no keys. */
  presign: procedure
    .input(presignInputSchema)
    .mutation(async ({ ctx, input, signal }) =>
      presignAll(await ctx.storages.get(input.connectionId), input, { signal }),
    ),
});
