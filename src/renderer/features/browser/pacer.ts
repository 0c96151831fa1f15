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

interface SliceOptions {
  signal: AbortSignal;
  isEnough: () => boolean;
  onSlice: (isThrough: boolean) => void;
}

/**
 * Does work that comes in short steps, in slices as well; the first one at once. It stops where the signal is aborted.
 *
 * @param isEnough ends the first slice early: there is something to show
 * @param onSlice called after each slice, with whether the work is through
 */
export function inSlices(steps: Iterator<void, void>, { signal, isEnough, onSlice }: SliceOptions): void {
  let isFirst = true;
  const slice = () => {
    if (signal.aborted) return;
    const start = performance.now();
    let isThrough = false;
    while (!isThrough && performance.now() - start < SLICE_MS && !(isFirst && isEnough()))
      isThrough = steps.next().done === true;
    isFirst = false;
    onSlice(isThrough);
    if (!isThrough) setTimeout(slice);
  };
  slice();
}
