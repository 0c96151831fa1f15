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
  const [answer, setAnswer] = useState<{ to: string; asked: Asked<T> }>();
  const [tries, setTries] = useState(0);
  const revision = useObjects((state) => state.revision);
  const { connectionId, bucket, key, versionId } = ref;
  const question = JSON.stringify([connectionId, bucket, key, versionId]);
  useEffect(() => {
    const abort = new AbortController();
    const put = (asked: Asked<T>) => {
      if (!abort.signal.aborted) setAnswer({ to: question, asked });
    };
    const run = async () => {
      try {
        put({ state: 'ready', value: await ask({ connectionId, bucket, key, versionId }, abort.signal) });
      } catch (error) {
        put({ state: 'failed', failure: failureOf(error) });
      }
    };
    void run();
    return () => abort.abort();
  }, [connectionId, bucket, key, versionId, question, ask, revision, tries]);
  const asked: Asked<T> = answer?.to === question ? answer.asked : ASKING;
  return { asked, again: () => setTries(tries + 1) };
}

const ASKING = { state: 'asking' } as const;
