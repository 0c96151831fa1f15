import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectionDraft } from '#shared/connection.ts';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { CallOptions } from '#storage/storage.ts';
import type { Context } from './context.ts';
import { requireAbsolute, secretNeeded } from './draft-checks.ts';
import type { StorageAccess } from './storages.ts';

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
      return signIn(storages, await storages.startSandbox(draft.sandbox.folder), options);
    case 's3': {
      const secretAccessKey = draft.secretAccessKey ?? storedSecret(vault, draft);
      return signIn(storages, { settings: draft.s3, secretAccessKey }, options);
    }
  }
}

async function signIn(
  storages: Context['storages'],
  candidate: StorageAccess,
  options: CallOptions,
): Promise<{ buckets: number }> {
  try {
    return await storages.test(candidate, options);
  } catch (error) {
    throw error instanceof StorageError ? explain(error, new URL(candidate.settings.endpoint).host) : error;
  }
}

/** The same failure, in the words of somebody who has just typed an address and two keys. */
function explain(error: StorageError, host: string): StorageError {
  const { kind, operation, code, retryable, requestId } = error;
  const said = code === undefined ? '' : ` (${code})`;
  const details = { operation, code, requestId, cause: error };
  if (kind === 'access-denied') {
    return new StorageError({
      ...details,
      kind,
      message: `This access key may not list the buckets of ${host}${said}.`,
    });
  }
  // The root of an S3 server is always there, and the list of its buckets is never refused for its form.
  const isOther = kind === 'not-found' || kind === 'not-supported' || (kind === 'server-error' && !retryable);
  if (!isOther) return error;
  const message = `${host} answers, but not as an S3 server does${said}.`;
  return new StorageError({ ...details, kind: 'unreachable', retryable: false, message });
}

function storedSecret(
  vault: Context['vault'],
  { id, name }: Extract<ConnectionDraft, { kind: 's3' }>,
): string {
  if (id === undefined) throw secretNeeded();
  return vault.require(id, name);
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
