import { fetchInputSchema, syncInputSchema, uploadInputSchema } from '#shared/transfer.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { previewFetch } from '#jobs/transfer/fetch/preview.ts';
import { previewSync } from '#jobs/transfer/sync/preview.ts';
import { previewUpload } from '#jobs/transfer/upload/preview.ts';
import { procedure, router } from './trpc.ts';

const neverAborted = () => new AbortController().signal;

/** What goes with transfers beside the jobs themselves. */
export const transferProcedures = router({
  settings: procedure.query(({ ctx }) => ctx.settings.transfers.get()),

  /** All of them; what changes counts at once, also for what is under way. */
  setSettings: procedure.input(transferSettingsSchema).mutation(({ ctx, input }) => {
    ctx.settings.transfers.set(input);
    ctx.jobs.wake();
    return ctx.settings.transfers.get();
  }),

  /** What an upload would do, as it is found out. */
  previewUpload: procedure.input(uploadInputSchema).subscription(async function* ({
    ctx,
    input,
    signal = neverAborted(),
  }) {
    yield* previewUpload(await ctx.storages.get(input.connectionId), input, signal);
  }),

  /** What fetching to a folder would do, as it is found out. */
  previewFetch: procedure.input(fetchInputSchema).subscription(async function* ({
    ctx,
    input,
    signal = neverAborted(),
  }) {
    yield* previewFetch(await ctx.storages.get(input.connectionId), input, signal);
  }),

  /** What a sync would do, as it is found out: each time the rows that are new. */
  diff: procedure.input(syncInputSchema).subscription(async function* ({
    ctx,
    input,
    signal = neverAborted(),
  }) {
    yield* previewSync(await ctx.storages.get(input.connectionId), input, signal);
  }),

  chooseFiles: procedure.mutation(({ ctx }) =>
    ctx.desktop.chooseMany({ title: 'Upload files', what: 'files' }),
  ),

  chooseUploadFolder: procedure.mutation(({ ctx }) =>
    ctx.desktop.chooseMany({ title: 'Upload folders', what: 'folders' }),
  ),

  chooseFolder: procedure.mutation(({ ctx }) => ctx.desktop.chooseFolder({ title: 'Download to a folder' })),

  /** Folders of transfers that could not be read at this start, and were set aside. */
  damaged: procedure.query(({ ctx }) => [...ctx.damagedTransfers]),
});
