import { z } from 'zod';

/** What a server may have or lack, each shown in the window under `featureNames`. */
export const features = [
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
  'objectAcl',
  'objectTags',
  'uploads',
  'bulkDelete',
  'bulkDeleteVersions',
  'checksums',
  'presign',
  'management',
] as const;
export type Feature = (typeof features)[number];

export const featureNames: Record<Feature, string> = {
  versioning: 'Versioning',
  acl: 'Access control list of a bucket',
  cors: 'CORS',
  tags: 'Tags of a bucket',
  lifecycle: 'Lifecycle rules',
  policy: 'Bucket policy',
  encryption: 'Default encryption',
  objectLock: 'Object lock',
  website: 'Website',
  logging: 'Access logging',
  objectAcl: 'Access control list of an object',
  objectTags: 'Tags of an object',
  uploads: 'Unfinished uploads',
  bulkDelete: 'Deleting many objects in one request',
  bulkDeleteVersions: 'Deleting many versions in one request',
  checksums: 'Checksums of the newer kinds (CRC32)',
  presign: 'Presigned links',
  management: 'Management API',
};

/** `unknown`: could not be found out without changing anything; it is tried when it is needed. */
const supportSchema = z.discriminatedUnion('offered', [
  z.object({ offered: z.literal('yes') }),
  z.object({ offered: z.literal('no'), reason: z.string() }),
  z.object({ offered: z.literal('unknown') }),
]);
export type Support = z.infer<typeof supportSchema>;

/** What a connection's server can do, as it was found out once. Kept with the connection. */
export const profileSchema = z.object({
  probedAt: z.string(),
  /** The bucket that was asked; without one only some of it can be known. */
  bucket: z.string().optional(),
  /** What the server calls itself. */
  server: z.string().optional(),
  features: z.partialRecord(z.enum(features), supportSchema),
  /** Of versions in a listing. Nothing relies on it: it is shown. */
  versionOrder: z.enum(['newest-first', 'oldest-first', 'unknown']),
  /** DeleteObjects is refused without Content-MD5. It is sent always. */
  deleteNeedsMd5: z.enum(['yes', 'no', 'unknown']),
  addressing: z.enum(['path', 'virtual-host']),
});
export type Profile = z.infer<typeof profileSchema>;

/** Whether to offer something, and if not why: what is unknown is offered. */
export function supportOf(
  profile: Profile | undefined,
  feature: Feature,
): { offered: boolean; reason?: string } {
  const support = profile?.features[feature];
  return support?.offered === 'no' ? { offered: false, reason: support.reason } : { offered: true };
}
