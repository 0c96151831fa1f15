import { z } from 'zod';

/** Settings of a bucket, in the JSON that the field's tools exchange (the names of the S3 API). */

export interface Owner {
  id: string;
  displayName?: string;
}

export const permissions = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const;
export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
export const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

const granteeSchema = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('CanonicalUser'),
    ID: z.string().min(1, 'Give the user’s canonical ID.'),
    DisplayName: z.string().optional(),
  }),
  z.strictObject({
    Type: z.literal('AmazonCustomerByEmail'),
    EmailAddress: z.string().min(3, 'Give the e-mail address.'),
  }),
  z.strictObject({ Type: z.literal('Group'), URI: z.url('A group is named by its URI.') }),
]);
export const grantSchema = z.strictObject({ Grantee: granteeSchema, Permission: z.enum(permissions) });
export type Grant = z.infer<typeof grantSchema>;
/** AccessControlPolicy. */
export const aclSchema = z.strictObject({
  Owner: z.strictObject({ ID: z.string().min(1), DisplayName: z.string().optional() }),
  Grants: z.array(grantSchema).max(100, 'An access control list has at most 100 grants.'),
});
export type Acl = z.infer<typeof aclSchema>;

export const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;
export type CannedAcl = (typeof cannedAcls)[number];
/** What is written: a whole list, or one of the ready ones by name. */
export const aclChangeSchema = z.union([z.strictObject({ canned: z.enum(cannedAcls) }), aclSchema]);
export type AclChange = z.infer<typeof aclChangeSchema>;

const oneStar = (value: string) => value.split('*').length <= 2;
export const corsMethods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] as const;
export const corsRuleSchema = z.strictObject({
  ID: z.string().max(255, 'A rule’s ID has at most 255 characters.').optional(),
  AllowedOrigins: z
    .array(
      z.string().min(1, 'An origin cannot be empty.').refine(oneStar, 'An origin may hold one * at most.'),
    )
    .min(1, 'A rule needs at least one origin.'),
  AllowedMethods: z
    .array(z.enum(corsMethods, 'Methods are GET, PUT, POST, DELETE and HEAD.'))
    .min(1, 'A rule needs at least one method.'),
  AllowedHeaders: z.array(z.string().min(1).refine(oneStar, 'A header may hold one * at most.')).optional(),
  ExposeHeaders: z.array(z.string().min(1)).optional(),
  MaxAgeSeconds: z.number().int().min(0, 'The age is a whole number of seconds.').optional(),
});
export type CorsRule = z.infer<typeof corsRuleSchema>;
export const corsSchema = z.strictObject({
  CORSRules: z
    .array(corsRuleSchema)
    .min(1, 'Give at least one rule, or remove CORS.')
    .max(100, 'There can be at most 100 rules.'),
});
export type Cors = z.infer<typeof corsSchema>;

/** Tags by name. AWS: 50 for a bucket, 10 for an object; names to 128 characters, values to 256. */
export const tagsSchema = z
  .record(
    z.string().min(1, 'A tag needs a name.').max(128, 'A tag’s name has at most 128 characters.'),
    z.string().max(256, 'A tag’s value has at most 256 characters.'),
  )
  .refine((tags) => Object.keys(tags).length <= 50, 'There can be at most 50 tags.')
  .refine(
    (tags) => !Object.keys(tags).some((name) => name.toLowerCase().startsWith('aws:')),
    'Names that begin with “aws:” are reserved.',
  );
export type Tags = z.infer<typeof tagsSchema>;

const days = z.number().int().min(1, 'Days are whole numbers from 1.');
const lifecycleRuleSchema = z
  .looseObject({
    ID: z.string().max(255, 'A rule’s ID has at most 255 characters.').optional(),
    Status: z.enum(['Enabled', 'Disabled'], 'A rule’s Status is Enabled or Disabled.'),
    Prefix: z.string().optional(),
    Filter: z.looseObject({}).optional(),
    Expiration: z
      .looseObject({
        Days: days.optional(),
        Date: z.string().optional(),
        ExpiredObjectDeleteMarker: z.boolean().optional(),
      })
      .optional(),
    Transitions: z.array(z.looseObject({ StorageClass: z.string().min(1) })).optional(),
    NoncurrentVersionExpiration: z.looseObject({ NoncurrentDays: days.optional() }).optional(),
    NoncurrentVersionTransitions: z.array(z.looseObject({ StorageClass: z.string().min(1) })).optional(),
    AbortIncompleteMultipartUpload: z.looseObject({ DaysAfterInitiation: days }).optional(),
  })
  .refine(
    (rule) =>
      [
        rule.Expiration,
        rule.Transitions,
        rule.NoncurrentVersionExpiration,
        rule.NoncurrentVersionTransitions,
        rule.AbortIncompleteMultipartUpload,
      ].some((action) => action !== undefined),
    'A rule needs an action: Expiration, Transitions, NoncurrentVersionExpiration, NoncurrentVersionTransitions or AbortIncompleteMultipartUpload.',
  );
