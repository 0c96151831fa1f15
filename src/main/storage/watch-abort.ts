import { setMaxListeners } from 'node:events';

interface Watched {
  watchers: Set<{ onAbort: () => void }>;
  listener: () => void;
}

const watched = new WeakMap<AbortSignal, Watched>();

/**
 * Calls `onAbort` when the signal is aborted; never where it is aborted already. However many watch a signal, it has one
 * listener: what one of many costs to be removed grows with how many they are.
 *
 * @returns ends the watch. The last one takes the listener from the signal.
 */
export function watchAbort(signal: AbortSignal | undefined, onAbort: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => undefined;
  const { watchers, listener } = watched.get(signal) ?? listenTo(signal);
  const watcher = { onAbort };
  watchers.add(watcher);
  return () => {
    if (!watchers.delete(watcher) || watchers.size > 0 || signal.aborted) return;
    signal.removeEventListener('abort', listener);
    watched.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Watched {
  const watchers: Watched['watchers'] = new Set();
  // A watch that ends while others are called is over: a Set leaves out what was deleted meanwhile.
  const listener = () => {
    for (const { onAbort } of watchers) onAbort();
  };
  const made = { watchers, listener };
  watched.set(signal, made);
  // Others may listen themselves: more than ten at once are no leak, which Node would warn of.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return made;
}
