import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Connection, ConnectionDraft } from '#shared/connection.ts';
import { SettingsError } from '#settings/errors.ts';
import type { Context } from './context.ts';
import { requireAbsolute, secretNeeded } from './draft-checks.ts';
import { serverOf } from './profile.ts';
import { draftSecret, keepsSecret } from './secret.ts';

type SandboxDraft = Extract<ConnectionDraft, { kind: 'sandbox' }>;

/**
 * Saves a connection: a new one, or in place of the one of that id. What was found out of its server is kept while it
 * leads to the same one with the same secret.
 *
 * @throws SettingsError `weak-vault` when the secret cannot be kept as asked, and then nothing is saved; `not-found`;
 *   `invalid-input`; `conflict` when jobs still work with what would change. StorageError when the sandbox's folder
 *   cannot be used.
 */
export async function saveDraft(context: Context, draft: ConnectionDraft): Promise<Connection> {
  const before = draft.id === undefined ? undefined : context.settings.connections.get(draft.id);
  const id = draft.id ?? randomUUID();
  return draft.kind === 'sandbox'
    ? saveSandbox(context, draft, id, before)
    : saveServer(context, draft, id, before);
}

async function saveSandbox(
  context: Context,
  draft: SandboxDraft,
  id: string,
  before: Connection | undefined,
): Promise<Connection> {
  const { sandbox, withSamples } = draft;
  const { folder } = sandbox;
  requireAbsolute(folder);
  const connection = withProfile({ ...look(draft), id, kind: 'sandbox', sandbox }, before);
  refuseWhileInUse(context, before, connection);
  await context.storages.startSandbox(folder); // it makes the folder, or says why it cannot use it
  put(context, connection, before);
  if (withSamples) context.storages.seedWhenOpened(id);
  return connection;
}

function saveServer(
  context: Context,
  draft: Exclude<ConnectionDraft, SandboxDraft>,
  id: string,
  before: Connection | undefined,
): Connection {
  const { vault } = context;
  const secret = draftSecret(draft);
  const settings =
    draft.kind === 's3'
      ? ({ kind: 's3', s3: draft.s3 } as const)
      : ({ kind: 'hcp', hcp: draft.hcp } as const);
  const fresh: Connection = { ...look(draft), id, ...settings };
  const connection = secret === undefined ? withProfile(fresh, before) : fresh;
  refuseWhileInUse(context, before, connection, secret !== undefined);
  if (secret !== undefined) vault.set(id, secret, { keep: draft.keepSecret });
  else if (!keepsSecret(before, draft)) throw secretNeeded(draft.kind);
  try {
    put(context, connection, before);
  } catch (error) {
    if (before === undefined) vault.delete(id);
    throw error;
  }
  return connection;
}

/** What a connection has whatever it leads to. */
function look({
  name,
  colour,
  readOnly,
  buckets,
}: ConnectionDraft): Pick<Connection, 'name' | 'colour' | 'readOnly' | 'buckets'> {
  return {
    name,
    ...(colour !== undefined && { colour }),
    ...(readOnly === true && { readOnly }),
    ...(buckets !== undefined && buckets.length > 0 && { buckets: [...new Set(buckets)] }),
  };
}

function withProfile(connection: Connection, before: Connection | undefined): Connection {
  const profile = before?.profile;
  if (profile === undefined || before === undefined || before.kind !== connection.kind) return connection;
  return isDeepStrictEqual(serverOf(before), serverOf(connection)) ? { ...connection, profile } : connection;
}

function put(
  { settings, vault, profiles }: Context,
  connection: Connection,
  before: Connection | undefined,
): void {
  if (before === undefined) settings.connections.add(connection);
  else settings.connections.update(connection);
  if (connection.kind === 'sandbox') vault.delete(connection.id);
  if (connection.profile === undefined) profiles.forget(connection.id);
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

/**
 * A job works through the connection that it began with: what would cut it off has to wait for it, and so has the
 * switch to read-only, which it would not notice.
 *
 * @throws SettingsError `conflict`.
 */
export function refuseWhileInUse(
  { jobs }: Pick<Context, 'jobs'>,
  before: Connection | undefined,
  after?: Connection,
  newSecret = false,
): void {
  if (before === undefined || jobs.running(before.id) === 0) return;
  const isSame =
    after?.kind === before.kind &&
    isDeepStrictEqual(serverOf(after), serverOf(before)) &&
    (after.readOnly !== true || before.readOnly === true);
  if (isSame && !newSecret) return;
  throw new SettingsError({
    kind: 'conflict',
    operation: 'change connection',
    message: `A job is still working with “${before.name}”.`,
    nextStep: 'Wait until it is done, or cancel it, then try again.',
  });
}
