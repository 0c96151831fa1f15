import type { Connection } from '#shared/connection.ts';
import { type HcpStorageInput, createHcpStorage } from './hcp/hcp-storage.ts';
import { withNamedBuckets } from './named-buckets.ts';
import { readOnly } from './read-only.ts';
import { type RetryPolicy, withRetries } from './retry.ts';
import type { S3ClientInput } from './s3/client.ts';
import { createS3Storage } from './s3/s3-storage.ts';
import type { Storage } from './storage.ts';

export { hcpAccessKey, hcpSecret } from './hcp/credentials.ts';
export { HCP_REGION } from './hcp/hcp-storage.ts';
export { readCertificate } from './s3/certificate.ts';

/** What a connection is opened with: where it leads, and the secret that belongs there. */
export type StorageAccess = S3ClientInput | HcpStorageInput;

/**
 * Opens a connection: its storage, with retries. Sends nothing yet. The sandbox is opened like any other S3 server, by
 * the address and the keys that it was started with.
 *
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function openStorage(access: StorageAccess, retry: Partial<RetryPolicy> = {}): Storage {
  const storage = 'hcp' in access ? createHcpStorage(access) : createS3Storage(access);
  return withRetries(storage, retry);
}

/** The same storage as a connection's own switches have it: its buckets named by hand, and nothing changed when it is read-only. */
export function asConnected(
  storage: Storage,
  { buckets = [], readOnly: isReadOnly = false }: Pick<Connection, 'buckets' | 'readOnly'>,
): Storage {
  const named = buckets.length === 0 ? storage : withNamedBuckets(storage, buckets);
  return isReadOnly ? readOnly(named) : named;
}
