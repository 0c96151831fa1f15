import type { S3Settings } from '#shared/connection.ts';
import { StorageError } from '../errors.ts';

/**
 * The endpoint as requests are made from it: without a slash at its end. A base path (`https://host/storage/s3`) stays
 * in front of the bucket.
 *
 * @throws StorageError (`invalid-input`) for what an endpoint cannot have: a user, a query, a fragment.
 */
export function parseEndpoint({ endpoint }: Pick<S3Settings, 'endpoint'>): URL {
  const url = parseUrl(endpoint, 'endpoint');
  if (url.username !== '' || url.password !== '') {
    throw invalid('The endpoint holds a user name or password. Put the keys into their own fields.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalid(`The endpoint “${endpoint}” has a part after “?” or “#”. Leave that out.`);
  }
  url.pathname = url.pathname.replace(/\/+$/u, '');
  return url;
}

/** The proxy's address; it may carry a user and a password for the proxy. */
export function parseProxy({ proxy }: Pick<S3Settings, 'proxy'>): URL | undefined {
  return proxy === undefined ? undefined : parseUrl(proxy, 'proxy');
}

function parseUrl(text: string, what: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw invalid(`The ${what} is not an address such as https://storage.example:9000.`, error);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`The ${what} “${url.host}” has to start with https:// or http://.`);
  }
  return url;
}

function invalid(message: string, cause?: unknown): StorageError {
  return new StorageError({ kind: 'invalid-input', operation: 'connect', message, cause });
}
