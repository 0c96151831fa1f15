import type { S3Settings } from '#shared/connection.ts';
import { percentEncoded } from '../input.ts';

/** Where requests about a bucket go. */
export interface Target {
  protocol: string;
  hostname: string;
  port: number | undefined;
  /** The `Host` header. */
  host: string;
  /** What the key's path goes after: ends in no slash. */
  path: string;
}

/** Names that mean nothing else to the SDK: those with `--` are S3 Express's, or belong to tables and Outposts. */
const PLAIN = /^(?!.*--)[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/u;
/** What can be a part of a host's name, with no dot that a certificate for `*.host` would not cover. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/u;
const ADDRESS = /^\[|^\d+\.\d+\.\d+\.\d+$/u;

/**
 * Where the SDK would send requests about this bucket; undefined where its own rules are better asked.
 * @param endpoint as `parseEndpoint` gives it
 */
export function targetOf(
  endpoint: URL,
  bucket: string,
  addressing: S3Settings['addressing'],
): Target | undefined {
  if (!PLAIN.test(bucket)) return undefined;
  const { protocol, hostname, host } = endpoint;
  const port = endpoint.port === '' ? undefined : Number(endpoint.port);
  const base = endpoint.pathname.replace(/\/+$/u, '');
  if (addressing === 'path') return { protocol, hostname, port, host, path: `${base}/${bucket}` };
  if (!HOST_LABEL.test(bucket) || ADDRESS.test(hostname)) return undefined;
  return { protocol, hostname: `${bucket}.${hostname}`, port, host: `${bucket}.${host}`, path: base };
}

/** A key as a path has it: nothing is resolved, its slashes stay. */
export function keyPath(key: string): string {
  return /^[\w.~/-]*$/u.test(key) ? key : percentEncoded(key).replaceAll('%2F', '/');
}

/** A query as SigV4 sorts it; undefined parameters are left out. Names are plain ASCII. */
export function queryOf(parameters: Record<string, string | undefined>): string {
  return Object.keys(parameters)
    .sort()
    .flatMap((name) => {
      const value = parameters[name];
      return value === undefined ? [] : [`${name}=${percentEncoded(value)}`];
    })
    .join('&');
}
