import { existsSync, readFileSync } from 'node:fs';
import type { ElectronApplication } from 'playwright';
import { peakMainMemory } from '#test/support/app.ts';
import { LOOK_MS } from '../measure.ts';

const MEMORY_LOOK_MS = 250;
const MB = 1024;

interface Watched {
  /** Call when the level is listed: by how much main's loop was late until now. */
  loaded: () => Promise<{ loopP99Ms: number; loopMaxMs: number }>;
  /** The most memory that the renderer had, and the CPU time of both processes. */
  end: () => Promise<{ rendererMB: number; rendererPssMB: number; mainPeakMB: number; cpuSeconds: number }>;
}

/** Watches the loop of the main process, the memory of the renderer, and the CPU time of both. */
export async function watchProcesses(electron: ElectronApplication): Promise<Watched> {
  const loop = await electron.evaluateHandle((_electron, resolution) => {
    const histogram = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution });
    histogram.enable();
    return histogram;
  }, LOOK_MS);
  const tell = () =>
    electron.evaluate(({ app }) => {
      const { user, system } = process.cpuUsage();
      const renderer = app.getAppMetrics().find(({ type }) => type === 'Tab');
      return {
        cpuSeconds: (user + system) / 1e6 + (renderer?.cpu.cumulativeCPUUsage ?? 0),
        pid: renderer?.pid ?? 0,
        workingSetKB: renderer?.memory.workingSetSize ?? 0,
      };
    });
  const before = await tell();
  let most = 0;
  let mostPss = 0;
  const look = () => {
    most = Math.max(most, memoryOf(before.pid, 'status', 'VmRSS'));
    mostPss = Math.max(mostPss, memoryOf(before.pid, 'smaps_rollup', 'Pss'));
  };
  const timer = setInterval(look, MEMORY_LOOK_MS);
  return {
    loaded: () =>
      loop.evaluate((histogram, lookMs) => {
        histogram.disable();
        // Node tells the time between two looks.
        return {
          loopP99Ms: Math.max(0, histogram.percentile(99) / 1e6 - lookMs),
          loopMaxMs: Math.max(0, histogram.max / 1e6 - lookMs),
        };
      }, LOOK_MS),
    end: async () => {
      clearInterval(timer);
      const after = await tell();
      return {
        rendererMB: Math.max(most, after.workingSetKB) / MB,
        rendererPssMB: mostPss / MB,
        mainPeakMB: await peakMainMemory(electron),
        cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      };
    },
  };
}

/** In KB, as Linux accounts for it; 0 elsewhere. */
function memoryOf(pid: number, file: string, field: string): number {
  const path = `/proc/${pid}/${file}`;
  if (!existsSync(path)) return 0;
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
}
