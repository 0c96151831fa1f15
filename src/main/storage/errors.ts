import type { FailureKind } from '#shared/failure.ts';
import { sentence } from './words.ts';

/** Kinds that may go away by themselves: the same request is worth sending again after a pause. */
const RETRYABLE: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'throttled',
  'server-error',
  'unreachable',
  'timeout',
  'incomplete',
]);

export interface StorageErrorDetails {
  kind: FailureKind;
  /** What was being done, as a verb: `read`, `list`, `createBucket`, … */
  operation: string;
  /** What happened, for a person: a whole sentence. Made from the rest when left out (`words.ts`). */
  message?: string;
  /** What to do next, for a person: one sentence. What the kind says when left out (`words.ts`). */
  nextStep?: string | undefined;
  /** Overrides what follows from the kind. */
  retryable?: boolean | undefined;
  bucket?: string | undefined;
  key?: string | undefined;
  /** The local file or folder concerned. */
  path?: string | undefined;
  /** The server's or the operating system's own code. */
  code?: string | undefined;
  /** The server's or the operating system's own words; they go into the message that is made. */
  detail?: string | undefined;
  requestId?: string | undefined;
  /** The server asked to be left alone for so long (Retry-After; RFC 9110, 10.2.3). */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * The one error that leaves the engine and the operations. Made at the edges, by table (`s3/errors.ts` from what a
 * server or socket said, `disk-errors.ts` from what the operating system said). An abort is not an error: see `isAbort`.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly kind: FailureKind;
  readonly operation: string;
  readonly nextStep: string | undefined;
  readonly retryable: boolean;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly path: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: StorageErrorDetails) {
    super(sentence(details), { cause: details.cause });
    this.kind = details.kind;
    this.operation = details.operation;
    this.nextStep = details.nextStep;
    this.retryable = details.retryable ?? RETRYABLE.has(details.kind);
    this.bucket = details.bucket;
    this.key = details.key;
    this.path = details.path;
    this.code = details.code;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** True when `error` only says that somebody asked to stop. */
export function isAbort(error: unknown, signal?: AbortSignal): boolean {
  return signal?.aborted === true || (error instanceof Error && error.name === 'AbortError');
}

/** What an aborted signal says, as an error that can be thrown. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('The operation was stopped.', 'AbortError');
}
