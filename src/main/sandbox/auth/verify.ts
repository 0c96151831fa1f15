import { S3Error } from '../errors.ts';
import type { RequestHead } from '../request.ts';
import type { Identity, User, Users } from '../users.ts';
import type { ChunkSigning } from './chunked.ts';
import {
  canonicalRequest,
  parseTimestamp,
  sameSignature,
  scopeText,
  sign,
  signingKey,
  stringToSign,
  type Credential,
} from './sigv4.ts';
import { readSignature, type SignatureParts } from './signature-parts.ts';

const SKEW_MS = 15 * 60 * 1000;

/** What the body must be, by what was signed. */
export type Payload =
  | { type: 'unsigned' }
  | { type: 'sha256'; hex: string }
  | { type: 'aws-chunked'; trailer: boolean; signing: ChunkSigning | undefined };

export interface VerifyOptions {
  users: Users;
  /** The region that has to be named; left out, any. */
  region: string | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Says who sent a request, after checking its signature (AWS Signature Version 4, in the header or in the query).
 *
 * @throws S3Error for everything that AWS would not let in.
 */
export function verify(head: RequestHead, options: VerifyOptions): { identity: Identity; payload: Payload } {
  const parts = readSignature(head);
  if (parts === undefined) {
    return { identity: { type: 'anonymous' }, payload: payloadOf(head.headers.get('x-amz-content-sha256')) };
  }
  checkTime(parts, options.now);
  const { credential } = parts;
  const user = options.users.get(credential.accessKeyId);
  if (user === undefined) {
    throw new S3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: credential.accessKeyId } });
  }
  checkScope(credential, parts, options.region);
  checkSignedHeaders(head, parts);
  checkSignature(head, parts, user);
  // Long-lived keys have no session token.
  if (head.headers.has('x-amz-security-token') || head.query.has('X-Amz-Security-Token')) {
    throw new S3Error('InvalidToken');
  }
  const signing: ChunkSigning = {
    key: signingKey(user.secretAccessKey, credential),
    timestamp: parts.timestamp,
    scope: scopeText(credential),
    seed: parts.signature,
  };
  return { identity: { type: 'user', user }, payload: payloadOf(parts.payloadHash, signing) };
}

function checkTime(parts: SignatureParts, now: number): void {
  const time = parseTimestamp(parts.timestamp);
  if (time === undefined) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    });
  }
  const serverTime = new Date(now).toISOString();
  if (parts.expiresSeconds !== undefined) {
    const expires = time + parts.expiresSeconds * 1000;
    if (now > expires) {
      throw new S3Error('AccessDenied', {
        message: 'Request has expired',
        fields: {
          'X-Amz-Expires': String(parts.expiresSeconds),
          Expires: new Date(expires).toISOString(),
          ServerTime: serverTime,
        },
      });
    }
    if (time > now + SKEW_MS) throw new S3Error('AccessDenied', { message: 'Request is not yet valid' });
    return;
  }
  if (Math.abs(now - time) <= SKEW_MS) return;
  throw new S3Error('RequestTimeTooSkewed', {
    fields: {
      RequestTime: parts.timestamp,
      ServerTime: serverTime,
      MaxAllowedSkewMilliseconds: String(SKEW_MS),
    },
  });
}

function checkScope(credential: Credential, parts: SignatureParts, region: string | undefined): void {
  const code =
    parts.expiresSeconds === undefined ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
  const where =
    parts.expiresSeconds === undefined
      ? 'The authorization header is malformed'
      : 'Error parsing the X-Amz-Credential parameter';
  if (region !== undefined && credential.region !== region) {
    throw new S3Error(code, {
      message: `${where}; the region '${credential.region}' is wrong; expecting '${region}'`,
      fields: { Region: region },
    });
  }
  if (credential.service !== 's3') {
    throw new S3Error(code, {
      message: `${where}; incorrect service "${credential.service}". This endpoint belongs to "s3".`,
    });
  }
  if (credential.date !== parts.timestamp.slice(0, 8)) {
    throw new S3Error(code, {
      message: `${where}; Invalid credential date "${credential.date}". This date is not the same as X-Amz-Date: "${parts.timestamp.slice(0, 8)}".`,
    });
  }
}

/** What a signature does not cover, anybody on the way could have put in. */
function checkSignedHeaders(head: RequestHead, parts: SignatureParts): void {
  const signed = new Set(parts.signedHeaders);
  const missing = [...head.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  );
  if (missing.length === 0) return;
  throw new S3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    fields: { HeadersNotSigned: missing.join(', ') },
  });
}

function checkSignature(head: RequestHead, parts: SignatureParts, user: User): void {
  const canonical = canonicalRequest(head, parts.signedHeaders, parts.payloadHash);
  const key = signingKey(user.secretAccessKey, parts.credential);
  const text = stringToSign(parts.timestamp, parts.credential, canonical);
  if (sameSignature(sign(key, text), parts.signature)) return;
  // Header values that are not ASCII: Node's clients sign the text as UTF-8 and send it as Latin-1, most others sign the
  // bytes that they send.
  const bytes = stringToSign(parts.timestamp, parts.credential, Buffer.from(canonical, 'latin1'));
  if (sameSignature(sign(key, bytes), parts.signature)) return;
  throw new S3Error('SignatureDoesNotMatch', {
    fields: {
      AWSAccessKeyId: parts.credential.accessKeyId,
      StringToSign: text,
      SignatureProvided: parts.signature,
      CanonicalRequest: canonical,
    },
  });
}

function payloadOf(hash: string | undefined, signing?: ChunkSigning): Payload {
  switch (hash) {
    case undefined:
    case 'UNSIGNED-PAYLOAD':
      return { type: 'unsigned' };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { type: 'aws-chunked', trailer: false, signing };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { type: 'aws-chunked', trailer: true, signing };
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { type: 'aws-chunked', trailer: true, signing: undefined };
    default:
      if (/^[0-9a-f]{64}$/.test(hash)) return { type: 'sha256', hex: hash };
      throw new S3Error('InvalidArgument', {
        message: 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value or a valid sha256 value.',
        fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: hash },
      });
  }
}
