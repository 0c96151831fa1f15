import { z } from 'zod';

export interface Bucket {
  name: string;
  createdAt?: Date;
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
  storageClass?: string;
  versionId?: string;
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
  /** Continue a listing that ended with `nextToken`. */
  token: z.string().optional(),
  /** The stream ends after the page that reaches this many rows, with a `nextToken` if there is more. */
  maxRows: z.number().int().min(1).max(10_000_000).default(20_000),
});
export type ListInput = z.input<typeof listInputSchema>;

export const statInputSchema = locationSchema.extend({ key: z.string().min(1) });
