import { memoryAccess, rcloneEnv } from '../access.ts';
import type { Benches } from '../bench.ts';
import { measureCommand, measureScript } from '../measure.ts';
import { baseline, engine, floor, LOOP, memoryBench } from '../memory.ts';
import { inScratch } from '../peers.ts';
import { DEFLATE_ENTRIES, MANY_ENTRIES, STREAM_CHUNK_BYTES, STREAM_CHUNKS } from '../zip-cases.ts';

const OBJECTS = 10_000;
const KIB = 1024;
const zip = { kind: 'zip', prefix: '' };

export const zipBenches: Benches = {
  'zip-jpeg': memoryBench({
    title: 'ZIP of 10,000 × 16 KiB JPEG, 20 ms latency',
    n: '10,000 objects of 16 KiB that do not deflate',
    server: { keys: OBJECTS, bytes: 16 * KIB, body: 'random', extension: 'jpg', latencyMs: 20 },
    targets: [{ against: 'baseline', atLeast: 8 }, { against: 'rclone', atLeast: 1 }, LOOP],
    subjects: (server, options) => [
      engine(server, zip, { objects: OBJECTS }),
      baseline(server, 'zip'),
      floor(server, 'objects', options),
      {
        // It has no ZIP: what it is measured by is the download into a folder.
        name: 'rclone',
        program: 'rclone',
        run: () =>
          inScratch((folder) =>
            measureCommand(
              'rclone',
              ['copy', '--fast-list', '--transfers', '64', ':s3:bench', folder],
              rcloneEnv(memoryAccess(server.endpoint)),
            ),
          ),
      },
    ],
  }),
  'zip-text': memoryBench({
    title: 'ZIP of 10,000 × 64 KiB text, no latency, deflated',
    n: '10,000 objects of 64 KiB text',
    server: { keys: OBJECTS, bytes: 64 * KIB, body: 'text', extension: 'txt', latencyMs: 0 },
    targets: [{ against: 'baseline', atLeast: 1.6 }, LOOP],
    subjects: (server) => [engine(server, zip, { objects: OBJECTS }), baseline(server, 'zip')],
  }),
  'zip-large': memoryBench({
    title: 'ZIP of one 4 GiB object, stored',
    n: 'one object of 4 GiB',
    server: { keys: 1, bytes: 4 * 2 ** 30, body: 'random', extension: 'mov', latencyMs: 0 },
    targets: [{ against: 'plain download', atLeast: 0.85 }, { figure: 'peakMB', atMost: 250 }, LOOP],
    subjects: (server, options) => [
      engine(server, zip, { objects: 1 }),
      { ...baseline(server, 'download'), name: 'plain download' },
      floor(server, 'objects', options),
    ],
  }),
  'export-memory': memoryBench({
    title: 'Memory of an export of 1,000,000 objects of 100 bytes',
    n: '1,000,000 objects of 100 bytes',
    server: { keys: 1_000_000, bytes: 100, extension: 'txt', latencyMs: 0 },
    targets: [
      { figure: 'peakMB', atMost: 350 },
      { figure: 'peakMB', atMost: 1.3, comparedTo: 'cooper, 100,000' },
      LOOP,
    ],
    subjects: (server) => [
      engine(server, zip, { objects: 1_000_000 }),
      {
        ...engine(server, { kind: 'zip', prefix: 'scans/2024/page-000' }, { objects: 100_000 }),
        name: 'cooper, 100,000',
        n: '100,000 of the objects',
      },
    ],
  }),

  'zip-container:deflate': container('deflate', `${DEFLATE_ENTRIES} entries of 16 KiB text, deflated`),
  'zip-container:stream': container(
    'stream',
    `one entry of ${(STREAM_CHUNK_BYTES * STREAM_CHUNKS) / 2 ** 30} GiB, stored`,
  ),
  'zip-container:failure': container(
    'failure',
    'one entry of three breaks off; how many of four readers complain of the ZIP then',
  ),
  'zip-container:many': container('many', `${MANY_ENTRIES} entries of 1 byte, stored`),
};

function container(part: string, n: string): Benches[string] {
  const subject = (name: string) => ({
    name,
    run: () => measureScript(`subjects/container-${name}.ts`, [part]),
  });
  return {
    title: `The ZIP writer beside archiver: ${n}`,
    targets: [],
    isUsual: false,
    open: async () => ({
      n,
      server: 'none',
      subjects: [subject('cooper'), subject('archiver')],
      missing: [],
      stop: () => {},
    }),
  };
}
