import { type RetryPolicy, withRetries } from './retry.ts';
import type { S3ClientInput } from './s3/client.ts';
import { createS3Storage } from './s3/s3-storage.ts';
import type { Storage } from './storage.ts';

/**
 * Opens a connection: its storage, with retries. Sends nothing yet. The sandbox is opened like any other S3 server, by
 * the address and the keys that it was started with.
 *
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function openStorage(access: S3ClientInput, retry: Partial<RetryPolicy> = {}): Storage {
  return withRetries(createS3Storage(access), retry);
}
