import { join } from 'node:path';
import { z } from 'zod';
import { safeSegment } from '#jobs/segments.ts';
import { jobInputSchema } from '#shared/job.ts';
import { fileNameOf } from './file-name.ts';
import { procedure, router } from './trpc.ts';
import { revealResult } from './reveal.ts';

const byId = z.object({ id: z.string().min(1) });

export const jobProcedures = router({
  start: procedure
    .input(jobInputSchema)
    .mutation(async ({ ctx, input }) => ({ id: await ctx.jobs.start(input) })),

  cancel: procedure.input(byId).mutation(({ ctx, input }) => ctx.jobs.cancel(input.id)),

  dismiss: procedure.input(byId).mutation(({ ctx, input }) => ctx.jobs.dismiss(input.id)),

  /** Of transfers: stop, and keep everything. */
  pause: procedure.input(byId).mutation(({ ctx, input }) => ctx.jobs.pause(input.id)),

  /** Of transfers: go on; `retry` also tries again what failed. */
  resume: procedure
    .input(byId.extend({ retry: z.boolean().optional() }))
    .mutation(({ ctx, input: { id, retry } }) => ctx.jobs.resume(id, { retry })),

  pauseAll: procedure.mutation(({ ctx }) => ctx.jobs.pauseAll()),

  resumeAll: procedure.mutation(({ ctx }) => ctx.jobs.resumeAll()),

  /** Of transfers that wait: `before` another one, or last. */
  move: procedure
    .input(byId.extend({ before: z.string().nullable() }))
    .mutation(({ ctx, input: { id, before } }) => ctx.jobs.move(id, before ?? undefined)),

  /** Every job once, then what changes. */
  watch: procedure.subscription(({ ctx, signal }) => ctx.jobs.watch(signal)),

  /** Asks where to save; null when the user leaves the dialog. */
  chooseZipTarget: procedure
    .input(z.object({ bucket: z.string().min(1), name: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const chosen = await ctx.desktop.chooseSavePath({
        title: 'Export as ZIP',
        defaultPath: join(ctx.app.downloadsFolder, zipName(input.bucket, input.name)),
        filters: [{ name: 'ZIP archives', extensions: ['zip'] }],
      });
      if (chosen === null) return null;
      // The dialog asked about the file that it gives. With the ending added it is another one, which nobody agreed to.
      return /\.zip$/iu.test(chosen)
        ? { path: chosen, overwrite: true }
        : { path: `${chosen}.zip`, overwrite: false };
    }),

  /** Asks where to save one object, `name` being its key; null when the user leaves the dialog. */
  chooseDownloadTarget: procedure.input(z.object({ name: z.string() })).mutation(async ({ ctx, input }) => {
    const chosen = await ctx.desktop.chooseSavePath({
      title: 'Download',
      defaultPath: join(ctx.app.downloadsFolder, fileNameOf(input.name)),
      filters: [{ name: 'All files', extensions: ['*'] }],
    });
    return chosen === null ? null : { path: chosen, overwrite: true }; // the dialog has asked
  }),

  reveal: procedure.input(byId).mutation(({ ctx, input }) => revealResult(ctx, input.id)),
});

/** The most characters of a folder's name that go into the proposal. */
const NAME_LENGTH = 60;

/** The proposed name of an export, legal on every system. `name` is a folder's, or its whole prefix. */
export function zipName(bucket: string, name: string): string {
  const folders = name.replace(/^\/+|\/+$/gu, '').replaceAll('/', '-');
  const label = Array.from(folders).slice(-NAME_LENGTH).join(''); // by code points: no half of a pair
  return safeSegment(`${bucket}-${label === '' ? 'objects' : label}.zip`);
}
