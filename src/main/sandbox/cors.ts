import { S3Error } from './errors.ts';
import type { Reply } from './reply.ts';
import type { RequestHead } from './request.ts';
import type { BucketStore } from './store/bucket-store.ts';
import type { CorsRule } from './store/version.ts';

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/**
 * Answers OPTIONS, which nobody signs.
 * Source: Amazon S3 API Reference, "OPTIONS object"; the Fetch standard, "CORS protocol".
 *
 * @throws S3Error AccessForbidden when no rule allows it.
 */
export function preflight({ headers }: RequestHead, bucket: BucketStore | undefined): Reply {
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === undefined) {
    throw new S3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' });
  }
  if (method === undefined) {
    throw new S3Error('BadRequest', { message: 'Invalid Access-Control-Request-Method: null' });
  }
  const cors = bucket?.settings.cors;
  if (cors === undefined) {
    throw new S3Error('AccessForbidden', { message: 'CORSResponse: CORS is not enabled for this bucket.' });
  }
  const wanted = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = cors.find(
    (each) =>
      allows(each, origin, method) &&
      wanted.every((name) => each.allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
  if (rule === undefined) {
    throw new S3Error('AccessForbidden', {
      message:
        'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, ' +
        'request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by ' +
        "the resource's CORS spec.",
    });
  }
  const answer = originHeaders(rule, origin);
  if (wanted.length > 0) answer['access-control-allow-headers'] = wanted.join(', ');
  if (rule.maxAgeSeconds !== undefined) answer['access-control-max-age'] = String(rule.maxAgeSeconds);
  return { status: 200, headers: answer };
}

/** What is added to the answer of a request from a page of another origin. */
export function corsHeaders(
  { headers, method }: RequestHead,
  bucket: BucketStore | undefined,
): Record<string, string> {
  const origin = headers.get('origin');
  if (origin === undefined) return {};
  const rule = bucket?.settings.cors?.find((each) => allows(each, origin, method));
  if (rule === undefined) return {};
  const answer = originHeaders(rule, origin);
  if (rule.exposeHeaders.length > 0) answer['access-control-expose-headers'] = rule.exposeHeaders.join(', ');
  return answer;
}

function originHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const isAny = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(!isAny && { 'access-control-allow-credentials': 'true' }),
    vary: VARY,
  };
}

function allows(rule: CorsRule, origin: string, method: string): boolean {
  return (
    rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => matches(pattern, origin))
  );
}

/** At most one `*`, for any characters. */
function matches(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
