import { z } from 'zod';
import { failureSchema } from './failure.ts';
import { locationSchema } from './objects.ts';
import type { LeftOut, Verification } from './transfer-journal.ts';

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

/** Whether a job outlives the process. */
export function isTransfer<Input extends { kind: string }>(
  input: Input,
): input is Extract<Input, { kind: TransferJobInput['kind'] }> {
  return ['upload', 'fetch', 'transfer', 'sync'].includes(input.kind);
}
