import type { FailureKind } from '#shared/failure.ts';
import { StorageError, abortReason, isAbort } from '../errors.ts';
import { WrongDocumentError } from './answer-document.ts';
import { byCode, byStatus, certificateReasons, socketRow } from './error-table.ts';
import { ClosedError, HttpTimeoutError } from './http-handler.ts';
import { type ServerAnswer, readAnswer } from './server-answer.ts';

/** What was being done, to what, over which connection. */
export interface CallContext {
  operation: string;
  bucket?: string | undefined;
  key?: string | undefined;
  /** What is copied, to `key` in `bucket`. */
  from?: { bucket: string; key: string } | undefined;
  endpoint: URL;
  region: string;
  proxy?: URL | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Makes the StorageError of anything that a call to an S3 server ended with, by the table in `error-table.ts`. To be
 * stopped is not a failure: then it gives the signal's reason back.
 */
export function s3Error(error: unknown, context: CallContext): Error {
  const { signal } = context;
  if (signal?.aborted === true) return abortReason(signal);
  if (error instanceof StorageError) return error;
  if (isAbort(error) && error instanceof Error) return error;
  if (error instanceof HttpTimeoutError) return timedOut(error, context);
  if (error instanceof ClosedError) return closed(error, context);
  if (error instanceof WrongDocumentError) return wrongDocument(error, context);
  // First the socket: the SDK gives an answer that broke off the status that it had begun with.
  const answer = isSocketError(error) ? undefined : readAnswer(error);
  return answer === undefined ? fromSocket(error, context) : fromAnswer(answer, context, error);
}

function fromAnswer(answer: ServerAnswer, context: CallContext, cause: unknown): StorageError {
  const { operation } = context;
  const row = rowFor(answer, context);
  const base = {
    operation,
    ...subjectOf(answer, row.kind, context),
    code: answer.code ?? String(answer.status),
    detail: answer.message,
    requestId: answer.requestId,
    retryAfterMs: answer.retryAfterMs,
    cause,
  };
  if (answer.status >= 200 && answer.status < 300) return notS3(base, context);
  switch (row.kind) {
    case 'clock-skew':
      // The SDK has set its clock by the server's now; the same request, signed anew, is a good one.
      return new StorageError({
        ...base,
        kind: row.kind,
        message: clocks(answer),
        retryable: answer.clockCorrected,
      });
    case 'wrong-region':
      return new StorageError({ ...base, kind: row.kind, message: elsewhere(answer, context) });
    default:
      return new StorageError({ ...base, ...row, ...special(answer, row.kind, context) });
  }
}

/** What is absent, or another one, may be what was to be copied. */
function subjectOf(
  { code, bucketName }: ServerAnswer,
  kind: FailureKind,
  { bucket, key, from }: CallContext,
): { bucket?: string | undefined; key?: string | undefined } {
  if (code === 'NoSuchBucket') return { bucket: bucketName ?? bucket };
  const ofSource = kind === 'changed' || (kind === 'not-found' && code !== 'NoSuchUpload');
  return ofSource && from !== undefined ? { bucket: from.bucket, key: from.key } : { bucket, key };
}

/**
 * The error of one object that a server refused inside an answer of success.
 * @param said the code and the words that it gives for it
 */
export function refusal(
  said: { code?: string | undefined; message?: string | undefined },
  about: { operation: string; bucket?: string; key?: string },
): StorageError {
  const { code, message } = said;
  const row = (code === undefined ? undefined : byCode[code]) ?? { kind: 'server-error', retryable: false };
  const known = typeof row === 'string' ? { kind: row } : row;
  const answer = { code, message, status: undefined };
  return new StorageError({
    ...about,
    code,
    detail: message,
    ...known,
    ...special(answer, known.kind, about),
  });
}

const LOCKED = /object lock|worm[- ]protected|retention|legal hold|under hold/iu;
const WRITES: ReadonlySet<string> = new Set(['write', 'copy', 'completeUpload']);

/** What only the server's words, or the operation, tell. */
function special(
  answer: {
    code?: string | undefined;
    message?: string | undefined;
    status: number | undefined;
    isMarker?: boolean;
  },
  kind: FailureKind,
  { operation, bucket, key }: { operation: string; bucket?: string | undefined; key?: string | undefined },
): { kind?: FailureKind; message?: string } {
  const { code, message = '', status } = answer;
  // AWS and MinIO refuse what is locked as AccessDenied or InvalidRequest, HCP by a bare 409.
  const mayBeLocked = kind === 'access-denied' || kind === 'invalid-input' || kind === 'conflict';
  if (mayBeLocked && key !== undefined && LOCKED.test(message)) return { kind: 'locked' };
  if (answer.isMarker === true && key !== undefined) {
    return {
      kind: 'not-found',
      message: `What was asked for of object “${key}” is a delete marker: there is nothing to read in it.`,
    };
  }
  // HCP, while versioning is off (unless the namespace allows unversioned overwrites).
  const isOverwrite = kind === 'conflict' && status === 409 && WRITES.has(operation);
  if (isOverwrite && (code === undefined || byCode[code] === undefined)) {
    const said = [code, answer.message].filter((part) => part !== undefined && part !== '').join(': ');
    return {
      message:
        `Object “${key ?? ''}” in bucket “${bucket ?? ''}” exists already, and this server does not overwrite while ` +
        `versioning is off: delete the object first, or switch versioning on (${said === '' ? status : said.replace(/\.$/u, '')}).`,
    };
  }
  return {};
}

function wrongDocument(cause: WrongDocumentError, context: CallContext): StorageError {
  const { operation, bucket, key } = context;
  return notS3({ operation, bucket, key, cause }, context);
}

function notS3(
  base: Omit<ConstructorParameters<typeof StorageError>[0], 'kind'>,
  context: CallContext,
): StorageError {
  const message = `${hostOf(context)} answered, but not as an S3 server does. Check the endpoint.`;
  return new StorageError({ ...base, kind: 'server-error', message, retryable: false });
}

function rowFor(answer: ServerAnswer, { region }: CallContext): { kind: FailureKind; retryable?: boolean } {
  // AWS answers a HEAD that was signed for another region with 400 and no body, but names the region.
  const isElsewhere = answer.code === undefined && answer.region !== undefined && answer.region !== region;
  const known = answer.code === undefined ? undefined : byCode[answer.code];
  const row = known ?? (isElsewhere ? 'wrong-region' : byStatus(answer.status, answer.method));
  return typeof row === 'string' ? { kind: row } : row;
}

function clocks({ localTime, serverTime }: ServerAnswer): string {
  if (serverTime === undefined) return "This computer's clock differs too much from the server's.";
  const here = localTime === undefined ? '' : `here it is ${localTime.toISOString()}, `;
  return `This computer's clock differs too much from the server's: ${here}there it is ${serverTime.toISOString()}.`;
}

function elsewhere({ region, location, code, status }: ServerAnswer, context: CallContext): string {
  const what = context.bucket === undefined ? 'What was asked for' : `Bucket “${context.bucket}”`;
  const said = code ?? String(status);
  if (region !== undefined && region !== context.region) {
    return `${what} is in region ${region}, the connection is set to ${context.region} (${said}).`;
  }
  if (location === undefined) return `${what} is not served here under region ${context.region} (${said}).`;
  const place = location.replace(/[?#].*$/su, '').replace(/\/\/[^/]*@/u, '//'); // the rest may hold a signature or token
  return `${what} is served from elsewhere, at ${place}; redirects are not followed (${said}).`;
}

function fromSocket(error: unknown, context: CallContext): StorageError {
  const code = socketCode(error);
  const { operation, bucket, key } = context;
  const base = { operation, bucket, key, code, cause: error };
  const ofProxy = context.proxy === undefined ? undefined : proxyError(error, context.proxy, context);
  if (ofProxy !== undefined) return ofProxy;
  if (code !== undefined && certificateReasons[code] !== undefined) {
    const message = `The certificate of ${context.endpoint.host} is not trusted: ${certificateReasons[code]} (${code}).`;
    return new StorageError({ ...base, kind: 'untrusted-certificate', message });
  }
  const row = code === undefined ? undefined : socketRow(code);
  if (row === undefined) return new StorageError({ ...base, kind: 'internal' });
  const message = `${hostOf(context)} cannot be reached: ${row.says} (${code}).`;
  return new StorageError({ ...base, kind: row.kind, message, retryable: row.retryable });
}

/** hpagent tells what its proxy did by the message alone. */
function proxyError(error: unknown, proxy: URL, context: CallContext): StorageError | undefined {
  const { operation, bucket, key, endpoint } = context;
  const [, status] = (error instanceof Error && /^Bad response: (\d+)$/u.exec(error.message)) || [];
  if (status !== undefined) {
    return new StorageError({
      kind: 'unreachable',
      operation,
      bucket,
      key,
      code: status,
      message: `The proxy ${proxy.host} refused to connect to ${endpoint.host} (${status}).`,
      retryable: status.startsWith('5'),
      cause: error,
    });
  }
  if (!(error instanceof Error) || error.message !== 'Proxy timeout') return undefined;
  const message = `The proxy ${proxy.host} took too long to connect to ${endpoint.host}.`;
  return new StorageError({ kind: 'timeout', operation, bucket, key, message, cause: error });
}

function timedOut(error: HttpTimeoutError, context: CallContext): StorageError {
  const { operation, bucket, key } = context;
  const seconds = error.afterMs / 1000;
  const message =
    error.phase === 'connect'
      ? `No connection to ${hostOf(context)} came about within ${seconds} s.`
      : `${hostOf(context)} has said nothing for ${seconds} s.`;
  return new StorageError({ kind: 'timeout', operation, bucket, key, message, cause: error });
}

function closed(error: ClosedError, { operation, bucket, key }: CallContext): StorageError {
  const message = 'The connection was closed while it was in use.';
  return new StorageError({
    kind: 'unreachable',
    operation,
    bucket,
    key,
    message,
    retryable: false,
    cause: error,
  });
}

/** The endpoint's host, and the proxy on the way to it. Neither user nor password: a proxy's address may hold them. */
function hostOf({ endpoint, proxy }: CallContext): string {
  return proxy === undefined ? endpoint.host : `${endpoint.host} (by the proxy ${proxy.host})`;
}

function isSocketError(error: unknown): boolean {
  const code = socketCode(error);
  return code !== undefined && socketRow(code) !== undefined;
}

function socketCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
