import type { Connection, ConnectionCredentials } from '#shared/connection.ts';
import { hcpS3Endpoint } from '#shared/hcp.ts';
import { StorageError } from '#storage/errors.ts';
import { HCP_REGION, hcpAccessKey } from '#storage/open.ts';
import type { Context } from './context.ts';
import { snippets } from './snippets.ts';

/** How long a copied secret stays in the clipboard. */
const CLEARS_IN_SECONDS = 45;

type Access = Omit<ConnectionCredentials, 'snippets' | 'secretAccessKey'> & {
  caFile?: string | undefined;
  proxy?: string | undefined;
  secret: () => string;
};

/**
 * What other tools need to reach the same server; the secret only when it is to be revealed.
 * @throws SettingsError `not-found`, `missing-secret`; StorageError `not-supported` where there are no S3 keys.
 */
export async function showCredentials(
  context: Context,
  { id, reveal }: { id: string; reveal: boolean },
): Promise<ConnectionCredentials> {
  const { secret, caFile, proxy, ...shown } = await accessOf(context, id);
  const secretAccessKey = reveal ? secret() : undefined;
  return {
    ...shown,
    ...(secretAccessKey !== undefined && { secretAccessKey }),
    snippets: snippets({ ...shown, secretAccessKey, caFile, proxy }),
  };
}

/**
 * Puts the secret into the clipboard, for a while. It does not pass the window.
 * @throws as `showCredentials`.
 */
export async function copySecret(context: Context, id: string): Promise<{ clearsInSeconds: number }> {
  const { secret } = await accessOf(context, id);
  await context.desktop.copyText(secret(), { clearAfterSeconds: CLEARS_IN_SECONDS });
  return { clearsInSeconds: CLEARS_IN_SECONDS };
}

async function accessOf({ settings, vault, storages }: Context, id: string): Promise<Access> {
  const connection: Connection = settings.connections.get(id);
  switch (connection.kind) {
    case 'sandbox': {
      const { settings: s3, secretAccessKey } = await storages.startSandbox(connection.sandbox.folder);
      const { endpoint, region, addressing, accessKeyId } = s3;
      return { endpoint, region, addressing, accessKeyId, secret: () => secretAccessKey };
    }
    case 's3': {
      const { endpoint, region, addressing, accessKeyId, caFile, proxy } = connection.s3;
      const secret = () => vault.require(id, connection.name);
      return { endpoint, region, addressing, accessKeyId, caFile, proxy, secret };
    }
    case 'hcp': {
      const { hcp, name } = connection;
      refuseWithoutKeys(connection);
      return {
        endpoint: hcpS3Endpoint(hcp),
        region: HCP_REGION,
        addressing: 'path',
        accessKeyId: hcpAccessKey(hcp.username),
        caFile: hcp.caFile,
        proxy: hcp.proxy,
        secret: () => vault.require(id, name, 'password'),
      };
    }
  }
}

function refuseWithoutKeys({ hcp, name }: Extract<Connection, { kind: 'hcp' }>): void {
  const why =
    hcp.tenant === undefined
      ? `“${name}” is a connection to the system level of HCP, where there is no S3: keys belong to a tenant`
      : hcp.account === 'ad'
        ? `“${name}” signs in as a user of Active Directory, who has no S3 keys on HCP: a local account of the tenant has`
        : undefined;
  if (why === undefined) return;
  throw new StorageError({ kind: 'not-supported', operation: 'show the keys of', message: `${why}.` });
}
