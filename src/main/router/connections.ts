import { z } from 'zod';
import { connectionDraftSchema } from '#shared/connection.ts';
import { duplicateConnection, lookSchema, moveConnection, setLook } from './arrange.ts';
import { draftCertificate } from './certificate.ts';
import { copySecret, showCredentials } from './credentials.ts';
import { removeConnection, saveDraft } from './save-connection.ts';
import { typedSecret } from './secret.ts';
import { tenantsOf } from './tenants.ts';
import { testDraft } from './test-connection.ts';
import { procedure, router } from './trpc.ts';

const byId = z.object({ id: z.string().min(1) });

export const connectionProcedures = router({
  list: procedure.query(({ ctx }) => ctx.settings.connections.list()),

  test: procedure
    .input(connectionDraftSchema)
    .mutation(({ ctx, input, signal }) => testDraft(ctx, input, { signal })),

  save: procedure.input(connectionDraftSchema).mutation(async ({ ctx, input }) => {
    const saved = await saveDraft(ctx, input);
    ctx.jobs.wake(); // transfers may wait for what was put right
    return saved;
  }),

  remove: procedure.input(byId).mutation(({ ctx, input }) => removeConnection(ctx, input.id)),

  /** Name, colour, read-only and the buckets named by hand. */
  setLook: procedure.input(lookSchema).mutation(({ ctx, input }) => setLook(ctx, input)),

  /** Puts a connection before another, or at the end. */
  move: procedure
    .input(byId.extend({ before: z.string().min(1).nullable() }))
    .mutation(({ ctx, input }) => moveConnection(ctx, input)),

  duplicate: procedure.input(byId).mutation(({ ctx, input }) => duplicateConnection(ctx, input.id)),

  /** What other tools need to reach the same server. */
  credentials: procedure
    .input(byId.extend({ reveal: z.boolean() }))
    .mutation(({ ctx, input }) => showCredentials(ctx, input)),

  /** Copies the secret to the clipboard, from where it goes after a while. */
  copySecret: procedure.input(byId).mutation(({ ctx, input }) => copySecret(ctx, input.id)),

  /** The certificate that the draft's server shows, for a person to look at. It is not trusted by that. */
  certificate: procedure
    .input(connectionDraftSchema)
    .mutation(({ input, signal }) => draftCertificate(input, { signal })),

  /** The tenants of HCP, for a connection to its system level. */
  tenants: procedure.input(byId).query(({ ctx, input, signal }) => tenantsOf(ctx, input.id, { signal })),

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

  /** Keeps a secret (of HCP: the password) that was asked for again until Cooper quits. */
  supplySecret: procedure
    .input(byId.extend({ secretAccessKey: z.string().min(1, 'Type the secret key.') }))
    .mutation(({ ctx, input }) => {
      const connection = ctx.settings.connections.get(input.id);
      ctx.vault.set(connection.id, typedSecret(connection, input.secretAccessKey), { keep: 'session' });
      ctx.jobs.wake();
    }),
});
