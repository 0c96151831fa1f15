import { z } from 'zod';

/**
 * Every way in which something can go wrong, as far as a person or a caller needs to tell them apart.
 * A kind says what happened; `src/main/storage/errors.ts` says which of them are worth trying again.
 */
export const failureKinds = [
  // the storage system said so
  'not-found',
  'already-exists',
  'access-denied',
  'bad-credentials',
  'expired-credentials',
  'clock-skew',
  'changed', // the object is no longer the one that was listed (If-Match failed)
  'conflict',
  'invalid-input',
  'not-supported',
  'not-empty', // a bucket that still holds something
  'locked', // retention or a legal hold keeps it
  'wrong-region', // a redirect that is not followed
  'throttled',
  'server-error',
  // between here and there
  'unreachable',
  'timeout',
  'untrusted-certificate',
  'incomplete', // fewer or other bytes than promised
  // this computer
  'disk-full',
  'disk-denied',
  'disk-exists',
  'disk-missing',
  'disk-error',
  'weak-vault', // secrets cannot be kept safely here: the user has to choose
  'read-only', // the connection's own switch
  'missing-secret', // the connection's secret was kept for one session only, or the vault lost it
  'internal', // a mistake of ours
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** What a person reads, and what a caller may act on. Made in main only; crosses IPC as plain data. */
export const failureSchema = z.object({
  kind: z.enum(failureKinds),
  /** What happened, to what: one sentence. */
  message: z.string(),
  /** What to do next: one sentence. */
  nextStep: z.string(),
  retryable: z.boolean(),
  operation: z.string(),
  bucket: z.string().optional(),
  key: z.string().optional(),
  path: z.string().optional(),
  /** The server's own code, such as `NoSuchKey`, or the system's, such as `ENOSPC`. */
  code: z.string().optional(),
  requestId: z.string().optional(),
});
export type Failure = z.infer<typeof failureSchema>;
