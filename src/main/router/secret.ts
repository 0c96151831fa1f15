import type { Connection, ConnectionDraft } from '#shared/connection.ts';
import { hcpSecret } from '#storage/open.ts';

type WithSecret = Extract<ConnectionDraft, { kind: 's3' | 'hcp' }>;

/**
 * The secret that a draft brings, as it is kept: of the password of a local HCP account its MD5 alone (see
 * docs/decisions/secrets.md). Undefined when none was typed.
 */
export function draftSecret(draft: WithSecret): string | undefined {
  if (draft.kind === 's3') return draft.secretAccessKey;
  return draft.password === undefined ? undefined : hcpSecret(draft.hcp.account, draft.password);
}

/** A secret that was typed for a saved connection, as it is kept. */
export function typedSecret(connection: Connection, typed: string): string {
  return connection.kind === 'hcp' ? hcpSecret(connection.hcp.account, typed) : typed;
}

/** Whether the stored secret can serve the draft: each kind of account keeps another part of its password. */
export function keepsSecret(before: Connection | undefined, draft: WithSecret): boolean {
  if (before?.kind === 'hcp' && draft.kind === 'hcp') return before.hcp.account === draft.hcp.account;
  return before?.kind === draft.kind;
}
