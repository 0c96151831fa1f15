import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface SigningKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  region: string;
  /** Default: `s3`. */
  service?: string | undefined;
}

export interface Signable {
  method: string;
  /** As it is sent: percent-encoded. */
  path: string;
  /** As it is sent: percent-encoded, its parameters sorted; `''` for none. */
  query: string;
  /** Names in lower case. `host` has to be among them. */
  headers: Record<string, string>;
  /** The SHA-256 of the body in hex, or what S3 takes in its place. */
  payloadHash: string;
}

/** For a body that is not read before it is sent ("Signature Calculations for the Authorization Header"). */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
export const EMPTY_PAYLOAD = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What proxies on the way may change, or the signature itself: the SDK leaves the same ones out. */
const UNSIGNED: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

/**
 * Signs requests by Signature Version 4 ("Authenticating Requests: Using the Authorization Header", Amazon S3 API
 * Reference): the path is taken as it is. The signing key is derived once a day.
 */
export class Signer {
  readonly #keys: SigningKeys;
  readonly #service: string;
  #day = '';
  #scope = '';
  #key: KeyObject | undefined;
  #second = Number.NaN;
  #time = '';

  constructor(keys: SigningKeys) {
    this.#keys = keys;
    this.#service = keys.service ?? 's3';
  }

  /** Adds the headers of the signature to those of the request. @param at ms since 1970, by the server's clock. */
  sign(request: Signable, at: number): void {
    const { headers, payloadHash } = request;
    const { accessKeyId, sessionToken } = this.#keys;
    const time = this.#timeAt(at);
    const key = this.#keyOf(time.slice(0, 8));
    headers['x-amz-date'] = time;
    headers['x-amz-content-sha256'] = payloadHash;
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;

    const names = Object.keys(headers)
      .filter((name) => !UNSIGNED.has(name))
      .sort();
    const signed = names.join(';');
    let canonical = `${request.method}\n${request.path}\n${request.query}\n`;
    for (const name of names) canonical += `${name}:${collapsed(headers[name] ?? '')}\n`;
    canonical += `\n${signed}\n${payloadHash}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${this.#scope}\n${sha256(canonical)}`;
    const signature = createHmac('sha256', key).update(text).digest('hex');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${this.#scope}, SignedHeaders=${signed}, Signature=${signature}`;
  }

  /** `20260102T030405Z` */
  #timeAt(at: number): string {
    const second = Math.floor(at / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#time = `${new Date(second * 1000).toISOString().slice(0, 19).replace(/[-:]/gu, '')}Z`;
    }
    return this.#time;
  }

  #keyOf(day: string): KeyObject {
    if (this.#key !== undefined && this.#day === day) return this.#key;
    const { secretAccessKey, region } = this.#keys;
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const ofService = hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), this.#service);
    this.#key = createSecretKey(hmac(ofService, 'aws4_request'));
    this.#day = day;
    this.#scope = `${day}/${region}/${this.#service}/aws4_request`;
    return this.#key;
  }
}

export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

function collapsed(value: string): string {
  return /\s\s|^\s|\s$|[^\S ]/u.test(value) ? value.trim().replace(/\s+/gu, ' ') : value;
}
