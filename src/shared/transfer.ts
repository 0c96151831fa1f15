import { z } from 'zod';
import { failureSchema } from './failure.ts';
import { locationSchema } from './objects.ts';

/** What becomes of something that is at the target already; chosen once for a whole transfer. */
export const ifExistsChoices = ['skip', 'replace', 'keep-both', 'if-newer', 'if-different'] as const;
export const ifExistsSchema = z.enum(ifExistsChoices);
export type IfExists = z.infer<typeof ifExistsSchema>;

/** Headers that new objects get by the end of their names. */
export const headerRuleSchema = z.strictObject({
  /** `*.tif`, `*.css`, `*`: compared with the last part of the key, without regard to case. */
  pattern: z.string().min(1, 'Say which names the rule is for, such as *.tif.').max(200),
  contentType: z.string().max(1024).optional(),
  cacheControl: z.string().max(1024).optional(),
  contentDisposition: z.string().max(1024).optional(),
  contentEncoding: z.string().max(1024).optional(),
});
export type HeaderRule = z.infer<typeof headerRuleSchema>;

const absolutePath = z.string().min(1, 'Choose a folder.');
const chosen = {
  prefix: z.string().optional(),
  keys: z.array(z.string().min(1)).optional(),
  prefixes: z.array(z.string().min(1)).optional(),
};
const hasChosen = (t: {
  prefix?: string | undefined;
  keys?: string[] | undefined;
  prefixes?: string[] | undefined;
}) => t.prefix !== undefined || (t.keys?.length ?? 0) > 0 || (t.prefixes?.length ?? 0) > 0;
const nothingChosen = {
  error: 'Say what to work on: a prefix (empty for the whole bucket), keys, or prefixes.',
};

/** Files and folders of this computer into a bucket. */
export const uploadInputSchema = locationSchema.extend({
  kind: z.literal('upload'),
  /** What the keys begin with: `''`, or the folder that is looked at, ending in `/`. */
  prefix: z.string(),
  /** Absolute: files, and folders with all that is in them. A folder's own name is part of its keys. */
  paths: z.array(z.string().min(1)).min(1, 'Choose files or folders.').max(100_000),
  ifExists: ifExistsSchema.default('skip'),
  /** Symbolic links: what they lead to is uploaded, or they are left out and named. */
  links: z.enum(['follow', 'leave-out']).default('leave-out'),
  storageClass: z.string().min(1).optional(),
  rules: z.array(headerRuleSchema).max(100).default([]),
});
export type UploadInput = z.output<typeof uploadInputSchema>;

/** Objects into a folder of this computer. */
export const fetchInputSchema = locationSchema
  .extend({
    kind: z.literal('fetch'),
    ...chosen,
    /** Names in the folder are keys without this start. */
    base: z.string(),
    folder: absolutePath,
    ifExists: ifExistsSchema.default('skip'),
    asOf: z.date().optional(),
  })
  .refine(hasChosen, nothingChosen);
export type FetchInput = z.output<typeof fetchInputSchema>;

/** Objects to another connection (or another bucket of the same), without touching the disk. */
export const transferInputSchema = locationSchema
  .extend({
    kind: z.literal('transfer'),
    ...chosen,
    base: z.string(),
    to: z.object({ connectionId: z.string().min(1), bucket: z.string().min(1), prefix: z.string() }),
    ifExists: ifExistsSchema.default('skip'),
  })
  .refine(hasChosen, nothingChosen);
export type TransferInput = z.output<typeof transferInputSchema>;

/** Makes a prefix like a folder, or the folder like the prefix. */
export const syncInputSchema = locationSchema.extend({
  kind: z.literal('sync'),
  prefix: z.string(),
  folder: absolutePath,
  direction: z.enum(['up', 'down']),
  /** Also delete at the target what the source does not have. */
  deletes: z.boolean().default(false),
  /** `content` reads every file of equal size to compare its MD5 with the ETag, where that is one. */
  compare: z.enum(['size-and-date', 'content']).default('size-and-date'),
});
export type SyncInput = z.output<typeof syncInputSchema>;

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

/** What a sync does to one name, and why. */
export interface SyncRow {
  /** Below the folder or the prefix that is changed; a folder's ends in `/`. */
  path: string;
  action: 'send' | 'replace' | 'delete';
  size: number;
  why: string;
}

/** A dry run of a sync, as far as it has come. */
export interface SyncPreview {
  /** Those that are new since the last one. */
  rows: SyncRow[];
  totals: { send: number; replace: number; delete: number; same: number; bytes: number };
  /** What was found and is not touched, on neither side. */
  leftOut?: { count: number; first: LeftOut[] };
  isFinal: boolean;
}

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

