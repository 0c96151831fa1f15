import type { z } from 'zod';
import { bucketNameProblem } from '#shared/bucket-name.ts';
import type { createBucketInputSchema } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';

type CreateBucket = z.output<typeof createBucketInputSchema>;

/**
 * Makes a bucket, and switches its versioning on when that was asked for.
 * @throws StorageError; `invalid-input` for a name that the provider’s rules do not allow, with nothing sent; when only the second step fails its message says that the bucket is there.
 */
export async function createBucket(
  storage: Storage,
  { bucket, region, objectLock, versioning, namespace }: CreateBucket,
  { signal }: CallOptions,
): Promise<void> {
  const message = bucketNameProblem(bucket, storage.namespaces === undefined ? 's3' : 'hcp');
  if (message !== undefined)
    throw new StorageError({ kind: 'invalid-input', operation: 'createBucket', message, bucket });
  await storage.createBucket(bucket, { region, objectLock, namespace, signal });
  if (!versioning) return;
  try {
    await storage.writeSetting(bucket, 'versioning', { status: 'enabled' }, { signal });
  } catch (error) {
    throw error instanceof StorageError ? madeButNotVersioned(error, bucket) : error;
  }
}

function madeButNotVersioned(cause: StorageError, bucket: string): StorageError {
  const { kind, operation, retryable, code, requestId } = cause;
  const message = `Bucket “${bucket}” was made, but its versioning is not on: ${cause.message}`;
  return new StorageError({ kind, operation, message, retryable, bucket, code, requestId, cause });
}
