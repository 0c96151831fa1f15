import { openDisplay } from '#scripts/lib/display.ts';
import { electronRuntime } from '#scripts/lib/electron-runtime.ts';

/**
 * Vitest's global set-up for tests that open windows: a display for them, virtual where there is none.
 *
 * @throws Error before any test runs, when there is no Electron or no display to be had
 */
export async function setup(): Promise<() => void> {
  electronRuntime();
  const display = await openDisplay();
  Object.assign(process.env, display.env);
  return display.stop;
}
