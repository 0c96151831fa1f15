import type { Failure } from '#shared/failure.ts';
import { diskError } from './disk-errors.ts';
import { StorageError, isAbort } from './errors.ts';
import { words } from './words.ts';

export interface FailureContext {
  /** What was being done, for an error that does not know. */
  operation?: string;
}

/**
 * Turns whatever was thrown into what a person reads. What is not a StorageError is a mistake of ours: its own words
 * stay out, since nobody vouches for what is in them. Ask `isAbort` first: to be stopped is not a failure.
 */
export function toFailure(error: unknown, context: FailureContext = {}): Failure {
  const known = toStorageError(error, context.operation ?? 'work');
  const {
    kind,
    message,
    nextStep = words[kind].nextStep,
    retryable,
    operation,
    bucket,
    key,
    path,
    code,
    requestId,
  } = known;
  return {
    kind,
    message,
    nextStep,
    retryable,
    operation,
    ...(bucket !== undefined && { bucket }),
    ...(key !== undefined && { key }),
    ...(path !== undefined && { path }),
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  };
}

function toStorageError(error: unknown, operation: string): StorageError {
  if (error instanceof StorageError) return error;
  if (isFileSystemError(error)) return diskError(error, { operation: error.syscall, path: error.path });
  const message = isAbort(error) ? 'This was stopped.' : undefined;
  return new StorageError({
    kind: 'internal',
    operation,
    ...(message !== undefined && { message }),
    cause: error,
  });
}

function isFileSystemError(error: unknown): error is Error & { code: string; syscall: string; path: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error &&
    typeof error.syscall === 'string' &&
    'path' in error &&
    typeof error.path === 'string'
  );
}
