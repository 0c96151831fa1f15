import { percentDecode } from './encoding.ts';
import { S3Error } from './errors.ts';

/** A request's head, as it came over the wire and as it is meant. */
export interface RequestHead {
  method: string;
  /** The path as it was sent. */
  rawPath: string;
  query: Query;
  headers: Headers;
  /** Empty for requests to the service. */
  bucket: string;
  /** Empty for requests to a bucket. */
  key: string;
}

/** Header values by lower-case name; several of a name are joined by a comma. Bytes are Latin-1, as Node gives them. */
export type Headers = ReadonlyMap<string, string>;

/** The parameters of a query, decoded, in the order in which they came. */
export class Query {
  readonly pairs: readonly (readonly [name: string, value: string])[];

  /** @throws S3Error InvalidURI */
  constructor(raw: string) {
    this.pairs = raw
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=');
        const name = at === -1 ? part : part.slice(0, at);
        const value = at === -1 ? '' : part.slice(at + 1);
        return [decodeForm(name), decodeForm(value)];
      });
  }

  get(name: string): string | undefined {
    return this.pairs.find(([other]) => other === name)?.[1];
  }

  has(name: string): boolean {
    return this.pairs.some(([other]) => other === name);
  }
}

const decodeForm = (text: string) => percentDecode(text.replaceAll('+', ' '));

/**
 * Reads what a request is about. The bucket is in the path, or, for a host such as `bucket.localhost`, in the host
 * (Amazon S3 User Guide, "Virtual hosting of buckets").
 *
 * @throws S3Error InvalidURI
 */
export function parseHead(method: string, url: string, rawHeaders: readonly string[]): RequestHead {
  // A request through a proxy carries the whole address.
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const at = target.indexOf('?');
  const rawPath = at === -1 ? target : target.slice(0, at);
  const query = new Query(at === -1 ? '' : target.slice(at + 1));
  const headers = collectHeaders(rawHeaders);
  const path = percentDecode(rawPath);
  if (!path.startsWith('/')) throw new S3Error('InvalidURI');
  const inHost = bucketOfHost(headers.get('host') ?? '');
  if (inHost !== undefined) {
    return { method, rawPath, query, headers, bucket: inHost, key: path.slice(1) };
  }
  const slash = path.indexOf('/', 1);
  const bucket = slash === -1 ? path.slice(1) : path.slice(1, slash);
  return { method, rawPath, query, headers, bucket, key: slash === -1 ? '' : path.slice(slash + 1) };
}

function bucketOfHost(host: string): string | undefined {
  return /^(.+)\.localhost(:\d+)?$/i.exec(host)?.[1]?.toLowerCase();
}

function collectHeaders(raw: readonly string[]): Headers {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
