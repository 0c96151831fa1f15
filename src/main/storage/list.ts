import type { ListPage, ListedObject } from '#shared/objects.ts';
import { StorageError } from './errors.ts';
import type { CallOptions, ListPageInput, Storage } from './storage.ts';

export interface ListOptions extends CallOptions {
  /** Ask for the next page while the last one is being worked on. Default: true. */
  prefetch?: boolean | undefined;
}

/**
 * All pages of a listing, from `input.token` on, one page ahead of the consumer. Pages may be empty though more follow.
 *
 * @throws StorageError; of kind `server-error` when the server goes in a circle, which would never end.
 */
export function listPages(
  storage: Storage,
  input: ListPageInput,
  options: ListOptions = {},
): AsyncGenerator<ListPage, void, undefined> {
  return pagesOf((token, signal) => storage.listPage({ ...input, token }, { signal }), {
    ...options,
    bucket: input.bucket,
    token: input.token,
  });
}

/**
 * All pages of whatever comes in pages, one page ahead of the consumer.
 *
 * @param fetchPage asks for the page that a token names; without one, for the first.
 * @throws what `fetchPage` throws; StorageError `server-error` when the server goes in a circle, which would never end.
 */
export async function* pagesOf<Page extends { nextToken?: string }>(
  fetchPage: (token: string | undefined, signal: AbortSignal) => Promise<Page>,
  { bucket, token, signal, prefetch = true }: ListOptions & { bucket: string; token?: string | undefined },
): AsyncGenerator<Page, void, undefined> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  const circle = circleDetector(bucket);
  const fetch = (next: string | undefined) => fetchPage(next, stop.signal);
  let ahead: Promise<Page> | undefined;

  signal?.throwIfAborted();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    let page = await fetch(token);
    for (;;) {
      const { nextToken } = page;
      if (nextToken !== undefined) {
        circle.check(nextToken);
        if (prefetch) ahead = settledLater(fetch(nextToken));
      }
      yield page;
      signal?.throwIfAborted();
      if (nextToken === undefined) return;
      page = await (ahead ?? fetch(nextToken));
      ahead = undefined;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort(new DOMException('The listing was left.', 'AbortError'));
    await ahead?.catch(() => undefined);
  }
}

/** All objects under a prefix (with a delimiter: those of one level, without its folders). */
export async function* listObjects(
  storage: Storage,
  input: ListPageInput,
  options: ListOptions = {},
): AsyncGenerator<ListedObject, void, undefined> {
  for await (const page of listPages(storage, input, options)) yield* page.objects;
}

/**
 * Notices that tokens come round again, whatever the length of the circle, while keeping only one of them
 * (R. P. Brent, "An improved Monte Carlo factorization algorithm", 1980, section 2).
 */
function circleDetector(bucket: string): { check: (token: string) => void } {
  let kept: string | undefined;
  let steps = 0;
  let keepAt = 1;
  return {
    check(token) {
      if (token === kept) {
        throw new StorageError({
          kind: 'server-error',
          operation: 'list',
          bucket,
          message: `The listing of bucket “${bucket}” goes in a circle: the server sent the same pages again.`,
          retryable: false,
        });
      }
      steps += 1;
      if (steps === keepAt) {
        kept = token;
        keepAt *= 2;
      }
    },
  };
}

/** The same promise, of which nobody may ever ask the outcome. */
function settledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
