import type {
  BucketSettings,
  RemovableSetting,
  SettingName,
  SettingState,
  WritableSetting,
  BucketSettingChanges,
} from '#shared/bucket-settings.ts';
import { StorageError } from '../errors.ts';
import type { CallOptions, Storage } from '../storage.ts';
import { WrongDocumentError } from './answer-document.ts';
import type { S3, Sending } from './call.ts';
import { s3Error } from './errors.ts';
import { type SettingReaders, settingReaders } from './setting-read.ts';
import { settingRemovers, settingWriters, type SettingWriters } from './setting-write.ts';

type SettingCalls = Pick<Storage, 'readSetting' | 'writeSetting' | 'removeSetting'>;

/** The settings of a bucket, and how a server says that it has none of a kind. */
export function settingCalls(s3: S3): SettingCalls {
  const readers = settingReaders(s3);
  const writers = settingWriters(s3);
  const removers = settingRemovers(s3);
  return {
    readSetting: (bucket, name, options) => readSetting(s3, readers, bucket, name, options),

    writeSetting: <K extends WritableSetting>(
      bucket: string,
      name: K,
      value: BucketSettingChanges[K],
      options?: CallOptions,
    ) =>
      s3.step({ operation: `change the ${words[name]} of`, bucket }, options, async (_, sending) => {
        const write: SettingWriters[K] = writers[name];
        await write(bucket, value, sending);
      }),

    removeSetting: async (bucket: string, name: RemovableSetting, options?: CallOptions) => {
      try {
        await s3.step({ operation: `remove the ${words[name]} of`, bucket }, options, (_, sending) =>
          removers[name](bucket, sending),
        );
      } catch (error) {
        if (!isUnset(error)) throw error;
      }
    },
  };
}

async function readSetting<K extends SettingName>(
  s3: S3,
  readers: SettingReaders,
  bucket: string,
  name: K,
  options: CallOptions | undefined,
): Promise<SettingState<K>> {
  const about = { operation: `read the ${words[name]} of`, bucket };
  return s3.step(about, options, async (context, sending): Promise<SettingState<K>> => {
    const read: (bucket: string, sending: Sending) => Promise<BucketSettings[K] | undefined> = readers[name];
    try {
      const value = await read(bucket, sending);
      return value === undefined ? { state: 'unset' } : { state: 'set', value };
    } catch (error) {
      // Ceph and others overlook the names that they do not know, and list the bucket.
      if (error instanceof WrongDocumentError) return notOffered(name, describe(error));
      const known = s3Error(error, context);
      if (isUnset(known)) return { state: 'unset' };
      if (known instanceof StorageError && known.kind === 'not-supported') {
        return notOffered(name, known.code ?? known.message);
      }
      throw known;
    }
  });
}

function notOffered(name: SettingName, said: string): { state: 'not-offered'; reason: string } {
  return {
    state: 'not-offered',
    reason: `This server does not offer the ${words[name]} of a bucket (${said}).`,
  };
}

function describe({ root }: WrongDocumentError): string {
  if (root === '') return 'it answers with nothing of it';
  return root === 'ListBucketResult' ? 'it lists the bucket instead' : `it answers with ${root} instead`;
}

/** It is the setting that is absent, not the bucket. */
function isUnset(error: unknown): boolean {
  if (!(error instanceof StorageError) || error.kind !== 'not-found') return false;
  return (
    /^(NoSuch|.*NotFoundError$)/u.test(error.code ?? '') &&
    error.code !== 'NoSuchBucket' &&
    error.code !== 'NoSuchKey'
  );
}

const words: Record<SettingName, string> = {
  versioning: 'versioning',
  acl: 'access control list',
  cors: 'CORS rules',
  tags: 'tags',
  lifecycle: 'lifecycle rules',
  policy: 'policy',
  encryption: 'default encryption',
  objectLock: 'object lock',
  website: 'website',
  logging: 'access logging',
};
