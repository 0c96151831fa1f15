import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { percentDecode, uriEncode, uriEncodePath } from '../encoding.ts';
import type { RequestHead } from '../request.ts';

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** `YYYYMMDD/region/service/aws4_request` */
export interface Scope {
  date: string;
  region: string;
  service: string;
}

export interface Credential extends Scope {
  accessKeyId: string;
}

/** Takes a credential apart from its end, for an access key may hold slashes itself. */
export function parseCredential(text: string): Credential | undefined {
  const parts = text.split('/');
  const [date, region, service, end] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (date === undefined || region === undefined || service === undefined || accessKeyId === '')
    return undefined;
  if (end !== 'aws4_request' || !/^\d{8}$/.test(date)) return undefined;
  return { accessKeyId, date, region, service };
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** Reads `20260131T235959Z`; milliseconds since 1970. */
export function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The canonical form of a request that its signature is made over.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header".
 */
export function canonicalRequest(
  head: RequestHead,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const query = head.query.pairs
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, av], [b, bv]) => compareText(a, b) || compareText(av, bv))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${canonicalValue(head.headers.get(name) ?? '')}\n`);
  return [
    head.method,
    uriEncodePath(percentDecode(head.rawPath)),
    query,
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalValue(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '').replace(/ {2,}/g, ' ');
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function stringToSign(timestamp: string, scope: Scope, canonical: string | Buffer): string {
  return [ALGORITHM, timestamp, scopeText(scope), sha256Hex(canonical)].join('\n');
}

export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Compares without telling by its time how much is right. */
export function sameSignature(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

const keys = new Map<string, Buffer>();

/** The key of a day, region and service; the last ones made are kept. */
export function signingKey(secret: string, scope: Scope): Buffer {
  const name = `${secret} ${scopeText(scope)}`;
  let key = keys.get(name);
  if (key === undefined) {
    const hmac = (with_: Buffer | string, text: string) => createHmac('sha256', with_).update(text).digest();
    key = hmac(hmac(hmac(hmac(`AWS4${secret}`, scope.date), scope.region), scope.service), 'aws4_request');
    if (keys.size >= 100) keys.clear();
    keys.set(name, key);
  }
  return key;
}
