import { memoryAccess, rcloneEnv } from '../access.ts';
import type { Benches, Sample, Subject } from '../bench.ts';
import { measureCommand, measureScript } from '../measure.ts';
import { engine, LOOP } from '../memory.ts';
import { peers, scaled } from '../peers.ts';
import { type BenchServer, startServer } from '../server.ts';

const VERSIONS = 100_000;
const ONE_BY_ONE = 2000;

/** Each run finds everything there. */
function anew(server: BenchServer, subject: Subject): Subject {
  const run = async (): Promise<Sample> => {
    await server.reset();
    return subject.run();
  };
  return { ...subject, run };
}

export const emptyBenches: Benches = {
  empty: {
    title: 'Empty a bucket of 100,000 versions',
    targets: [{ against: 'one DELETE each', atLeast: 50 }, { against: 'rclone', atLeast: 1 }, LOOP],
    open: async ({ latencyMs = 0 }) => {
      const versioned = await startServer({ keys: VERSIONS / 5, versions: 5, latencyMs });
      const plain = await startServer({ keys: VERSIONS, latencyMs });
      const access = JSON.stringify(memoryAccess(versioned.endpoint));
      const others = await peers([
        {
          ...anew(plain, {
            name: 'rclone',
            n: '100,000 objects in a bucket without versions',
            run: () =>
              measureCommand('rclone', ['purge', ':s3:bench'], rcloneEnv(memoryAccess(plain.endpoint))),
          }),
          program: 'rclone',
        },
      ]);
      return {
        n: '100,000 versions of 20,000 objects',
        server: `from memory, in another process, ${latencyMs} ms latency`,
        subjects: [
          anew(versioned, engine(versioned, { kind: 'delete-bucket', confirm: 'bench' })),
          anew(versioned, {
            name: 'one DELETE each',
            n: `${ONE_BY_ONE} of the versions, times ${VERSIONS / ONE_BY_ONE}`,
            run: async () =>
              scaled(
                await measureScript('subjects/sdk.ts', ['delete', access, String(ONE_BY_ONE)]),
                VERSIONS / ONE_BY_ONE,
              ),
          }),
          ...others.subjects,
        ],
        missing: others.missing,
        stop: async () => {
          await versioned.stop();
          await plain.stop();
        },
      };
    },
  },
};
