import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Connection, ConnectionDraft } from '#shared/connection.ts';
import { SettingsError } from '#settings/errors.ts';
import type { Context } from './context.ts';
import { requireAbsolute, secretNeeded } from './draft-checks.ts';

type SandboxDraft = Extract<ConnectionDraft, { kind: 'sandbox' }>;
type S3Draft = Extract<ConnectionDraft, { kind: 's3' }>;

/**
 * Saves a connection: a new one, or in place of the one of that id.
 *
 * @throws SettingsError `weak-vault` when the secret cannot be kept as asked, and then nothing is saved; `not-found`;
 *   `invalid-input`; `conflict` when jobs still work with what would change. StorageError when the sandbox's folder
 *   cannot be used.
 */
export async function saveDraft(context: Context, draft: ConnectionDraft): Promise<Connection> {
  const before = draft.id === undefined ? undefined : context.settings.connections.get(draft.id);
  const id = draft.id ?? randomUUID();
  switch (draft.kind) {
    case 'sandbox':
      return saveSandbox(context, draft, id, before);
    case 's3':
      return saveS3(context, draft, id, before);
  }
}

async function saveSandbox(
  context: Context,
  draft: SandboxDraft,
  id: string,
  before: Connection | undefined,
): Promise<Connection> {
  const { name, sandbox, withSamples } = draft;
  const { folder } = sandbox;
  requireAbsolute(folder);
  const connection: Connection = { id, kind: 'sandbox', name, sandbox };
  refuseWhileInUse(context, before, connection);
  await context.storages.startSandbox(folder); // it makes the folder, or says why it cannot use it
  put(context, connection, before);
  if (withSamples) context.storages.seedWhenOpened(id);
  return connection;
}

function saveS3(context: Context, draft: S3Draft, id: string, before: Connection | undefined): Connection {
  const { name, s3, secretAccessKey, keepSecret } = draft;
  const { vault } = context;
  const connection: Connection = { id, kind: 's3', name, s3 };
  refuseWhileInUse(context, before, connection, secretAccessKey !== undefined);
  if (secretAccessKey !== undefined) vault.set(id, secretAccessKey, { keep: keepSecret });
  else if (before?.kind !== 's3') throw secretNeeded();
  try {
    put(context, connection, before);
  } catch (error) {
    if (before === undefined) vault.delete(id);
    throw error;
  }
  return connection;
}

function put({ settings, vault }: Context, connection: Connection, before: Connection | undefined): void {
  if (before === undefined) settings.connections.add(connection);
  else settings.connections.update(connection);
  if (connection.kind === 'sandbox') vault.delete(connection.id);
}

/**
 * Forgets a connection, its secret included. What a sandbox's folder holds stays.
 * @throws SettingsError `not-found`; `conflict` while jobs work on it.
 */
export function removeConnection(context: Context, id: string): void {
  refuseWhileInUse(context, context.settings.connections.get(id));
  context.vault.delete(id); // first: a secret must not outlive its connection
  context.settings.connections.remove(id);
  context.storages.close(id);
}

/** A job reads through the connection that it began with: what would cut it off has to wait for it. */
function refuseWhileInUse(
  { jobs }: Context,
  before: Connection | undefined,
  after?: Connection,
  newSecret = false,
): void {
  if (before === undefined || jobs.running(before.id) === 0) return;
  const isSame = after !== undefined && isDeepStrictEqual({ ...after, name: '' }, { ...before, name: '' });
  if (isSame && !newSecret) return;
  throw new SettingsError({
    kind: 'conflict',
    operation: 'change connection',
    message: `A job is still working with “${before.name}”.`,
    nextStep: 'Wait until it is done, or cancel it, then try again.',
  });
}
