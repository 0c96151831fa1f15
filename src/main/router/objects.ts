import { z } from 'zod';
import { columnsOf } from '#shared/list-columns.ts';
import {
  listInputSchema,
  type ListPage,
  locationSchema,
  objectSchema,
  presignInputSchema,
} from '#shared/objects.ts';
import { listPagesAsOf } from '#storage/as-of.ts';
import { listPages } from '#storage/list.ts';
import type { Storage } from '#storage/storage.ts';
import { versionsOf } from '#storage/versions.ts';
import { createFolder } from './create-folder.ts';
import { presignAll } from './presign.ts';
import { surveyObjects } from './survey-objects.ts';
import { procedure, router } from './trpc.ts';

const folderSchema = locationSchema.extend({
  key: z.string().regex(/\/$/u, 'The key of a folder ends with a slash: “reports/”.'),
});

export const objectProcedures = router({
  /**
   * One level, page by page, as it is or as it was. The last page carries `nextToken` when `maxRows` ended it before the
   * listing's end.
   */
  list: procedure.input(listInputSchema).subscription(async function* ({ ctx, input, signal }) {
    yield* levelPages(await ctx.storages.get(input.connectionId), input, signal);
  }),

  /** The same in columns, for levels of any length. */
  listColumns: procedure.input(listInputSchema).subscription(async function* ({ ctx, input, signal }) {
    const storage = await ctx.storages.get(input.connectionId);
    for await (const page of levelPages(storage, input, signal)) yield columnsOf(page);
  }),

  stat: procedure
    .input(objectSchema)
    .query(async ({ ctx, input: { connectionId, ...object }, signal }) =>
      (await ctx.storages.get(connectionId)).stat(object, { signal }),
    ),

  /** Versions and delete markers of exactly one key, newest first. */
  versions: procedure
    .input(locationSchema.extend({ key: z.string().min(1, 'Name the object.') }))
    .query(async ({ ctx, input: { connectionId, ...object }, signal }) =>
      versionsOf(await ctx.storages.get(connectionId), object, { signal }),
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

  /** What is of these keys and under these prefixes, versions and delete markers too, as it is counted. */
  survey: procedure
    .input(
      locationSchema.extend({ prefixes: z.array(z.string()), keys: z.array(z.string().min(1)).max(100_000) }),
    )
    .subscription(async function* ({ ctx, input: { connectionId, ...target }, signal }) {
      yield* surveyObjects(await ctx.storages.get(connectionId), target, { signal });
    }),

  /** Links that need no keys. */
  presign: procedure
    .input(presignInputSchema)
    .mutation(async ({ ctx, input, signal }) =>
      presignAll(await ctx.storages.get(input.connectionId), input, { signal }),
    ),
});

async function* levelPages(
  storage: Storage,
  { bucket, prefix, token, maxRows, asOf }: z.output<typeof listInputSchema>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListPage, void, undefined> {
  const level = { bucket, prefix, token, delimiter: '/' };
  const pages =
    asOf === undefined
      ? listPages(storage, level, { signal })
      : listPagesAsOf(storage, { ...level, asOf }, { signal });
  let rows = 0;
  for await (const page of pages) {
    yield page;
    rows += page.prefixes.length + page.objects.length;
    if (rows >= maxRows) return;
  }
}