/** BucketLifecycleConfiguration. */
export const lifecycleSchema = z.strictObject({
  Rules: z
    .array(lifecycleRuleSchema)
    .min(1, 'Give at least one rule, or remove the lifecycle.')
    .max(1000, 'There can be at most 1000 rules.'),
});
export type Lifecycle = z.infer<typeof lifecycleSchema>;

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const statementSchema = z
  .looseObject({
    Effect: z.enum(['Allow', 'Deny'], 'A statement’s Effect is Allow or Deny.'),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
  })
  .refine((of) => of.Action !== undefined || of.NotAction !== undefined, 'A statement needs an Action.')
  .refine((of) => of.Resource !== undefined || of.NotResource !== undefined, 'A statement needs a Resource.');
/** A policy in the language of IAM. */
export const policySchema = z.looseObject({
  Version: z.enum(['2012-10-17', '2008-10-17'], 'A policy’s Version is 2012-10-17 (or 2008-10-17).'),
  Statement: z.union([z.array(statementSchema).min(1, 'A policy needs a statement.'), statementSchema]),
});
export type Policy = z.infer<typeof policySchema>;

export const versioningSchema = z.strictObject({
  /** `off`: it never was on; nothing can be set back to that. */
  status: z.enum(['enabled', 'suspended', 'off']),
  /** Deleting a version needs a second factor. Shown; AWS lets only the root user change it. */
  mfaDelete: z.boolean().optional(),
});
export type Versioning = z.infer<typeof versioningSchema>;

/** The settings by name, and what each holds. Those without a schema of ours are shown as the server gives them. */
export interface BucketSettings {
  versioning: Versioning;
  acl: Acl;
  cors: Cors;
  tags: Tags;
  lifecycle: Lifecycle;
  policy: Policy;
  encryption: Record<string, unknown>;
  objectLock: Record<string, unknown>;
  website: Record<string, unknown>;
  logging: Record<string, unknown>;
}
export type SettingName = keyof BucketSettings;
export const settingNames = [
  'versioning',
  'acl',
  'cors',
  'tags',
  'lifecycle',
  'policy',
  'encryption',
  'objectLock',
  'website',
  'logging',
] as const satisfies SettingName[];

/** Those that can be written, with what is written. */
export interface BucketSettingChanges {
  versioning: { status: 'enabled' | 'suspended' };
  acl: AclChange;
  cors: Cors;
  tags: Tags;
  lifecycle: Lifecycle;
  policy: Policy;
}
export type WritableSetting = keyof BucketSettingChanges;
/** Those that can be taken away again. */
export const removableSettings = ['cors', 'tags', 'lifecycle', 'policy'] as const;
export type RemovableSetting = (typeof removableSettings)[number];

/** One change of one setting, as the window sends it. */
export const settingChangeSchema = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('versioning'),
    value: z.strictObject({ status: z.enum(['enabled', 'suspended']) }),
  }),
  z.object({ name: z.literal('acl'), value: aclChangeSchema }),
  z.object({ name: z.literal('cors'), value: corsSchema }),
  z.object({ name: z.literal('tags'), value: tagsSchema }),
  z.object({ name: z.literal('lifecycle'), value: lifecycleSchema }),
  z.object({ name: z.literal('policy'), value: policySchema }),
]);
export type SettingChange = z.infer<typeof settingChangeSchema>;

/** How a setting stands. `unset`: the server has it, this bucket does not use it. */
export type SettingState<K extends SettingName = SettingName> =
  { state: 'set'; value: BucketSettings[K] } | { state: 'unset' } | { state: 'not-offered'; reason: string };
