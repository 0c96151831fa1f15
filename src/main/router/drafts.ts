import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Connection, ConnectionDraft } from '#shared/connection.ts';
import { SettingsError } from '#settings/errors.ts';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import type { CallOptions } from '#storage/storage.ts';
import type { Context } from './context.ts';

type SandboxDraft = Extract<ConnectionDraft, { kind: 'sandbox' }>;
type S3Draft = Extract<ConnectionDraft, { kind: 's3' }>;

/**
 * Signs in as the draft says and counts the buckets; nothing is saved. A draft without a secret is tried with the
 * stored one. A sandbox's folder is looked at, and made only when the connection is saved.
 *
 * @throws StorageError from the server or the disk; SettingsError `missing-secret`, `invalid-input`.
 */
export async function testDraft(
  { storages, vault }: Context,
  draft: ConnectionDraft,
  options: CallOptions,
): Promise<{ buckets: number }> {
  switch (draft.kind) {
    case 'sandbox':
      if (await isNewFolder(draft.sandbox.folder)) return { buckets: 0 };
      return storages.test(await storages.startSandbox(draft.sandbox.folder), options);
    case 's3': {
      const secretAccessKey = draft.secretAccessKey ?? storedSecret(vault, draft);
      return storages.test({ settings: draft.s3, secretAccessKey }, options);
    }
  }
}

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

function storedSecret(vault: Context['vault'], { id, name }: S3Draft): string {
  if (id === undefined) throw secretNeeded();
  return vault.require(id, name);
}

function secretNeeded(): SettingsError {
  return new SettingsError({
    kind: 'invalid-input',
    operation: 'save connection',
    message: 'The secret key is missing.',
    nextStep: 'Type the secret key that belongs to the access key.',
  });
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

function requireAbsolute(folder: string): void {
  if (isAbsolute(folder)) return;
  throw new SettingsError({
    kind: 'invalid-input',
    operation: 'open sandbox',
    message: `“${folder}” is no full path.`,
    nextStep: 'Choose a folder for the sandbox.',
  });
}

/**
 * Looks whether a sandbox would begin anew in this folder: it is empty, or not there yet but could be made.
 * @throws SettingsError `invalid-input` for a relative path; StorageError for a folder that cannot be used.
 */
async function isNewFolder(folder: string): Promise<boolean> {
  requireAbsolute(folder);
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError(error, { operation: 'open', path: folder });
  }
  const parent = await existingParent(folder);
  try {
    await access(parent, constants.W_OK);
  } catch (error) {
    throw diskError(error, { operation: 'write to', path: parent });
  }
  return true;
}

/** The nearest folder above that is there. */
async function existingParent(folder: string): Promise<string> {
  const parent = dirname(folder);
  if (parent === folder) return folder;
  try {
    await stat(parent);
    return parent;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError(error, { operation: 'open', path: parent });
    return existingParent(parent);
  }
}

/**
 * Forgets a connection, its secret included. What a sandbox's folder holds stays.
 * @throws SettingsError `not-found`; `conflict` while jobs work on it.
 */
export function removeConnection(context: Context, id: string): void {
  refuseWhileInUse(context, context.settings.connections.get(id));
  context.settings.connections.remove(id);
  context.vault.delete(id);
  context.storages.close(id);
}
