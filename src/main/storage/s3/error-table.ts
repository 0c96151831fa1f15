import type { FailureKind } from '#shared/failure.ts';

/** A kind, and whether to try again where that does not follow from the kind. */
export type Row = FailureKind | { kind: FailureKind; retryable: boolean };

/** S3's error codes (its API reference, "Error responses"), and what other servers send. */
export const byCode: Record<string, Row> = {
  NoSuchBucket: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchUpload: 'not-found',
  NoSuchVersion: 'not-found',
  NotFound: 'not-found', // the SDK, for any 404 without a body, which is what HEAD gives

  NoSuchBucketPolicy: 'not-found',
  NoSuchCORSConfiguration: 'not-found',
  NoSuchConfiguration: 'not-found',
  NoSuchLifecycleConfiguration: 'not-found',
  NoSuchObjectLockConfiguration: 'not-found',
  NoSuchTagSet: 'not-found',
  NoSuchTagSetError: 'not-found',
  NoSuchWebsiteConfiguration: 'not-found',
  ObjectLockConfigurationNotFoundError: 'not-found',
  ServerSideEncryptionConfigurationNotFoundError: 'not-found',

  BucketAlreadyExists: 'already-exists',
  BucketAlreadyOwnedByYou: 'already-exists',

  AccessDenied: 'access-denied',
  AccountProblem: 'access-denied',
  AllAccessDisabled: 'access-denied',
  UserSuspended: 'access-denied', // Ceph

  InvalidAccessKeyId: 'bad-credentials',
  SignatureDoesNotMatch: 'bad-credentials',
  InvalidSecurity: 'bad-credentials',
  NotSignedUp: 'bad-credentials',
  Unauthorized: 'bad-credentials', // R2

  ExpiredToken: 'expired-credentials',
  InvalidToken: 'expired-credentials',
  TokenRefreshRequired: 'expired-credentials',

  RequestTimeTooSkewed: 'clock-skew',
  RequestNotReadyYet: 'clock-skew', // MinIO: a link that was signed in its future

  PreconditionFailed: 'changed',

  BucketNotEmpty: 'not-empty',
  ObjectLocked: 'locked', // MinIO
  XMinioObjectLocked: 'locked',
  InvalidBucketState: 'conflict',
  InvalidObjectState: 'conflict', // the object is in an archive (Glacier) and has to be restored first
  QuotaExceeded: 'conflict', // Ceph
  XMinioStorageFull: 'conflict', // MinIO
  InvalidObjectName: 'invalid-input', // Ceph
  OperationAborted: { kind: 'conflict', retryable: true }, // a change to the same bucket is still under way
  ConditionalRequestConflict: { kind: 'conflict', retryable: true },

  ObjectNotInActiveTierError: 'conflict',
  RestoreAlreadyInProgress: 'conflict',
  TooManyBuckets: 'conflict',

  // Those of these that come inside a 200 (completing an upload, deleting many) have no status that would tell.
  EntityTooLarge: 'invalid-input',
  EntityTooSmall: 'invalid-input',
  InvalidArgument: 'invalid-input',
  InvalidBucketName: 'invalid-input',
  InvalidDigest: 'invalid-input',
  InvalidLocationConstraint: 'invalid-input',
  InvalidPart: 'invalid-input',
  InvalidPartOrder: 'invalid-input',
  InvalidRequest: 'invalid-input',
  InvalidStorageClass: 'invalid-input',
  InvalidTag: 'invalid-input',
  InvalidVersionId: 'invalid-input',
  MalformedACLError: 'invalid-input',
  MalformedPolicy: 'invalid-input',
  MalformedXML: 'invalid-input',
  MetadataTooLarge: 'invalid-input',
  MissingContentMD5: 'invalid-input',
  UnresolvableGrantByEmailAddress: 'invalid-input',
  InvalidRange: 'invalid-input',
  KeyTooLongError: 'invalid-input',
  XMinioInvalidObjectName: 'invalid-input', // MinIO: `..` or `//` in a key

  MethodNotAllowed: 'not-supported',
  NotImplemented: 'not-supported',
  MissingContentLength: 'not-supported', // Ceph, HCP before 10: they do not take a body in aws-chunked

  PermanentRedirect: 'wrong-region',
  TemporaryRedirect: 'wrong-region',
  Redirect: 'wrong-region',
  AuthorizationHeaderMalformed: 'wrong-region', // AWS: signed for another region than the bucket's
  IllegalLocationConstraintException: 'wrong-region',
  IncorrectEndpoint: 'wrong-region',
  InvalidRegionName: 'wrong-region', // R2

  SlowDown: 'throttled',
  SlowDownRead: 'throttled', // MinIO
  SlowDownWrite: 'throttled', // MinIO
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottled: 'throttled',
  TooManyRequests: 'throttled', // R2
  BandwidthLimitExceeded: 'throttled',
  RateLimitExceeded: 'throttled', // Google
  ServiceUnavailable: 'throttled',
  XMinioServerNotInitialized: 'server-error', // MinIO, for a moment after its start

  RequestTimeout: 'timeout', // AWS, with status 400: our side of the socket was silent for too long
  InternalError: 'server-error',

  BadDigest: { kind: 'incomplete', retryable: true },
  IncompleteBody: { kind: 'incomplete', retryable: true },
  XAmzContentSHA256Mismatch: { kind: 'incomplete', retryable: true },
};

