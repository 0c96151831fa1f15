import { awsEnv, memoryAccess, rcloneEnv } from '../access.ts';
import type { Benches, Subject } from '../bench.ts';
import { measureCommand } from '../measure.ts';
import { baseline, engine, floor, LOOP, memoryBench } from '../memory.ts';
import { scaled } from '../peers.ts';
import type { BenchServer } from '../server.ts';

const MILLION = 1_000_000;
/** aws-cli takes minutes for a million. */
const FOR_AWS = { prefix: 'scans/2024/page-000', keys: 100_000 };

type Peer = Subject & { program: string };

function rclone({ endpoint }: BenchServer, flags: string[] = []): Peer {
  const run = () =>
    measureCommand('rclone', ['size', ...flags, ':s3:bench'], rcloneEnv(memoryAccess(endpoint)));
  return { name: 'rclone', program: 'rclone', run };
}

function aws({ endpoint }: BenchServer): Peer {
  const args = ['--endpoint-url', endpoint, 's3', 'ls', '--recursive', '--summarize'];
  const run = async () =>
    scaled(
      await measureCommand('aws', [...args, `s3://bench/${FOR_AWS.prefix}`], awsEnv(memoryAccess(endpoint))),
      MILLION / FOR_AWS.keys,
    );
  const times = MILLION / FOR_AWS.keys;
  return { name: 'aws', program: 'aws', run, n: `100,000 of the objects, times ${times}` };
}

const count = (server: BenchServer, keys: number) =>
  engine(server, { kind: 'count', prefix: '' }, { objects: keys });

export const countBenches: Benches = {
  'count-flat': memoryBench({
    title: 'Count 1,000,000 keys, flat, no latency',
    n: '1,000,000 objects',
    server: { keys: MILLION, latencyMs: 0 },
    targets: [
      { against: 'rclone', atLeast: 8 },
      { against: 'aws', atLeast: 50 },
      { against: 'baseline', atLeast: 6 },
      { against: 'floor', atLeast: 0.7 },
      LOOP,
    ],
    subjects: (server, options) => [
      count(server, MILLION),
      baseline(server, 'count'),
      floor(server, 'list', options),
      rclone(server, ['--fast-list']),
      aws(server),
    ],
  }),
  'count-folders': memoryBench({
    title: 'Count 1,000,000 keys in 1,000 folders, 20 ms latency',
    n: '1,000,000 objects in 1,000 folders',
    server: { keys: MILLION, folders: 1000, latencyMs: 20 },
    targets: [{ against: 'baseline', atLeast: 10 }, { against: 'rclone', atLeast: 5 }, LOOP],
    // Without --fast-list rclone lists folders at the same time, which is quicker here.
    subjects: (server, options) => [
      count(server, MILLION),
      baseline(server, 'count'),
      floor(server, 'list', options),
      rclone(server),
    ],
  }),
  'count-latency': memoryBench({
    title: 'Count 1,000,000 keys, flat, 20 ms latency',
    n: '1,000,000 objects',
    server: { keys: MILLION, latencyMs: 20 },
    targets: [{ against: 'baseline', atLeast: 5 }, LOOP],
    subjects: (server, options) => [
      count(server, MILLION),
      baseline(server, 'count'),
      floor(server, 'list', options),
    ],
  }),
  'count-10m': memoryBench({
    title: 'Count 10,000,000 keys, flat, no latency',
    n: '10,000,000 objects',
    isUsual: false,
    server: { keys: 10 * MILLION, latencyMs: 0 },
    targets: [LOOP],
    subjects: (server, options) => [count(server, 10 * MILLION), floor(server, 'list', options)],
  }),
};
