import {
  DeleteBucketCorsCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  type LifecycleRule,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import type { BucketSettingChanges, RemovableSetting, WritableSetting } from '#shared/bucket-settings.ts';
import { bucketAclInput } from './acl.ts';
import type { S3, Sending } from './call.ts';
import { toLifecycleRules } from './lifecycle.ts';
import { toTagSet } from './tag-set.ts';

export type SettingWriters = {
  [K in WritableSetting]: (
    bucket: string,
    value: BucketSettingChanges[K],
    sending: Sending,
  ) => Promise<unknown>;
};

/** Each with Content-MD5 (`content-md5.ts`). */
export function settingWriters({ client }: S3): SettingWriters {
  return {
    versioning: (bucket, { status }, sending) => {
      const VersioningConfiguration = { Status: status === 'enabled' ? 'Enabled' : 'Suspended' } as const;
      return client.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }),
        sending,
      );
    },
    acl: (bucket, change, sending) =>
      client.send(new PutBucketAclCommand({ Bucket: bucket, ...bucketAclInput(change, bucket) }), sending),
    cors: (bucket, CORSConfiguration, sending) =>
      client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration }), sending),
    tags: (bucket, tags, sending) => {
      const Tagging = { TagSet: toTagSet(tags) };
      return client.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging }), sending);
    },
    lifecycle: async (bucket, lifecycle, sending) => {
      const Rules: LifecycleRule[] = toLifecycleRules(lifecycle, bucket);
      const input = { Bucket: bucket, LifecycleConfiguration: { Rules } };
      return client.send(new PutBucketLifecycleConfigurationCommand(input), sending);
    },
    policy: (bucket, policy, sending) =>
      client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }), sending),
  };
}

export function settingRemovers({
  client,
}: S3): Record<RemovableSetting, (bucket: string, sending: Sending) => Promise<unknown>> {
  return {
    cors: (bucket, sending) => client.send(new DeleteBucketCorsCommand({ Bucket: bucket }), sending),
    tags: (bucket, sending) => client.send(new DeleteBucketTaggingCommand({ Bucket: bucket }), sending),
    lifecycle: (bucket, sending) =>
      client.send(new DeleteBucketLifecycleCommand({ Bucket: bucket }), sending),
    policy: (bucket, sending) => client.send(new DeleteBucketPolicyCommand({ Bucket: bucket }), sending),
  };
}
