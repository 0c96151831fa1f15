import type { HcpConnectionSettings } from '#shared/connection.ts';
import type { FailureKind } from '#shared/failure.ts';
import { StorageError } from '../errors.ts';

/** What HCP's Management API answered to a request. */
export interface ManagementAnswer {
  status: number;
  method: string;
  host: string;
  /** `X-HCP-ErrorMessage`, or what stands in the body. */
  said: string | undefined;
}

export interface ManagementContext {
  operation: string;
  /** The namespace, which S3 calls a bucket. */
  bucket?: string | undefined;
}

interface Row {
  kind: FailureKind;
  /** A sentence without its full stop. */
  message: (about: { host: string; what: string }) => string;
  retryable?: boolean;
}

/** HCP refuses to delete what holds something with the same 403 as a wrong password; only its words tell them apart. */
const NOT_EMPTY = /not empty|contains? (objects|content|data)|must be empty|still ha(s|ve) objects/iu;

const notEmpty: Row = {
  kind: 'not-empty',
  message: ({ what }) => `${what} is not empty for HCP`,
};

const refused: Row = {
  kind: 'access-denied',
  message: ({ host }) =>
    `The Management API of ${host} refuses: the user name or password is wrong, the account has not the role for this, or the Management API is not enabled for the tenant`,
};

/** By status ("HCP Management API Reference", "HTTP return codes"). */
const byStatus: Record<number, Row> = {
  400: {
    kind: 'invalid-input',
    message: ({ host, what }) => `The Management API of ${host} finds the request about ${what} invalid`,
  },
  401: {
    kind: 'access-denied',
    message: ({ host }) => `The Management API of ${host} cannot handle the request for this account`,
  },
  403: refused,
  404: {
    kind: 'not-found',
    message: ({ host, what }) => `${what} is not known to the Management API of ${host}`,
  },
  405: { kind: 'not-supported', message: ({ host }) => `The Management API of ${host} does not offer this` },
  409: {
    kind: 'already-exists',
    message: ({ what }) => `${what} exists already, or its name is taken in the tenant`,
  },
  414: {
    kind: 'invalid-input',
    message: ({ what }) => `The name of ${what} is too long: HCP takes addresses of 4,095 bytes`,
  },
  415: { kind: 'not-supported', message: ({ host }) => `The Management API of ${host} does not take JSON` },
  500: { kind: 'server-error', message: ({ host }) => `The Management API of ${host} failed inside` },
  503: {
    kind: 'throttled',
    message: ({ host }) => `The Management API of ${host} is not available at the moment`,
  },
};

const conflict: Row = {
  kind: 'conflict',
  message: ({ what }) => `HCP cannot do this with ${what} in the state that it is in`,
};

const stranger: Row = {
  kind: 'unreachable',
  message: ({ host }) =>
    `${host} answers, but not as HCP’s Management API does; check the domain and the port`,
  retryable: false,
};

/** The error of an answer that is none of the good ones. */
export function managementError(
  answer: ManagementAnswer,
  context: ManagementContext,
  cause?: unknown,
): StorageError {
  const { status, host, said } = answer;
  const { operation, bucket } = context;
  const { kind, message, retryable } = rowOf(answer);
  const what = bucket === undefined ? 'what was asked for' : `namespace “${bucket}”`;
  const words = message({ host, what });
  const details = said === undefined ? String(status) : `${status}: ${said.replace(/\.$/u, '')}`;
  return new StorageError({
    kind,
    operation,
    bucket,
    code: String(status),
    message: `${words.charAt(0).toUpperCase()}${words.slice(1)} (${details}).`,
    retryable,
    cause,
  });
}

function rowOf({ status, method, said = '' }: ManagementAnswer): Row {
  if (status === 403 && method === 'DELETE' && NOT_EMPTY.test(said)) return notEmpty;
  if (status === 409 && method !== 'PUT') return conflict;
  const known = byStatus[status];
  if (known !== undefined) return known;
  if (status > 500)
    return { kind: 'server-error', message: ({ host }) => `The Management API of ${host} failed` };
  return stranger;
}

/** A failure of S3 on HCP, for who signed in with a user name and a password and knows of no access key. */
export function inWordsOfHcp(
  error: StorageError,
  { tenant, username }: Pick<HcpConnectionSettings, 'tenant' | 'username'>,
): StorageError {
  if (error.kind !== 'bad-credentials') return error;
  const { kind, operation, bucket, key, code, requestId } = error;
  const of = tenant === undefined ? '' : ` for tenant “${tenant}”`;
  return new StorageError({
    kind,
    operation,
    bucket,
    key,
    code,
    requestId,
    message: `HCP does not accept the user name “${username}” or its password${of}${code === undefined ? '' : ` (${code})`}.`,
    nextStep: 'Check the tenant, the user name, the password and the kind of account in the connection.',
    cause: error,
  });
}