/** For answers without a code, or with one that the table above does not have. */
export function byStatus(status: number, method: string | undefined): Row {
  // HCP: 302 for a HEAD of what is absent, or what these keys may not see. A redirect anywhere else leads elsewhere.
  if (status === 302 && method === 'HEAD') return 'not-found';
  if (status >= 300 && status < 400) return 'wrong-region';
  switch (status) {
    case 401:
      return 'bad-credentials';
    case 403:
      return 'access-denied';
    case 404:
    case 410:
      return 'not-found';
    case 405:
    case 411:
    case 501:
      return 'not-supported';
    case 408:
    case 504:
      return 'timeout';
    case 409: // HCP: a second write of a key while versioning is off
      return 'conflict';
    case 412:
      return 'changed';
    case 429:
    case 503:
      return 'throttled';
    case 507:
      return 'conflict';
    default:
      return status >= 400 && status < 500 ? 'invalid-input' : 'server-error';
  }
}

/** Node's and OpenSSL's codes for a certificate that does not hold (`openssl verify`, "Diagnostics"), and the reason. */
export const certificateReasons: Record<string, string> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REJECTED: 'it was rejected',
  CERT_REVOKED: 'it was revoked',
  CERT_SIGNATURE_FAILURE: 'its signature does not fit',
  CERT_UNTRUSTED: 'its authority is not trusted for this purpose',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it was made for another host name',
  HOSTNAME_MISMATCH: 'it was made for another host name',
  INVALID_CA: 'the authority that signed it is not one',
  INVALID_PURPOSE: 'it was made for another purpose',
  PATH_LENGTH_EXCEEDED: 'its chain is too long',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority that signed it is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'the authority that signed it is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority that signed it is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority that signed it is not known here',
};

export interface SocketRow {
  kind: FailureKind;
  /** What it means for a server that was to be reached: goes after its name and a colon. */
  says: string;
  retryable?: boolean;
}

/** What sockets report, and what it means for one that was to reach a server. */
const SOCKET: Record<string, SocketRow> = {
  EAI_AGAIN: { kind: 'unreachable', says: 'its name could not be looked up' },
  ENOTFOUND: { kind: 'unreachable', says: 'no computer of that name is known' },
  ECONNREFUSED: { kind: 'unreachable', says: 'it refuses connections' },
  ECONNRESET: { kind: 'unreachable', says: 'the connection broke' },
  ECONNABORTED: { kind: 'unreachable', says: 'the connection broke' },
  EPIPE: { kind: 'unreachable', says: 'the connection broke' },
  ERR_STREAM_PREMATURE_CLOSE: { kind: 'unreachable', says: 'the connection broke' },
  EHOSTUNREACH: { kind: 'unreachable', says: 'there is no way to it' },
  EHOSTDOWN: { kind: 'unreachable', says: 'there is no way to it' },
  ENETUNREACH: { kind: 'unreachable', says: 'there is no way to its network' },
  ENETDOWN: { kind: 'unreachable', says: "this computer's network is down" },
  EADDRNOTAVAIL: { kind: 'unreachable', says: 'this computer has no address to reach it from' },
  ETIMEDOUT: { kind: 'timeout', says: 'it does not answer' },
  EPROTO: {
    kind: 'unreachable',
    says: 'it does not speak TLS; perhaps its address begins with http://',
    retryable: false,
  },
};

/** How node names the failures of TLS itself and of an answer that is not HTTP. */
const SOCKET_FAMILIES: [RegExp, SocketRow][] = [
  [
    /^ERR_SSL_/u,
    {
      kind: 'unreachable',
      says: 'it does not speak TLS; perhaps its address begins with http://',
      retryable: false,
    },
  ],
  [
    /^HPE_/u,
    {
      kind: 'unreachable',
      says: 'it does not answer in HTTP; perhaps its address begins with https://',
      retryable: false,
    },
  ],
];

/** What a socket's or parser's code means; undefined for one that is not known. */
export function socketRow(code: string): SocketRow | undefined {
  return SOCKET[code] ?? SOCKET_FAMILIES.find(([name]) => name.test(code))?.[1];
}
