import { z } from 'zod';
import type { S3Settings } from '#shared/connection.ts';

/** Where a subject finds its objects. */
export const accessSchema = z.object({
  endpoint: z.string(),
  region: z.string().default('us-east-1'),
  accessKeyId: z.string().default('bench'),
  secretAccessKey: z.string().default('bench'),
  bucket: z.string().default('bench'),
});
export type Access = z.output<typeof accessSchema>;

/** The bucket of the memory server. */
export function memoryAccess(endpoint: string): Access {
  return accessSchema.parse({ endpoint });
}

/** What Cooper is connected by; timeouts as in the form of a new connection. */
export function settingsFor({ endpoint, region, accessKeyId }: Access): S3Settings {
  return {
    preset: 'generic',
    endpoint,
    region,
    accessKeyId,
    addressing: 'path',
    connectTimeoutMs: 10_000,
    idleTimeoutMs: 60_000,
  };
}

/** What rclone needs to find them at `:s3:BUCKET`, as environment. */
export function rcloneEnv(access: Access): Record<string, string> {
  return {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_S3_PROVIDER: 'Other',
    RCLONE_S3_ENDPOINT: access.endpoint,
    RCLONE_S3_ACCESS_KEY_ID: access.accessKeyId,
    RCLONE_S3_SECRET_ACCESS_KEY: access.secretAccessKey,
    RCLONE_S3_REGION: access.region,
    RCLONE_S3_LIST_VERSION: '2',
    RCLONE_S3_FORCE_PATH_STYLE: 'true',
    AWS_CA_BUNDLE: '', // rclone 1.60 ends where it is set
  };
}

/** The same for aws-cli, beside `--endpoint-url`. */
export function awsEnv(access: Access): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: access.accessKeyId,
    AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
    AWS_DEFAULT_REGION: access.region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
