import type { TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { Failure, FailureKind } from '#shared/failure.ts';
import { inputProblem, pathText } from '#shared/input-problem.ts';
import { SettingsError } from '#settings/errors.ts';
import { toFailure } from '#storage/failure.ts';

/** The tRPC code that each kind of failure travels under. */
export const trpcCodes: Record<FailureKind, TRPC_ERROR_CODE_KEY> = {
  'not-found': 'NOT_FOUND',
  'already-exists': 'CONFLICT',
  'access-denied': 'FORBIDDEN',
  'bad-credentials': 'UNAUTHORIZED',
  'expired-credentials': 'UNAUTHORIZED',
  'clock-skew': 'UNAUTHORIZED',
  changed: 'PRECONDITION_FAILED',
  conflict: 'CONFLICT',
  'invalid-input': 'BAD_REQUEST',
  'not-supported': 'NOT_IMPLEMENTED',
  'not-empty': 'CONFLICT',
  locked: 'CONFLICT',
  'wrong-region': 'BAD_REQUEST',
  throttled: 'TOO_MANY_REQUESTS',
  'server-error': 'BAD_GATEWAY',
  unreachable: 'SERVICE_UNAVAILABLE',
  timeout: 'GATEWAY_TIMEOUT',
  'untrusted-certificate': 'BAD_GATEWAY',
  incomplete: 'BAD_GATEWAY',
  'disk-full': 'INTERNAL_SERVER_ERROR',
  'disk-denied': 'FORBIDDEN',
  'disk-exists': 'CONFLICT',
  'disk-missing': 'NOT_FOUND',
  'disk-error': 'INTERNAL_SERVER_ERROR',
  'weak-vault': 'PRECONDITION_FAILED',
  'read-only': 'FORBIDDEN',
  'missing-secret': 'UNAUTHORIZED',
  internal: 'INTERNAL_SERVER_ERROR',
};

/**
 * What went wrong in a procedure, for a person.
 * @param operation the procedure's path, for errors that do not say what was being done
 */
export function failureFrom(error: TRPCError, operation: string): Failure {
  const { cause } = error;
  if (cause instanceof ZodError) return fromInput(cause, operation);
  if (cause instanceof SettingsError) return fromSettings(cause);
  if (cause === undefined && error.code !== 'INTERNAL_SERVER_ERROR') return fromCall(error, operation);
  return toFailure(cause ?? error, { operation });
}

function fromSettings({ kind, message, nextStep, operation }: SettingsError): Failure {
  return { kind, message, nextStep, retryable: false, operation };
}

/**
 * The first thing that is wrong with an input. Our own words stand alone, unless they could be about several places; in
 * what a person writes as JSON every place is named, as it is called there.
 */
function fromInput(error: ZodError, operation: string): Failure {
  const { path, words, isOurs } = inputProblem(error);
  const isJson = path[0] === 'change' && path[1] === 'value';
  const place = isJson ? path.slice(2) : path;
  const isNeeded = isJson || !isOurs || place.some((step) => typeof step === 'number');
  return {
    kind: 'invalid-input',
    message: isNeeded && place.length > 0 ? `${pathText(place)}: ${words}` : words,
    nextStep: 'Correct it, then try again.',
    retryable: false,
    operation,
  };
}

/** A call that tRPC itself refused: no such procedure, not a form that it has. */
function fromCall({ message, code }: TRPCError, operation: string): Failure {
  return {
    kind: code === 'NOT_FOUND' ? 'not-found' : 'invalid-input',
    message,
    nextStep: 'Reload the window: it may be older than the rest of Cooper.',
    retryable: false,
    operation,
  };
}