/** What a transfer knows so far, and at its end. */
export interface TransferResult {
  sent: number;
  /** Left as they were at the target. */
  skipped: number;
  /** Names at the target that differ from those at the source. */
  renamed: number;
  /** What was found and not taken: sockets, links, what may not be read. */
  leftOut: { count: number; first: LeftOut[] };
  /** How many were checked in which way. */
  verified: Partial<Record<Verification, number>>;
  /** Requests that were sent once more. */
  retried: number;
  /** Deleted at the target (sync). */
  deleted: number;
  /** Under way now, by name. */
  inFlight: { name: string; done: number; total: number }[];
}

/** What an upload would do, as far as was looked. */
export interface UploadPreview {
  files: number;
  /** Without anything in them. */
  folders: number;
  bytes: number;
  /** Keys that something has already. */
  exists: { count: number; first: string[] };
  leftOut: { count: number; first: LeftOut[] };
  isFinal: boolean;
}

/** What fetching to a folder would do, as far as was looked. */
export interface FetchPreview {
  objects: number;
  bytes: number;
  /** Paths in the folder that something has already. */
  exists: { count: number; first: string[] };
  /** Names that have to differ from the keys. */
  renamed: { count: number; first: { key: string; path: string }[] };
  isFinal: boolean;
}

/** One verb of those that outlive the process. */
export const transferJobSchema = z.discriminatedUnion('kind', [
  uploadInputSchema,
  fetchInputSchema,
  transferInputSchema,
  syncInputSchema,
]);
export type TransferJobInput = z.output<typeof transferJobSchema>;

/** A date as JSON keeps it. */
const keptDate = z.iso.datetime().transform((text) => new Date(text));

/** What is kept of a transfer beside its journal. */
export const transferRecordSchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  startedAt: keptDate,
  finishedAt: keptDate.optional(),
  /** How it stood. `open`: it was running, or waiting for its turn, when Cooper was ended. */
  state: z.discriminatedUnion('state', [
    z.object({ state: z.literal('open') }),
    z.object({ state: z.literal('paused') }),
    z.object({ state: z.literal('done') }),
    z.object({ state: z.literal('failed'), failure: failureSchema }),
  ]),
  input: z.preprocess(withDates, transferJobSchema),
});
export type TransferRecord = z.output<typeof transferRecordSchema>;

function withDates(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('asOf' in input)) return input;
  return typeof input.asOf === 'string' ? { ...input, asOf: new Date(input.asOf) } : input;
}

/** Numbers that the user sets for all transfers. */
export const transferSettingsSchema = z.object({
  /** Transfers at work at once; the others wait for their turn. */
  transfersAtOnce: z.number().int().min(1).max(16).default(2),
  /** Objects under way at once, of one transfer. */
  objectsAtOnce: z.number().int().min(1).max(64).default(16),
  /** Parts or ranges under way at once, of one object. */
  partsAtOnce: z.number().int().min(1).max(16).default(4),
  /** Bytes a second; left out: as many as come. */
  bytesPerSecond: z.number().int().min(1024, 'A limit is at least 1 KiB a second.').optional(),
  /** Other limits at other times; the first row that is true counts. */
  timetable: z
    .array(
      z.object({
        /** Days of the week, 0 is Sunday; none: every day. */
        days: z.array(z.number().int().min(0).max(6)).default([]),
        /** Minutes after midnight, by this computer's clock. `until` before `from` goes over midnight. */
        from: z.number().int().min(0).max(1439),
        until: z.number().int().min(0).max(1440),
        /** Left out: as many as come. */
        bytesPerSecond: z.number().int().min(1024, 'A limit is at least 1 KiB a second.').optional(),
      }),
    )
    .max(50)
    .default([]),
  /** Keep this computer from sleeping while something is moved. */
  keepAwake: z.boolean().default(true),
  /** Tell by a notification when a transfer has ended and no window is in front. */
  notify: z.boolean().default(true),
});
export type TransferSettings = z.output<typeof transferSettingsSchema>;

/** The bandwidth that is allowed at a moment. */
export function bandwidthAt({ bytesPerSecond, timetable }: TransferSettings, now: Date): number | undefined {
  const minute = now.getHours() * 60 + now.getMinutes();
  const today = now.getDay();
  const isOn = (days: readonly number[], day: number) => days.length === 0 || days.includes(day);
  const row = timetable.find(({ days, from, until }) =>
    from < until
      ? isOn(days, today) && minute >= from && minute < until
      : (isOn(days, today) && minute >= from) || (isOn(days, (today + 6) % 7) && minute < until),
  );
  return row === undefined ? bytesPerSecond : row.bytesPerSecond;
}

/** Whether a job outlives the process. */
export function isTransfer<Input extends { kind: string }>(
  input: Input,
): input is Extract<Input, { kind: TransferJobInput['kind'] }> {
  return ['upload', 'fetch', 'transfer', 'sync'].includes(input.kind);
}
