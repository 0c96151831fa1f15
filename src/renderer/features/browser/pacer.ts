/** How long work may hold the window before it lets input and frames through. */
const SLICE_MS = 10;

/**
 * For long work on the window's own thread: call the function it gives now and then, and await it. It returns at
 * once while the slice lasts, and gives way when it is over. Throws the signal's reason on abort.
 */
export function pacer(signal: AbortSignal): () => Promise<void> {
  let start = performance.now();
  return async () => {
    if (performance.now() - start >= SLICE_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      start = performance.now();
    }
    signal.throwIfAborted();
  };
}
