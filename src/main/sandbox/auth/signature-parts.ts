import { S3Error } from '../errors.ts';
import type { RequestHead } from '../request.ts';
import { ALGORITHM, parseCredential, parseTimestamp, type Credential } from './sigv4.ts';

/** What a signed request says about its signature, wherever it says it. */
export interface SignatureParts {
  credential: Credential;
  /** `20260131T235959Z`; whatever was sent. */
  timestamp: string;
  /** Lower-case names, in the order in which they were signed. */
  signedHeaders: string[];
  signature: string;
  payloadHash: string;
  /** Only of a presigned request. */
  expiresSeconds: number | undefined;
}

const LONGEST_EXPIRY_SECONDS = 604_800;

/** @returns undefined when the request is not signed at all. @throws S3Error when it is signed badly. */
export function readSignature(head: RequestHead): SignatureParts | undefined {
  const authorization = head.headers.get('authorization');
  if (authorization !== undefined) {
    if (head.query.has('X-Amz-Signature')) {
      throw new S3Error('InvalidArgument', { message: 'Only one auth mechanism allowed' });
    }
    return fromHeader(head, authorization);
  }
  if (head.query.has('X-Amz-Algorithm') || head.query.has('X-Amz-Signature')) return fromQuery(head);
  if (head.query.has('AWSAccessKeyId')) throw unsupportedMechanism();
  return undefined;
}

function fromHeader(head: RequestHead, authorization: string): SignatureParts {
  if (!authorization.startsWith(`${ALGORITHM} `)) throw unsupportedMechanism();
  const fields = new Map<string, string>();
  for (const field of authorization.slice(ALGORITHM.length).split(',')) {
    const at = field.indexOf('=');
    if (at !== -1) fields.set(field.slice(0, at).trim(), field.slice(at + 1).trim());
  }
  const credential = parseCredential(fields.get('Credential') ?? '');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw new S3Error('AuthorizationHeaderMalformed');
  }
  const payloadHash = head.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  }
  return {
    credential,
    timestamp: timestampOf(head),
    signedHeaders: signedHeaders.split(';'),
    signature,
    payloadHash,
    expiresSeconds: undefined,
  };
}

/** `x-amz-date`, or else `Date`, in whichever form it has. */
function timestampOf(head: RequestHead): string {
  const date = head.headers.get('x-amz-date') ?? head.headers.get('date') ?? '';
  const time = Date.parse(date);
  if (parseTimestamp(date) !== undefined || Number.isNaN(time)) return date;
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function fromQuery({ query, headers }: RequestHead): SignatureParts {
  const malformed = (message: string) => new S3Error('AuthorizationQueryParametersError', { message });
  const need = (name: string) => {
    const value = query.get(name);
    if (value !== undefined && value !== '') return value;
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
        'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  };
  if (need('X-Amz-Algorithm') !== ALGORITHM)
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const credential = parseCredential(need('X-Amz-Credential'));
  if (credential === undefined) throw malformed('Error parsing the X-Amz-Credential parameter.');
  const timestamp = need('X-Amz-Date');
  if (parseTimestamp(timestamp) === undefined) {
    throw malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const expires = need('X-Amz-Expires');
  if (!/^\d+$/.test(expires)) throw malformed('X-Amz-Expires should be a number');
  const expiresSeconds = Number(expires);
  if (expiresSeconds > LONGEST_EXPIRY_SECONDS) {
    throw malformed('X-Amz-Expires must be less than a week (in seconds) that is 604800');
  }
  return {
    credential,
    timestamp,
    signedHeaders: need('X-Amz-SignedHeaders').split(';'),
    signature: need('X-Amz-Signature'),
    payloadHash:
      query.get('X-Amz-Content-Sha256') ?? headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
    expiresSeconds,
  };
}

function unsupportedMechanism(): S3Error {
  return new S3Error('InvalidRequest', {
    message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  });
}
