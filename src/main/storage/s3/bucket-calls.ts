import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  type Owner as SdkOwner,
} from '@aws-sdk/client-s3';
import type { Owner } from '#shared/bucket-settings.ts';
import type { Bucket } from '#shared/objects.ts';
import { StorageError } from '../errors.ts';
import type { Storage } from '../storage.ts';
import type { S3 } from './call.ts';

/** The region that a bucket is in when its creation names none (Amazon S3 API Reference, CreateBucket). */
const FIRST_REGION = 'us-east-1';

/** List, create, delete, and ask for buckets. */
export function bucketCalls({
  client,
  step,
}: S3): Pick<Storage, 'listBuckets' | 'createBucket' | 'deleteBucket' | 'bucketExists'> {
  return {
    listBuckets: (options) =>
      step({ operation: 'listBuckets' }, options, async (_, sending) => {
        const buckets: Bucket[] = [];
        let token: string | undefined;
        do {
          const page = await client.send(new ListBucketsCommand({ ContinuationToken: token }), sending);
          if (page.Buckets === undefined && page.Owner === undefined) throw notBuckets();
          const owner = toOwner(page.Owner);
          for (const { Name, CreationDate } of page.Buckets ?? []) {
            if (Name === undefined) continue;
            buckets.push({
              name: Name,
              ...(CreationDate && { createdAt: CreationDate }),
              ...(owner !== undefined && { owner }),
            });
          }
          if (token !== undefined && page.ContinuationToken === token) throw notBuckets();
          token = page.ContinuationToken;
        } while (token !== undefined && token !== '');
        return buckets.sort((a, b) => (a.name < b.name ? -1 : 1));
      }),

    createBucket: (bucket, options) =>
      step({ operation: 'createBucket', bucket }, options, async (_, sending) => {
        const region = options?.region;
        const command = new CreateBucketCommand({
          Bucket: bucket,
          // Without one, the SDK names the connection's region, as far as it is not the first.
          CreateBucketConfiguration: isConstraint(region) ? { LocationConstraint: region } : undefined,
          ObjectLockEnabledForBucket: options?.objectLock === true ? true : undefined,
        });
        await client.send(command, sending);
      }),

    deleteBucket: (bucket, options) =>
      step({ operation: 'deleteBucket', bucket }, options, async (_, sending) => {
        await client.send(new DeleteBucketCommand({ Bucket: bucket }), sending);
      }),

    bucketExists: async (bucket, options) => {
      try {
        await step({ operation: 'bucketExists', bucket }, options, (_, sending) =>
          client.send(new HeadBucketCommand({ Bucket: bucket }), sending),
        );
        return true;
      } catch (error) {
        if (error instanceof StorageError && error.kind === 'not-found') return false;
        throw error;
      }
    },
  };
}

/** Others than AWS have names of their own. */
function isConstraint(region: string | undefined): region is BucketLocationConstraint {
  return region !== undefined && region !== FIRST_REGION;
}

/** An owner as the window shows one. Ceph and others leave the name empty. */
export function toOwner(owner: SdkOwner | undefined): Owner | undefined {
  const { ID, DisplayName } = owner ?? {};
  if (ID === undefined || ID === '') return undefined;
  return { id: ID, ...(DisplayName !== undefined && DisplayName !== '' && { displayName: DisplayName }) };
}

function notBuckets(): StorageError {
  const message = "The server's answer is not a list of buckets. Check the endpoint.";
  return new StorageError({ kind: 'server-error', operation: 'listBuckets', message, retryable: false });
}
