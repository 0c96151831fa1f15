import type { HcpConnectionSettings, S3Settings } from '#shared/connection.ts';
import { hcpS3Endpoint } from '#shared/hcp.ts';
import { StorageError } from '../errors.ts';
import { createS3Storage } from '../s3/s3-storage.ts';
import type { Storage } from '../storage.ts';
import { bucketLister } from './buckets.ts';
import { hcpAccessKey, hcpAuthorization } from './credentials.ts';
import { openManagement } from './management.ts';
import { inWordsOfHcp } from './errors.ts';
import { createNamespaces, systemLevel } from './namespaces.ts';

/** HCP takes any region, but one has to be in the signature. */
export const HCP_REGION = 'us-east-1';

/** HCP serves 255 requests at once for all of its users; its guide asks for at most 200 readers a node. */
const MAX_SOCKETS = 64;

export interface HcpStorageInput {
  hcp: HcpConnectionSettings;
  /** What `hcpSecret` made of the password. */
  secret: string;
  /** Cooper's version, for the User-Agent. */
  appVersion?: string | undefined;
}

/**
 * Storage on a tenant of a Hitachi Content Platform: S3 in path style, and the Management API beside it. Where the
 * Management API is closed to this account, or not enabled, S3 works alone. Without a tenant (the system level) there
 * are no buckets, and `namespaces.tenants` alone has something to say.
 *
 * @throws StorageError when the proxy, the CA file or the password cannot be used.
 */
export function createHcpStorage({ hcp, secret, appVersion }: HcpStorageInput): Storage {
  const s3 = createS3Storage({
    settings: s3Settings(hcp),
    secretAccessKey: hcp.account === 'ad' ? 'not used' : secret,
    address: hcp.address,
    maxSockets: MAX_SOCKETS,
    authorize: authorizer(hcp, secret),
    rephrase: (error) => inWordsOfHcp(error, hcp),
    appVersion,
  });
  const management = openManagement({ hcp, secret, appVersion });
  const namespaces = createNamespaces(management, hcp);
  return {
    ...s3,
    namespaces,
    server: () => {
      const version = management.softwareVersion();
      return version === undefined ? undefined : `Hitachi Content Platform ${version}`;
    },
    listBuckets: hcp.tenant === undefined ? async () => [] : bucketLister(s3, namespaces),

    createBucket: async (bucket, options) => {
      // Users of Active Directory cannot create buckets by S3 ("Using the Hitachi API for Amazon S3").
      if (options?.namespace !== undefined || hcp.account === 'ad') {
        await explained(hcp, namespaces.create(bucket, options?.namespace ?? {}, options));
      } else await s3.createBucket(bucket, options);
    },

    presign: async (request, options) => {
      if (hcp.account !== 'ad') return s3.presign(request, options);
      const { bucket, key } = request;
      const message =
        'Links need keys to be signed with, and users of Active Directory have none on HCP. Connect with a local account of the tenant.';
      throw new StorageError({ kind: 'not-supported', operation: 'make a link to', bucket, key, message });
    },

    close: () => {
      s3.close();
      management.close();
    },
  };
}

/** Why a bucket is made by the Management API at all, where that is refused. */
async function explained(hcp: HcpConnectionSettings, made: Promise<void>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (hcp.account !== 'ad' || !(error instanceof StorageError) || error.kind !== 'access-denied')
      throw error;
    const { kind, operation, bucket, code } = error;
    const message = `Users of Active Directory can make buckets by the Management API only, not by S3. ${error.message}`;
    throw new StorageError({ kind, operation, bucket, code, message, cause: error });
  }
}

function s3Settings(hcp: HcpConnectionSettings): S3Settings {
  const { caFile, trustedFingerprint, proxy, connectTimeoutMs, idleTimeoutMs } = hcp;
  return {
    preset: 'generic',
    endpoint: hcpS3Endpoint(hcp),
    region: HCP_REGION,
    accessKeyId: hcpAccessKey(hcp.username),
    addressing: 'path',
    caFile,
    trustedFingerprint,
    proxy,
    connectTimeoutMs,
    idleTimeoutMs,
  };
}

/** What stands in for the signature; undefined where requests are signed. */
function authorizer(
  hcp: HcpConnectionSettings,
  secret: string,
): ((headers: Record<string, string>) => void) | undefined {
  if (hcp.tenant === undefined) {
    return () => {
      throw systemLevel('reach');
    };
  }
  if (hcp.account === 'local') return undefined;
  const authorization = hcpAuthorization(hcp, secret);
  return (headers) => {
    headers['authorization'] = authorization;
    delete headers['x-amz-date'];
    delete headers['x-amz-content-sha256'];
  };
}
