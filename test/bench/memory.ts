import { memoryAccess } from './access.ts';
import type { Bench, Subject, Target } from './bench.ts';
import { measureScript } from './measure.ts';
import { peers } from './peers.ts';
import { type BenchServer, startServer } from './server.ts';
import { type ServerOptions, serverFlags } from './server/options.ts';
import type { EngineTask } from './subjects/engine.ts';

/** Event-loop delay of the process that works, which in the app is the main process. */
export const LOOP: Target = { figure: 'loopP99Ms', atMost: 20 };

interface MemoryBench extends Pick<Bench, 'title' | 'targets' | 'isUsual'> {
  n: string;
  server: Partial<ServerOptions> & { latencyMs: number };
  /** What is measured; what `peer` makes only where its program is installed. */
  subjects: (server: BenchServer, options: Partial<ServerOptions>) => (Subject & { program?: string })[];
}

/** A bench on one memory server. */
export function memoryBench({ n, server: usual, subjects, ...about }: MemoryBench): Bench {
  return {
    ...about,
    open: async ({ latencyMs = usual.latencyMs }) => {
      const options = { ...usual, latencyMs };
      const server = await startServer(options);
      const all = subjects(server, options);
      const own = all.filter(({ program }) => program === undefined);
      const others = await peers(
        all.flatMap((subject) =>
          subject.program === undefined ? [] : [{ ...subject, program: subject.program }],
        ),
      );
      return {
        n,
        server: `from memory, in another process, ${latencyMs} ms latency`,
        subjects: [...own, ...others.subjects],
        missing: others.missing,
        stop: server.stop,
      };
    },
  };
}

/** Cooper's engine on a memory server. */
export function engine(
  { endpoint }: BenchServer,
  request: EngineTask['request'],
  expects: EngineTask['expects'] = {},
): Subject {
  const task: EngineTask = { access: memoryAccess(endpoint), request, expects };
  return { name: 'cooper', run: () => measureScript('subjects/engine.ts', [JSON.stringify(task)]) };
}

/** What a first version on the SDK does. */
export function baseline({ endpoint }: BenchServer, kind: 'count' | 'zip' | 'download'): Subject {
  const access = JSON.stringify(memoryAccess(endpoint));
  return { name: 'baseline', run: () => measureScript('subjects/sdk.ts', [kind, access]) };
}

/** The same bytes over the same sockets. */
export function floor(
  { endpoint }: BenchServer,
  kind: 'list' | 'objects',
  options: Partial<ServerOptions>,
): Subject {
  const args = [kind, endpoint, ...serverFlags(options)];
  return { name: 'floor', run: () => measureScript('subjects/floor.ts', args) };
}
