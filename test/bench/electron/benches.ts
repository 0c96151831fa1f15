import { openDisplay } from '#scripts/lib/display.ts';
import { electronRuntime } from '#scripts/lib/electron-runtime.ts';
import { type Benches, type OpenBench, Skip } from '../bench.ts';
import { startServer } from '../server.ts';
import { startSubjects } from './start.ts';
import { measureWindow } from './window.ts';

const MILLION = 1_000_000;

/** What is measured in the built app's own window (`npm run build` first). */
export const electronBenches: Benches = {
  window: {
    title: 'Open a prefix of 1,000,000 keys in the window',
    targets: [
      { figure: 'firstRowsMs', atMost: 300 },
      { figure: 'frameP95Ms', atMost: 32 },
      { figure: 'filterMs', atMost: 50 },
      { figure: 'rendererMB', atMost: 400 },
      { figure: 'loopP99Ms', atMost: 20 },
    ],
    open: async ({ latencyMs = 0 }) => {
      const display = await displayFor();
      const server = await startServer({ keys: MILLION, latencyMs });
      return {
        n: '1,000,000 objects',
        server: `from memory, in another process, ${latencyMs} ms latency`,
        subjects: [{ name: 'cooper', run: () => measureWindow(server.endpoint, MILLION) }],
        missing: [],
        stop: async () => {
          await server.stop();
          display.stop();
        },
      } satisfies OpenBench;
    },
  },
  start: {
    title: 'Start to a usable window',
    targets: [{ figure: 'startMs', atMost: 2, comparedTo: 'empty' }],
    open: async () => {
      const display = await displayFor();
      const { subjects, remove } = await startSubjects();
      return {
        n: 'a start',
        server: 'none',
        subjects,
        missing: [],
        stop: async () => {
          await remove();
          display.stop();
        },
      };
    },
  },
};

/** @throws Skip without an Electron or a display */
async function displayFor(): Promise<Awaited<ReturnType<typeof openDisplay>>> {
  try {
    electronRuntime();
    const display = await openDisplay();
    Object.assign(process.env, display.env);
    return {
      ...display,
      stop: () => {
        // The next bench of this run would take the display that has ended for one that is there.
        for (const name of Object.keys(display.env)) delete process.env[name];
        display.stop();
      },
    };
  } catch (error) {
    throw new Skip(error instanceof Error ? error.message : String(error));
  }
}
