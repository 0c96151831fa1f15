import { z } from 'zod';
import type { Failure } from './failure.ts';
import { locationSchema } from './objects.ts';

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

const countFields = locationSchema.extend({
  kind: z.literal('count'),
  ...targetFields,
  /** True counts one level only: its objects, and its folders as folders. */
  oneLevel: z.boolean().default(false),
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
});

export const countInputSchema = countFields.refine(hasTarget, targetMissing);
export const zipInputSchema = zipFields.refine(hasTarget, targetMissing);
export type CountInput = z.output<typeof countInputSchema>;
export type ZipInput = z.output<typeof zipInputSchema>;

export const jobInputSchema = z.discriminatedUnion('kind', [countInputSchema, zipInputSchema]);
/** What a caller writes (defaults may be left out). */
export type JobRequest = z.input<typeof jobInputSchema>;
/** What an operation gets. */
export type JobInput = z.output<typeof jobInputSchema>;

export interface FolderTotal {
  /** The folder's prefix, ending in `/`; `''` for the objects that lie directly at the level counted. */
  prefix: string;
  files: number;
  bytes: number;
}

/** What a count knows so far, and at its end. */
export interface CountResult {
  files: number;
  /** Distinct folders under the prefix, at any depth (at one level: the folders of that level). */
  folders: number;
  bytes: number;
  /** The largest objects, largest first, at most 100. */
  largest: { key: string; size: number }[];
  /** The next level of folders by bytes, largest first, at most 200. */
  byFolder: FolderTotal[];
  /** Everything that `byFolder` leaves out, added up; `folders` says how many. */
  otherFolders: { folders: number; files: number; bytes: number };
}

export interface ZipResult {
  path: string;
  /** The finished file's length. */
  zipBytes: number;
  /** Objects packed. */
  entries: number;
  /** Objects whose name in the ZIP differs from their key; each is in the manifest. */
  renamed: number;
  /** The manifest's name inside the ZIP, when there was something to say. */
  manifest?: string;
}

/**
 * What a job works on, as its watchers see it ten times a second: of what was chosen only the first and how many there
 * are, since that can be a hundred thousand keys.
 */
export type JobSubject<Input> = Omit<Input, 'keys' | 'prefixes'> & {
  /** Chosen prefixes and keys, prefixes first. */
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
  { state: 'running' } | { state: 'done' } | { state: 'failed'; failure: Failure } | { state: 'cancelled' };
/** A job as its watchers see it. A job that ended with `progress.failures.count > 0` is done with failures. */
export type Job = JobBase &
  JobState &
  (
    | { kind: 'count'; input: JobSubject<CountInput>; result?: CountResult }
    | { kind: 'zip'; input: JobSubject<ZipInput>; result?: ZipResult }
  );

/** What `jobs.watch` sends: every job once, then changes only. */
export type JobEvent =
  { type: 'all'; jobs: Job[] } | { type: 'changed'; job: Job } | { type: 'removed'; id: string };
