import { z } from 'zod';
import { failureSchema } from './failure.ts';

/** How an object's or a file's bytes were checked at the other end. */
export const verifications = ['md5', 'parts', 'checksum', 'length'] as const;
export type Verification = (typeof verifications)[number];

/** What has become of one item for good. */
export const outcomeSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('done'),
    bytes: z.number(),
    verified: z.enum(verifications).optional(),
    /** It was taken away at the target (sync). */
    deleted: z.boolean().optional(),
  }),
  z.object({ state: z.literal('skipped'), bytes: z.number() }),
  z.object({ state: z.literal('failed'), failure: failureSchema }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Half of an item's work, to go on from: an upload that was begun, a part or a range that is there. */
export const noteSchema = z.discriminatedUnion('note', [
  /** The key that a file goes to, and the MD5 that it had then (in hex). */
  z.object({ note: z.literal('target'), key: z.string(), md5: z.string() }),
  /** A multipart upload on the server, of a file or an object that was so long and so old then, and had this ETag. */
  z.object({
    note: z.literal('upload'),
    uploadId: z.string(),
    key: z.string(),
    partBytes: z.number(),
    size: z.number(),
    mtimeMs: z.number(),
    etag: z.string().optional(),
  }),
  z.object({ note: z.literal('part'), partNumber: z.number(), etag: z.string() }),
  /** A partial file on this disk, for an object with this ETag. */
  z.object({ note: z.literal('partial'), path: z.string(), etag: z.string(), rangeBytes: z.number() }),
  z.object({ note: z.literal('range'), index: z.number() }),
  /** The partial file is whole and checked, and is being given this name; of that file, then. */
  z.object({
    note: z.literal('named'),
    path: z.string(),
    size: z.number(),
    mtimeMs: z.number(),
    verified: z.enum(verifications),
  }),
]);
export type Note = z.infer<typeof noteSchema>;

/** Something at the target that has the name already. */
const existingSchema = z.object({ size: z.number(), etag: z.string(), modifiedMs: z.number() });

/** One file to upload, as the plan keeps it. */
export const uploadItemSchema = z.object({
  path: z.string(),
  key: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  /** What has the key; null: nothing; left out: it is to be asked for. */
  there: existingSchema.nullable().optional(),
});
export type UploadItem = z.infer<typeof uploadItemSchema>;

/** One object to transfer, as the plan keeps it. */
export const transferItemSchema = z.object({
  key: z.string(),
  target: z.string(),
  size: z.number(),
  etag: z.string(),
  modifiedMs: z.number(),
  /** What has the target's key; null: nothing; left out: it is to be asked for. */
  there: existingSchema.nullable().optional(),
});
export type TransferItem = z.infer<typeof transferItemSchema>;

/** One thing that a sync does, as the plan keeps it. */
export const syncItemSchema = z.object({
  action: z.enum(['send', 'replace', 'delete']),
  /** Below the folder, with `/` between its parts; a folder's ends in `/`. */
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  key: z.string(),
  size: z.number(),
  /** The file, where there is one. */
  file: z.object({ size: z.number(), mtimeMs: z.number(), ino: z.number() }).optional(),
  /** The object, where there is one. */
  object: z.object({ size: z.number(), etag: z.string(), modifiedMs: z.number() }).optional(),
  isRenamed: z.boolean(),
});
export type SyncItem = z.infer<typeof syncItemSchema>;

/** One object to fetch, as the plan keeps it. */
export const fetchItemSchema = z.object({
  key: z.string(),
  /** Where it goes in the folder, with `/` between its parts; a folder's ends in `/`. */
  path: z.string(),
  /** Whether that is another name than the key's. */
  renamed: z.boolean().optional(),
  size: z.number(),
  etag: z.string(),
  /** Left out: the object could not be looked at when it was planned. */
  modifiedMs: z.number().optional(),
  versionId: z.string().optional(),
});
export type FetchItem = z.infer<typeof fetchItemSchema>;

/** Something that was found and not taken. */
export const leftOutSchema = z.object({ path: z.string(), reason: z.string() });
export type LeftOut = z.infer<typeof leftOutSchema>;

/** A line of a transfer's log. */
export const logRecordSchema = z.union([
  z.object({ n: z.number().int().min(0), outcome: outcomeSchema }),
  z.object({ n: z.number().int().min(0), is: noteSchema }),
  /** What was half done is of no use any more. */
  z.object({ n: z.number().int().min(0), forget: z.literal(true) }),
  z.object({ leftOut: leftOutSchema }),
  /** Failed items are to be tried once more. */
  z.object({ retry: z.literal(true) }),
]);
export type LogRecord = z.infer<typeof logRecordSchema>;
/** A line of a transfer's plan. */
export const planEntrySchema = z.union([z.object({ end: z.literal(true) }), z.object({ item: z.unknown() })]);
