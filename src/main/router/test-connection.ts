import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection, ConnectionDraft } from '#shared/connection.ts';
import { hcpHost } from '#shared/hcp.ts';
import { diskError, systemCode } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { StorageAccess } from '#storage/open.ts';
import type { CallOptions } from '#storage/storage.ts';
import type { Context } from './context.ts';
import { requireAbsolute, secretNeeded } from './draft-checks.ts';
import { draftSecret, keepsSecret } from './secret.ts';

/** What a test has found: at the system level of HCP there are tenants in place of buckets. */
export interface TestResult {
  buckets: number;
  tenants?: number;
}

/**
 * Signs in as the draft says and counts the buckets; nothing is saved. A draft without a secret is tried with the
 * stored one. A sandbox's folder is looked at, and made only when the connection is saved.
 *
 * @throws StorageError from the server or the disk; SettingsError `missing-secret`, `invalid-input`.
 */
export async function testDraft(
  context: Context,
  draft: ConnectionDraft,
  options: CallOptions,
): Promise<TestResult> {
  const { storages } = context;
  switch (draft.kind) {
    case 'sandbox':
      if (await isNewFolder(draft.sandbox.folder)) return { buckets: 0 };
      return signIn(storages, await storages.startSandbox(draft.sandbox.folder), draft, options);
    case 's3': {
      const secretAccessKey = draftSecret(draft) ?? storedSecret(context, draft);
      return signIn(storages, { settings: draft.s3, secretAccessKey }, draft, options);
    }
    case 'hcp': {
      const secret = draftSecret(draft) ?? storedSecret(context, draft);
      return signIn(storages, { hcp: draft.hcp, secret }, draft, options);
    }
  }
}

async function signIn(
  storages: Context['storages'],
  candidate: StorageAccess,
  { buckets }: Pick<Connection, 'buckets'>,
  options: CallOptions,
): Promise<TestResult> {
  try {
    return await storages.test(candidate, options, { buckets });
  } catch (error) {
    if (!(error instanceof StorageError) || isManagement(candidate)) throw error;
    const host = 'hcp' in candidate ? hcpHost(candidate.hcp) : new URL(candidate.settings.endpoint).host;
    throw explain(error, host);
  }
}

/** At the system level only the Management API is spoken to, and its words are whole. */
function isManagement(candidate: StorageAccess): boolean {
  return 'hcp' in candidate && candidate.hcp.tenant === undefined;
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
      message: `This access key may not list the buckets of ${host}${said}. Name them by hand in the connection if you know them.`,
    });
  }
  // The root of an S3 server is always there, and the list of its buckets is never refused for its form.
  const isOther = kind === 'not-found' || kind === 'not-supported' || (kind === 'server-error' && !retryable);
  if (!isOther) return error;
  const message = `${host} answers, but not as an S3 server does${said}.`;
  return new StorageError({ ...details, kind: 'unreachable', retryable: false, message });
}

function storedSecret(
  { vault, settings }: Context,
  draft: Extract<ConnectionDraft, { kind: 's3' | 'hcp' }>,
): string {
  const before = settings.connections.list().find(({ id }) => id === draft.id);
  if (before === undefined || !keepsSecret(before, draft)) throw secretNeeded(draft.kind);
  return vault.require(before.id, draft.name, draft.kind === 'hcp' ? 'password' : 'secret key');
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
