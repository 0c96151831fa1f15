import { z } from 'zod';
import { aclChangeSchema, tagsSchema, type Owner } from './bucket-settings.ts';
import { namespaceDraftSchema } from './hcp.ts';

export interface Bucket {
  name: string;
  createdAt?: Date;
  owner?: Owner;
  /** As the server keeps count of them (HCP): old versions included, and a little behind. */
  statistics?: { objects: number; bytes: number };
  /** How it is known, when the credentials' own list does not have it: typed by hand, or from the Management API. */
  known?: 'by-hand' | 'by-management';
}

/** One object as a listing gives it. */
export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  modifiedAt: Date;
  /** As the server sent it, without the quotes. */
  etag: string;
  storageClass?: string;
  /** Which version this is, where a listing names them (“as of” a date): reads of it are to get that one. */
  versionId?: string;
}

/** One page of a listing: with a delimiter, the folders (`prefixes`, each ending in it) and the objects of one level. */
export interface ListPage {
  prefixes: string[];
  objects: ListedObject[];
  /** Present when there is more; opaque. */
  nextToken?: string;
}

/** What HEAD tells of an object. */
export interface ObjectStat {
  key: string;
  /** Bytes. */
  size: number;
  modifiedAt?: Date;
  etag: string;
  contentType?: string;
  contentEncoding?: string;
  cacheControl?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  expires?: string;
  storageClass?: string;
  /** How the server encrypts it, in S3's words: `AES256`, `aws:kms`. */
  encryption?: string;
  versionId?: string;
  /** Until when it cannot be deleted, and whether a legal hold keeps it. */
  retainUntil?: Date;
  legalHold?: boolean;
  /** User metadata, names in lower case without `x-amz-meta-`. */
  metadata: Record<string, string>;
}

/** Names one place in a storage system. */
export const locationSchema = z.object({
  connectionId: z.string().min(1),
  bucket: z.string().min(1, 'Name the bucket.'),
});

export const listInputSchema = locationSchema.extend({
  prefix: z.string(),
  /** Show the prefix as it was then. */
  asOf: z.date().optional(),
  /** Continue a listing that ended with `nextToken`. */
  token: z.string().optional(),
  /** The stream ends after the page that reaches this many rows, with a `nextToken` if there is more. */
  maxRows: z.number().int().min(1).max(10_000_000).default(20_000),
});
export type ListInput = z.input<typeof listInputSchema>;

const key = z.string().min(1, 'Name the object.');
const versionId = z.string().min(1).optional();
export const objectSchema = locationSchema.extend({ key, versionId });
export const statInputSchema = objectSchema;

/** One version of a key, or a delete marker. */
export interface ObjectVersion {
  key: string;
  /** `null` (the word) for what was written while versioning was off. */
  versionId: string;
  kind: 'version' | 'delete-marker';
  isLatest: boolean;
  modifiedAt: Date;
  /** Bytes; 0 for a delete marker. */
  size: number;
  etag?: string;
  storageClass?: string;
  owner?: Owner;
}

/** One page of the versions under a prefix, in the order that the server has: that differs between servers. */
export interface VersionPage {
  prefixes: string[];
  versions: ObjectVersion[];
  nextToken?: string;
}

/** A multipart upload that was begun and neither completed nor aborted. */
export interface Upload {
  key: string;
  uploadId: string;
  startedAt?: Date;
  initiator?: Owner;
  storageClass?: string;
}
export interface UploadPage {
  uploads: Upload[];
  nextToken?: string;
}
export interface UploadPart {
  partNumber: number;
  size: number;
  etag: string;
  modifiedAt?: Date;
}
export interface PartPage {
  parts: UploadPart[];
  nextToken?: string;
}

/** What is in a bucket, or was found of it so far: what a force delete would destroy. */
export interface BucketSurvey {
  /** Keys whose latest version is an object. */
  objects: number;
  /** All versions, the latest included; without versioning one for each object. */
  versions: number;
  deleteMarkers: number;
  uploads: number;
  /** Of all versions. What unfinished uploads hold is not in it. */
  bytes: number;
  /** What cannot be deleted now, as far as was asked: `first` names some. */
  locked: { count: number; first: { key: string; reason: string }[] };
  /** Whether the whole bucket was looked at. */
  isFinal: boolean;
}

/** What is of chosen objects and under chosen prefixes, or was found of it so far. */
export interface ObjectsSurvey {
  /** Keys whose latest version is an object. */
  objects: number;
  /** All versions, the latest included. */
  versions: number;
  deleteMarkers: number;
  /** Of all versions. */
  bytes: number;
  /** Keys that a delete marker hides though there are versions: what can be brought back. `first` names some. */
  deleted: { count: number; first: { key: string; deletedAt: Date }[] };
  isFinal: boolean;
}

/** What a header of HTTP carries: S3 takes nothing else there. */
const headerValue = z
  .string()
  .max(1024)
  .regex(/^[\x20-\x7e]*$/u, 'Headers and metadata carry printable ASCII characters only (space to ~).');

/** Content headers and user metadata of an object. `null` takes one away; what is left out stays. */
export const headerChangesSchema = z.strictObject({
  contentType: headerValue.nullish(),
  cacheControl: headerValue.nullish(),
  contentDisposition: headerValue.nullish(),
  contentEncoding: headerValue.nullish(),
  contentLanguage: headerValue.nullish(),
  expires: headerValue.nullish(),
  /** By name without `x-amz-meta-`. */
  metadata: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/u, 'The name of metadata is a word, without spaces and colons.'),
      headerValue.nullable(),
    )
    .optional(),
});
export const objectChangesSchema = z
  .strictObject({
    headers: headerChangesSchema.optional(),
    /** All tags, in place of those before. */
    tags: tagsSchema
      .refine((tags) => Object.keys(tags).length <= 10, 'An object has at most 10 tags.')
      .optional(),
    storageClass: z.string().min(1).optional(),
    acl: aclChangeSchema.optional(),
  })
  .refine((changes) => Object.values(changes).some((change) => change !== undefined), 'Say what to change.');
export type ObjectChanges = z.infer<typeof objectChangesSchema>;

/** A week: what Signature Version 4 allows (Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters"). */
export const PRESIGN_MAX_SECONDS = 604_800;
export const PRESIGN_DEFAULT_SECONDS = 3600;
export const presignInputSchema = locationSchema.extend({
  method: z.enum(['get_object', 'put_object'], 'A link can get_object or put_object, nothing else.'),
  objects: z
    .array(z.object({ key, versionId }))
    .min(1, 'Choose an object.')
    .max(10_000, 'Make at most 10,000 links at once.'),
  expiresSeconds: z
    .number()
    .int('The time is a whole number of seconds.')
    .min(1, 'A link lives for at least a second.')
    .max(PRESIGN_MAX_SECONDS, 'A link lives for at most 7 days: the signature (version 4) allows no more.')
    .default(PRESIGN_DEFAULT_SECONDS),
});
export type PresignInput = z.input<typeof presignInputSchema>;
export interface PresignedLink {
  key: string;
  versionId?: string;
  url: string;
  expiresAt: Date;
  /** A line for a shell that uses the link with curl. */
  curl: string;
}

export const createBucketInputSchema = locationSchema.extend({
  region: z.string().trim().min(1).optional(),
  versioning: z.boolean().default(false),
  objectLock: z.boolean().default(false),
  /** On HCP only. */
  namespace: namespaceDraftSchema.optional(),
});
export type CreateBucketInput = z.input<typeof createBucketInputSchema>;
