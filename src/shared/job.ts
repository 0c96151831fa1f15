import { z } from 'zod';
import type { Failure } from './failure.ts';
import type {
  CountResult,
  ZipResult,
  DeleteResult,
  DeleteBucketResult,
  AbortUploadsResult,
  CopyResult,
  RestoreResult,
  UpdateResult,
  DownloadResult,
} from './job-results.ts';
import { locationSchema, objectChangesSchema } from './objects.ts';
import {
  type FetchInput,
  fetchInputSchema,
  type SyncInput,
  syncInputSchema,
  type TransferInput,
  transferInputSchema,
  type TransferResult,
  type UploadInput,
  uploadInputSchema,
} from './transfer.ts';

/** How far a total can be trusted: `final` once the listing has ended, before that "at least". */
export interface Amount {
  done: number;
  total?: number;
  totalIsFinal?: boolean;
}

/** What every operation yields: a snapshot of what is done so far, never a difference. */
export interface Progress {
  objects: Amount;
  bytes: Amount;
  /** `first` is bounded (see `FAILURES_SHOWN`); `count` is not. */
  failures: { count: number; first: Failure[] };
  /** The key that is being worked on. */
  current?: string;
}

/** How many failures travel with a job's progress. The rest is where the operation says (a ZIP's manifest). */
export const FAILURES_SHOWN = 100;

/** What objects an operation is about: a prefix (`''` is the whole bucket), or chosen keys and prefixes. */
const targetFields = {
  /** Everything under it. `''` means the whole bucket. */
  prefix: z.string().optional(),
  /** Chosen objects. */
  keys: z.array(z.string().min(1)).optional(),
  /** Chosen folders, each ending in `/`. */
  prefixes: z.array(z.string().min(1)).optional(),
};
const hasTarget = (t: {
  prefix?: string | undefined;
  keys?: string[] | undefined;
  prefixes?: string[] | undefined;
}) => t.prefix !== undefined || (t.keys?.length ?? 0) > 0 || (t.prefixes?.length ?? 0) > 0;
const targetMissing = {
  error: 'Say what to work on: a prefix (empty for the whole bucket), keys, or prefixes.',
};

/** Work on the versions that were current then. */
const asOf = z.date().optional();

const countFields = locationSchema.extend({
  kind: z.literal('count'),
  ...targetFields,
  /** True counts one level only: its objects, and its folders as folders. */
  oneLevel: z.boolean().default(false),
  asOf,
});
const zipFields = locationSchema.extend({
  kind: z.literal('zip'),
  ...targetFields,
  /** Where the ZIP goes. Absolute, in a folder that exists. */
  path: z.string().min(1, 'Choose where to save the ZIP.'),
  /** The user agreed that a file of that name is replaced. */
  overwrite: z.boolean().default(false),
  /** `auto` stores what is compressed already (by type) and deflates the rest; `store` stores all. */
  compression: z.enum(['auto', 'store']).default('auto'),
  /**
   * Names inside the ZIP are keys without this start: the folder that the user is looking at.
   * Every key and prefix must start with it. Left out: `prefix`, or `''`.
   */
  base: z.string().optional(),
  asOf,
});

export const countInputSchema = countFields.refine(hasTarget, targetMissing);
export const zipInputSchema = zipFields.refine(hasTarget, targetMissing);
export type CountInput = z.output<typeof countInputSchema>;
export type ZipInput = z.output<typeof zipInputSchema>;

const versionsField = z.array(z.object({ key: z.string().min(1), versionId: z.string().min(1) })).optional();

/** Deletes objects, or single versions. */
export const deleteInputSchema = locationSchema
  .extend({
    kind: z.literal('delete'),
    ...targetFields,
    /** These versions, and nothing else. */
    versions: versionsField,
    /** `current`: as S3 deletes, which in a versioned bucket can be undone. `all-versions`: for good, markers too. */
    scope: z.enum(['current', 'all-versions']).default('current'),
  })
  .refine((input) => hasTarget(input) || (input.versions?.length ?? 0) > 0, targetMissing);
export type DeleteInput = z.output<typeof deleteInputSchema>;

/** Empties a bucket of everything and deletes it. */
export const deleteBucketInputSchema = locationSchema
  .extend({
    kind: z.literal('delete-bucket'),
    /** The bucket's name as the user typed it. */
    confirm: z.string(),
    /**
     * On HCP, when deletion records keep the bucket from being deleted. `ask`: ends with what would have to be changed.
     * `reconfigure`: the user agreed to that. `continue`: settings were changed before; try to delete again.
     */
    namespace: z.enum(['ask', 'reconfigure', 'continue']).default('ask'),
  })
  .refine(({ bucket, confirm }) => bucket === confirm, {
    error: 'The name that was typed is not the bucket’s: nothing was deleted.',
    path: ['confirm'],
  });
export type DeleteBucketInput = z.output<typeof deleteBucketInputSchema>;

/** Aborts unfinished multipart uploads: those chosen, else all under a prefix, of an age. */
export const abortUploadsInputSchema = locationSchema.extend({
  kind: z.literal('abort-uploads'),
  prefix: z.string().default(''),
  uploads: z
    .array(z.object({ key: z.string().min(1), uploadId: z.string().min(1) }))
    .min(1)
    .optional(),
  olderThanDays: z.number().min(0, 'Give an age in days, 0 or more.').max(36_500).optional(),
});
export type AbortUploadsInput = z.output<typeof abortUploadsInputSchema>;

