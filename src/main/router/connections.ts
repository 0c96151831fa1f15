import { z } from 'zod';
import { connectionDraftSchema } from '#shared/connection.ts';
import { removeConnection, saveDraft } from './save-connection.ts';
import { testDraft } from './test-connection.ts';
import { procedure, router } from './trpc.ts';

const byId = z.object({ id: z.string().min(1) });

export const connectionProcedures = router({
  list: procedure.query(({ ctx }) => ctx.settings.connections.list()),

  test: procedure
    .input(connectionDraftSchema)
    .mutation(({ ctx, input, signal }) => testDraft(ctx, input, { signal })),

  save: procedure.input(connectionDraftSchema).mutation(({ ctx, input }) => saveDraft(ctx, input)),

  remove: procedure.input(byId).mutation(({ ctx, input }) => removeConnection(ctx, input.id)),

  /** What the connection's server can do; found out at the first time, and when that is asked for again. */
  profile: procedure
    .input(byId.extend({ again: z.boolean().optional() }))
    .mutation(({ ctx, input: { id, again } }) => ctx.profiles.get(id, { again })),

  chooseCaFile: procedure.mutation(({ ctx }) =>
    ctx.desktop.chooseFile({
      title: 'Certificate of the authority',
      filters: [
        { name: 'PEM certificates', extensions: ['pem', 'crt', 'cer'] },
        { name: 'All files', extensions: ['*'] },
      ],
    }),
  ),

  chooseFolder: procedure.mutation(({ ctx }) =>
    ctx.desktop.chooseFolder({ title: 'Folder for the sandbox' }),
  ),

  /** Keeps a secret that was asked for again until Cooper quits. */
  supplySecret: procedure
    .input(byId.extend({ secretAccessKey: z.string().min(1, 'Type the secret key.') }))
    .mutation(({ ctx, input }) => {
      const { id } = ctx.settings.connections.get(input.id);
      ctx.vault.set(id, input.secretAccessKey, { keep: 'session' });
    }),
});
