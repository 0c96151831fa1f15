/** What a server's refusal says, out of the many forms in which the SDK throws it. */
export interface ServerAnswer {
  status: number;
  /** The request's method, as far as it is known. */
  method: string | undefined;
  /** The server's own code, such as `NoSuchKey`; a HEAD has no body and so no code. */
  code: string | undefined;
  /** The server's own words; absent when it sends none (Ceph). */
  message: string | undefined;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
  /** Which bucket it is about, where it says so. */
  bucketName: string | undefined;
  /** Where the bucket is (AWS: in a header, or in the body). */
  region: string | undefined;
  /** Where a redirect points to. */
  location: string | undefined;
  /** When the clocks differ too much: what either said. */
  localTime: Date | undefined;
  serverTime: Date | undefined;
  /** It is about a delete marker, which has no content. */
  isMarker: boolean;
  /** The SDK has corrected its clock since. */
  clockCorrected: boolean;
}

/** Undefined when `error` is not a server's answer. */
export function readAnswer(error: unknown): ServerAnswer | undefined {
  const metadata = field(error, '$metadata');
  const response = field(error, '$response');
  const status = field(metadata, 'httpStatusCode');
  if (typeof status !== 'number') return undefined;
  const headers = field(response, 'headers');
  const json = jsonBody(field(error, '$responseBodyText'));
  const code = text(field(error, 'Code')) ?? text(field(json, 'Code')) ?? nameOf(error);
  return {
    status,
    method: text(field(field(field(response, 'body'), 'req'), 'method')),
    code,
    message:
      text(field(json, 'Message')) ??
      (json === undefined ? messageOf(error, code) : undefined) ??
      hcpMessage(headers),
    requestId: text(field(metadata, 'requestId')) ?? text(field(error, 'RequestId')),
    retryAfterMs: retryAfter(text(field(headers, 'retry-after'))),
    bucketName: text(field(error, 'BucketName')),
    region: text(field(headers, 'x-amz-bucket-region')) ?? text(field(error, 'Region')),
    location: text(field(headers, 'location')) ?? text(field(error, 'Endpoint')),
    localTime: time(field(error, 'RequestTime')),
    serverTime: time(field(error, 'ServerTime')) ?? time(field(headers, 'date')),
    isMarker: text(field(headers, 'x-amz-delete-marker')) === 'true',
    clockCorrected: field(metadata, 'clockSkewCorrected') === true,
  };
}

/** The SDK puts the code into the name; without one it makes up `Unknown`, and what it cannot parse has no `$fault`. */
function nameOf(error: unknown): string | undefined {
  const name = field(error, '$fault') === undefined ? undefined : text(field(error, 'name'));
  return name?.startsWith('Unknown') === true ? undefined : name;
}

/** Ceph answers in JSON when it refuses a request before it knows that S3 is spoken (a NUL in a key). */
function jsonBody(body: unknown): unknown {
  if (typeof body !== 'string' || !body.startsWith('{')) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown, code: string | undefined): string | undefined {
  // Without a code the text is the SDK's own (a body that it could not parse), not the server's.
  if (code === undefined) return undefined;
  const message = text(field(error, 'message'));
  return message === undefined || message === 'UnknownError' || message === code ? undefined : message;
}

/** HCP: what is in no body ("HCP product-specific response headers" of its Management API Reference). */
function hcpMessage(headers: unknown): string | undefined {
  return text(field(headers, 'x-hcp-errormessage'));
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/u.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** S3 writes times as ISO 8601, and RequestTime as in the signature (`20260102T030405Z`). */
function time(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value !== 'string') return undefined;
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(value);
  const [, y, mo, d, h, mi, s] = basic ?? [];
  const at = new Date(basic === null ? value : `${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function field(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
