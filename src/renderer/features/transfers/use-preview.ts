import { useEffect, useEffectEvent, useState } from 'react';
import { failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';

interface Subscription {
  unsubscribe: () => void;
}
interface Handlers<T> {
  onData: (seen: T) => void;
  onError: (error: unknown) => void;
}
interface Found<State> {
  name: string;
  seen: State | undefined;
  failure?: Failure;
}

/**
 * Follows a preview while a dialog shows it, and begins anew when `of`, which names what is asked, changes.
 * `again` asks once more. Without `subscribe` nothing is asked.
 */
export function usePreview<T, State = T>(
  of: string,
  subscribe: ((handlers: Handlers<T>) => Subscription) | undefined,
  add: (before: State | undefined, seen: T) => State,
): { seen: State | undefined; failure: Failure | undefined; again: () => void } {
  const [tries, setTries] = useState(0);
  const name = `${tries}\n${of}`;
  const [found, setFound] = useState<Found<State>>({ name, seen: undefined });
  const begin = useEffectEvent((asked: string) => {
    let seen: State | undefined;
    return subscribe?.({
      onData: (more) => {
        seen = add(seen, more);
        setFound({ name: asked, seen });
      },
      onError: (error) => setFound({ name: asked, seen, failure: failureOf(error) }),
    });
  });
  useEffect(() => {
    const subscription = begin(name);
    return () => subscription?.unsubscribe();
  }, [name]);
  const isOfThis = found.name === name;
  return {
    seen: isOfThis ? found.seen : undefined,
    failure: isOfThis ? found.failure : undefined,
    again: () => setTries(tries + 1),
  };
}