/**
 * Copies on the server. An object's new key is `to.prefix` in place of `base`: with `base: 'a/'` and `to.prefix: 'b/'`,
 * `a/x` becomes `b/x`; with `base: 'x'` and `to.prefix: 'y'`, the object `x` becomes `y`.
 */
export const copyInputSchema = locationSchema
  .extend({
    kind: z.literal('copy'),
    ...targetFields,
    base: z.string(),
    to: z.object({ bucket: z.string().min(1, 'Name the bucket to copy to.'), prefix: z.string() }),
    /** Delete each object once its copy is there: a move, or a rename. */
    move: z.boolean().default(false),
    ifExists: z.enum(['skip', 'replace']).default('skip'),
  })
  .refine(hasTarget, targetMissing);
export type CopyInput = z.output<typeof copyInputSchema>;

/** Brings back what was deleted, or makes one version the current one. */
export const restoreInputSchema = locationSchema
  .extend({
    kind: z.literal('restore'),
    ...targetFields,
    /** This version becomes the current one, by a copy on the server. */
    version: z.object({ key: z.string().min(1), versionId: z.string().min(1) }).optional(),
  })
  .refine((input) => hasTarget(input) || input.version !== undefined, targetMissing);
export type RestoreInput = z.output<typeof restoreInputSchema>;

/** Edits headers, metadata, tags, storage class or ACL of objects. */
export const updateInputSchema = locationSchema
  .extend({ kind: z.literal('update'), ...targetFields, changes: objectChangesSchema })
  .refine(hasTarget, targetMissing);
export type UpdateInput = z.output<typeof updateInputSchema>;

/** Saves one object, or one version of it, as a file. */
export const downloadInputSchema = locationSchema.extend({
  kind: z.literal('download'),
  key: z.string().min(1),
  versionId: z.string().min(1).optional(),
  /** Absolute, in a folder that exists. */
  path: z.string().min(1, 'Choose where to save the file.'),
  overwrite: z.boolean().default(false),
});
export type DownloadInput = z.output<typeof downloadInputSchema>;

export const jobInputSchema = z.discriminatedUnion('kind', [
  countInputSchema,
  zipInputSchema,
  deleteInputSchema,
  deleteBucketInputSchema,
  abortUploadsInputSchema,
  copyInputSchema,
  restoreInputSchema,
  updateInputSchema,
  downloadInputSchema,
  uploadInputSchema,
  fetchInputSchema,
  transferInputSchema,
  syncInputSchema,
]);
/** What a caller writes (defaults may be left out). */
export type JobRequest = z.input<typeof jobInputSchema>;
/** What an operation gets. */
export type JobInput = z.output<typeof jobInputSchema>;

/**
 * What a job works on, as its watchers see it ten times a second: of what was chosen only the first and how many there
 * are, since that can be a hundred thousand keys.
 */
export type JobSubject<Input> = Omit<Input, 'keys' | 'prefixes' | 'versions' | 'uploads' | 'paths'> & {
  /** Chosen prefixes, keys or paths, prefixes first. */
  chosen?: { count: number; first: string };
};

interface JobBase {
  id: string;
  /** When it started, and when it ended. */
  startedAt: Date;
  finishedAt?: Date;
  progress: Progress;
  /** Smoothed over about five seconds; absent until known. */
  rate?: { objectsPerSecond: number; bytesPerSecond: number };
  /** Only when the total is final and the rate known. */
  secondsLeft?: number;
}
export type JobState =
  | { state: 'running' }
  /** A transfer that waits for its turn; `place` orders those that do, the next one first. */
  | { state: 'queued'; place?: number }
  /** A transfer that goes on by itself when what stands in its way is over; tried again at `until`. */
  | { state: 'waiting'; failure: Failure; until?: Date }
  /** A transfer that was stopped; `interrupted` when Cooper was ended meanwhile. */
  | { state: 'paused'; interrupted?: boolean }
  | { state: 'done' }
  | { state: 'failed'; failure: Failure }
  | { state: 'cancelled' };
/** A job as its watchers see it. A job that ended with `progress.failures.count > 0` is done with failures. */
export type Job = JobBase &
  JobState &
  (
    | { kind: 'count'; input: JobSubject<CountInput>; result?: CountResult }
    | { kind: 'zip'; input: JobSubject<ZipInput>; result?: ZipResult }
    | { kind: 'delete'; input: JobSubject<DeleteInput>; result?: DeleteResult }
    | { kind: 'delete-bucket'; input: JobSubject<DeleteBucketInput>; result?: DeleteBucketResult }
    | { kind: 'abort-uploads'; input: JobSubject<AbortUploadsInput>; result?: AbortUploadsResult }
    | { kind: 'copy'; input: JobSubject<CopyInput>; result?: CopyResult }
    | { kind: 'restore'; input: JobSubject<RestoreInput>; result?: RestoreResult }
    | { kind: 'update'; input: JobSubject<UpdateInput>; result?: UpdateResult }
    | { kind: 'download'; input: JobSubject<DownloadInput>; result?: DownloadResult }
    | { kind: 'upload'; input: JobSubject<UploadInput>; result?: TransferResult }
    | { kind: 'fetch'; input: JobSubject<FetchInput>; result?: TransferResult }
    | { kind: 'transfer'; input: JobSubject<TransferInput>; result?: TransferResult }
    | { kind: 'sync'; input: JobSubject<SyncInput>; result?: TransferResult }
  );

/** What `jobs.watch` sends: every job once, then changes only. */
export type JobEvent =
  { type: 'all'; jobs: Job[] } | { type: 'changed'; job: Job } | { type: 'removed'; id: string };
