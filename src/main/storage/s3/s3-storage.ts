import type { Storage } from '../storage.ts';
import { accessCalls } from './access-calls.ts';
import { bucketCalls } from './bucket-calls.ts';
import { openS3 } from './call.ts';
import type { S3ClientInput } from './client.ts';
import { copyCalls } from './copy-calls.ts';
import { deleteCalls } from './delete-calls.ts';
import { listingCalls } from './listing-calls.ts';
import { objectCalls } from './object-calls.ts';
import { presignCalls } from './presign-calls.ts';
import { settingCalls } from './setting-calls.ts';
import { uploadCalls } from './upload-calls.ts';

/**
 * Storage over S3 (the "Amazon S3 API Reference", 2006-03-01). Nothing is sent before the first call.
 *
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function createS3Storage(input: S3ClientInput): Storage {
  const s3 = openS3(input);
  return {
    ...bucketCalls(s3),
    ...listingCalls(s3),
    ...objectCalls(s3),
    ...deleteCalls(s3),
    ...copyCalls(s3),
    ...uploadCalls(s3),
    ...settingCalls(s3),
    ...accessCalls(s3),
    ...presignCalls(s3),
    close: () => s3.client.destroy(),
  };
}
