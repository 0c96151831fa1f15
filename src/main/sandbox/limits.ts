/**
 * What a server allows. The sandbox has the limits of AWS; they are handed in as a value, so that a server with others
 * is the same code. Source: Amazon S3 User Guide, "Multipart upload limits", "Object key naming", "Object metadata".
 */
export interface Limits {
  keyBytes: number;
  /** User metadata: the bytes of names (without `x-amz-meta-`) and values added up. */
  metadataBytes: number;
  /** The most that one PUT, one part or one copied source may hold. */
  putBytes: number;
  /** Every part of a multipart upload but the last holds at least this. */
  minPartBytes: number;
  maxPartNumber: number;
  /** A request body that is XML. */
  xmlBytes: number;
  /** Keys in a page, and objects in one DeleteObjects. */
  pageSize: number;
  objectTags: number;
  bucketTags: number;
}

const MIB = 1024 * 1024;

export const AWS_LIMITS: Limits = {
  keyBytes: 1024,
  metadataBytes: 2048,
  putBytes: 5 * 1024 * MIB,
  minPartBytes: 5 * MIB,
  maxPartNumber: 10_000,
  xmlBytes: 2 * MIB,
  pageSize: 1000,
  objectTags: 10,
  bucketTags: 50,
};
