/** A request from a command to a component that owns the focus it asks for. */
function viewEvent() {
  const listeners = new Set<() => void>();
  return {
    /** Gives the function that ends the listening. */
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send: () => {
      for (const listener of listeners) listener();
    },
  };
}

/** Turn the path bar into a field. */
export const focusPathEvent = viewEvent();
/** Put the focus into the filter. */
export const focusFilterEvent = viewEvent();
