import { useEffect, useState } from 'react';
import { failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import { useObjects, type ObjectRef } from './store.ts';

export type Asked<T> =
  { state: 'asking' } | { state: 'ready'; value: T } | { state: 'failed'; failure: Failure };

/**
 * What a server says of an object, asked again when objects may have changed; the old answer stays until then. `ask`
 * must be the same function each time.
 */
export function useAsked<T>(
  ref: ObjectRef,
  ask: (ref: ObjectRef, signal: AbortSignal) => Promise<T>,
): { asked: Asked<T>; again: () => void } {
  const [asked, setAsked] = useState<Asked<T>>({ state: 'asking' });
  const [tries, setTries] = useState(0);
  const revision = useObjects((state) => state.revision);
  const { connectionId, bucket, key, versionId } = ref;
  useEffect(() => setAsked({ state: 'asking' }), [connectionId, bucket, key, versionId]);
  useEffect(() => {
    const abort = new AbortController();
    ask({ connectionId, bucket, key, versionId }, abort.signal)
      .then((value) => {
        if (!abort.signal.aborted) setAsked({ state: 'ready', value });
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setAsked({ state: 'failed', failure: failureOf(error) });
      });
    return () => abort.abort();
  }, [connectionId, bucket, key, versionId, ask, revision, tries]);
  return { asked, again: () => setTries(tries + 1) };
}
