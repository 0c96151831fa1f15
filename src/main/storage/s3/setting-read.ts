import {
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import {
  type BucketSettings,
  corsSchema,
  lifecycleSchema,
  policySchema,
  type SettingName,
} from '#shared/bucket-settings.ts';
import { StorageError } from '../errors.ts';
import { toAcl } from './acl.ts';
import { JSON_ROOT } from './answer-document.ts';
import { type S3, type S3Command, type Sending, sendForDocument } from './call.ts';
import { fromTagSet } from './tag-set.ts';

/** One for each setting; undefined when the bucket does not use it. What is refused is thrown as the SDK has it. */
export type SettingReaders = {
  [K in SettingName]: (bucket: string, sending: Sending) => Promise<BucketSettings[K] | undefined>;
};

export function settingReaders(s3: S3): SettingReaders {
  const ask = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: S3Command<I, O>,
    root: string,
    sending: Sending,
  ): Promise<O> => (await sendForDocument(s3, command, root, sending)).output;

  return {
    versioning: async (bucket, sending) => {
      const command = new GetBucketVersioningCommand({ Bucket: bucket });
      const { Status, MFADelete } = await ask(command, 'VersioningConfiguration', sending);
      const status = Status === 'Enabled' ? 'enabled' : Status === 'Suspended' ? 'suspended' : 'off';
      return { status, ...(MFADelete !== undefined && { mfaDelete: MFADelete === 'Enabled' }) };
    },

    acl: async (bucket, sending) => {
      const command = new GetBucketAclCommand({ Bucket: bucket });
      const about = { operation: 'read the access control list of', bucket };
      return toAcl(await ask(command, 'AccessControlPolicy', sending), about);
    },

    cors: async (bucket, sending) => {
      const command = new GetBucketCorsCommand({ Bucket: bucket });
      const { CORSRules } = await ask(command, 'CORSConfiguration', sending);
      return isEmpty(CORSRules)
        ? undefined
        : known(corsSchema, { CORSRules: CORSRules?.map(withoutEmpty) }, 'CORS rules', bucket);
    },

    tags: async (bucket, sending) => {
      const command = new GetBucketTaggingCommand({ Bucket: bucket });
      const { TagSet } = await ask(command, 'Tagging', sending);
      return isEmpty(TagSet) ? undefined : fromTagSet(TagSet);
    },

    lifecycle: async (bucket, sending) => {
      const command = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
      const { Rules } = await ask(command, 'LifecycleConfiguration', sending);
      return isEmpty(Rules)
        ? undefined
        : known(lifecycleSchema, { Rules: plain(Rules) }, 'lifecycle rules', bucket);
    },

    policy: async (bucket, sending) => {
      const command = new GetBucketPolicyCommand({ Bucket: bucket });
      const { Policy } = await ask(command, JSON_ROOT, sending);
      return Policy === undefined ? undefined : known(policySchema, parsed(Policy), 'policy', bucket);
    },

    encryption: async (bucket, sending) => {
      const command = new GetBucketEncryptionCommand({ Bucket: bucket });
      const output = await ask(command, 'ServerSideEncryptionConfiguration', sending);
      return filled(output.ServerSideEncryptionConfiguration);
    },

    objectLock: async (bucket, sending) => {
      const command = new GetObjectLockConfigurationCommand({ Bucket: bucket });
      const output = await ask(command, 'ObjectLockConfiguration', sending);
      return filled(output.ObjectLockConfiguration);
    },

    website: async (bucket, sending) => {
      const command = new GetBucketWebsiteCommand({ Bucket: bucket });
      const { $metadata: _, ...website } = await ask(command, 'WebsiteConfiguration', sending);
      return filled(website);
    },

    logging: async (bucket, sending) => {
      const command = new GetBucketLoggingCommand({ Bucket: bucket });
      return filled((await ask(command, 'BucketLoggingStatus', sending)).LoggingEnabled);
    },
  };
}

function isEmpty(list: readonly unknown[] | undefined): boolean {
  return list === undefined || list.length === 0;
}

/** As JSON has it, dates as text; undefined when there is nothing in it. */
function filled(document: object | undefined): Record<string, unknown> | undefined {
  const json: unknown = plain(document ?? {});
  return isRecord(json) && Object.keys(json).length > 0 ? json : undefined;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Without the lists and names that a server sends although they are empty. */
function withoutEmpty(rule: object): object {
  return Object.fromEntries(
    Object.entries(rule).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  );
}

function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    return undefined; // which is no policy of any form
  }
}

/** @throws StorageError `not-supported` for a document of another form */
function known<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error } },
  value: unknown,
  what: string,
  bucket: string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const message = `The ${what} of bucket “${bucket}” are of a form that Cooper does not know: ${result.error.message}`;
  throw new StorageError({
    kind: 'server-error',
    operation: `read the ${what} of`,
    bucket,
    message,
    retryable: false,
  });
}
