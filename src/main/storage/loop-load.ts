import { performance } from 'node:perf_hooks';

/** Over less time than that nothing can be said, ms. */
const WINDOW_MS = 10;
const BUSY = 0.9;

/**
 * Tells whether this process is all but busy with what it has to do: then what is asked for in addition only waits. It
 * looks at the time since it was asked before, 10 ms at least.
 */
export function loopLoad(): () => boolean {
  let before = performance.eventLoopUtilization();
  let isBusy = false;
  return () => {
    const { idle, active, utilization } = performance.eventLoopUtilization(before);
    if (idle + active < WINDOW_MS) return isBusy;
    isBusy = utilization > BUSY;
    before = performance.eventLoopUtilization();
    return isBusy;
  };
}
