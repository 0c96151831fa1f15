import type { VaultStatus } from '#shared/connection.ts';
import type { AppFacts } from './context.ts';
import { procedure, router } from './trpc.ts';

export interface AppInfo extends AppFacts {
  vault: VaultStatus;
  /** Connections that could not be read at this start, and were set aside in the settings file. */
  damagedConnections: number;
}

export const appProcedures = router({
  info: procedure.query(({ ctx }): AppInfo => ({
    ...ctx.app,
    vault: ctx.vault.status(),
    damagedConnections: ctx.settings.connections.damaged,
  })),
});
