import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStorage } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { hasCeph, startCeph, stopCeph } from '#test/support/ceph.ts';
import { makeFiles } from '#test/transfers/made-files.ts';
import { type Access, accessSchema, awsEnv, rcloneEnv, settingsFor } from '../access.ts';
import { type Bench, type Benches, type Sample, Skip, type Subject } from '../bench.ts';
import { measureCommand, measureScript } from '../measure.ts';
import { LOOP } from '../memory.ts';
import { inScratch, peers, scratchFolder } from '../peers.ts';

const SMALL = { count: 10_000, bytes: 4 * 1024 };
const LARGE_BYTES = 2 * 2 ** 30;
/** For several of the large object, and room. */
const STORE_BYTES = 14 * 2 ** 30;
const BUCKET = 'bench';

/** A Ceph with its bucket, and what is to be moved. */
interface Place {
  access: Access;
  storage: Storage;
  /** Holds the files. */
  source: string;
  awsConfig: string;
  /** Empties the bucket below a prefix, so that no upload meets another's objects, and gives the space back. */
  clear: (prefix: string) => Promise<void>;
  stop: () => Promise<void>;
}

async function openPlace(files: { path: string; size: number }[]): Promise<Place> {
  const isGiven = process.env['S3_ENDPOINT'] !== undefined;
  if (!isGiven && !hasCeph())
    throw new Skip('needs a Ceph: on Debian as root `npm run ceph -- start FOLDER` installs it');
  const work = await scratchFolder();
  const ceph = join(work, 'ceph');
  const names = isGiven ? process.env : await startCeph(ceph, { storeBytes: STORE_BYTES });
  const access = accessSchema.parse({
    endpoint: names['S3_ENDPOINT'],
    region: names['S3_REGION'],
    accessKeyId: names['S3_ACCESS_KEY'],
    secretAccessKey: names['S3_SECRET_KEY'],
    bucket: isGiven ? `${BUCKET}-${Date.now()}` : BUCKET,
  });
  const storage = openStorage({ settings: settingsFor(access), secretAccessKey: access.secretAccessKey });
  const { bucket } = access;
  const clear = async (prefix: string) => {
    await measureScript('subjects/engine.ts', [
      JSON.stringify({ access, request: { kind: 'delete', prefix } }),
    ]);
    // What was deleted lies there for half a minute otherwise, and fills the memory.
    if (!isGiven)
      await program('radosgw-admin', ['-c', join(ceph, 'ceph.conf'), 'gc', 'process', '--include-all']);
  };
  const stop = async () => {
    try {
      if (isGiven) {
        await clear('');
        await storage.deleteBucket(bucket);
      } else await stopCeph(ceph);
    } finally {
      storage.close();
      await rm(work, { recursive: true, force: true });
    }
  };
  try {
    await storage.createBucket(bucket);
    const source = join(work, 'source');
    await mkdir(source);
    await makeFiles(source, files);
    const awsConfig = join(work, 'aws-config');
    await writeFile(awsConfig, '[default]\ns3 =\n  max_concurrent_requests = 32\n');
    return { access, storage, source, awsConfig, clear, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function program(command: string, args: string[]): Promise<void> {
  const [code] = (await once(spawn(command, args, { stdio: 'ignore' }), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

type Peer = Subject & { program: string };

/** Moves that each tool can do. Keys begin with the tool's name. */
function moves({ access, source, awsConfig }: Place) {
  const { bucket } = access;
  const engine = (request: object, objects: number) =>
    measureScript('subjects/engine.ts', [JSON.stringify({ access, request, expects: { objects } })]);
  const rclone = (args: string[]) => measureCommand('rclone', ['copy', ...args], rcloneEnv(access));
  const aws = (args: string[]) =>
    measureCommand('aws', ['--endpoint-url', access.endpoint, 's3', 'cp', '--recursive', ...args], {
      ...awsEnv(access),
      AWS_CONFIG_FILE: awsConfig,
    });
  const below = (prefix: string) => ({ prefix, base: prefix });
  return {
    cooper: {
      up: (objects: number) =>
        engine({ kind: 'upload', prefix: 'cooper/', paths: [join(source, 'tree')] }, objects),
      down: (objects: number, prefix = 'cooper/tree/') =>
        engine({ kind: 'fetch', ...below(prefix) }, objects),
    },
    rclone: {
      up: (flags: string[]) => rclone([...flags, join(source, 'tree'), `:s3:${bucket}/rclone/tree`]),
      down: (flags: string[], prefix = 'rclone/tree') =>
        inScratch((folder) => rclone([...flags, `:s3:${bucket}/${prefix}`, folder])),
    },
    aws: {
      up: () => aws(['--only-show-errors', join(source, 'tree'), `s3://${bucket}/aws/tree`]),
      down: (prefix = 'rclone/tree') =>
        inScratch((folder) => aws(['--only-show-errors', `s3://${bucket}/${prefix}`, folder])),
    },
  };
}

const SMALL_FILES = Array.from({ length: SMALL.count }, (_, n) => ({
  path: `tree/${n % 100}/file ${n}`,
  size: SMALL.bytes,
}));
const LARGE_FILE = [{ path: 'tree/film.mov', size: LARGE_BYTES }];
const MANY_AT_ONCE = ['--transfers', '32', '--checkers', '32', '--fast-list'];

interface CephBench extends Pick<Bench, 'title' | 'targets'> {
  n: string;
  files: { path: string; size: number }[];
  subjects: (place: Place) => Promise<{ own: Subject[]; others: Peer[] }>;
}

function cephBench({ n, files, subjects, ...about }: CephBench): Bench {
  return {
    ...about,
    open: async () => {
      const place = await openPlace(files);
      try {
        const { own, others } = await subjects(place);
        const there = await peers(others);
        return {
          n,
          server: 'Ceph',
          subjects: [...own, ...there.subjects],
          missing: there.missing,
          stop: place.stop,
        };
      } catch (error) {
        await place.stop();
        throw error;
      }
    },
  };
}

/** Removes what an upload has left, outside of its time. */
async function thenClear(place: Place, prefix: string, run: () => Promise<Sample>): Promise<Sample> {
  try {
    return await run();
  } finally {
    await place.clear(prefix);
  }
}

export const cephBenches: Benches = {
  'ceph-small-up': cephBench({
    title: 'Upload of 10,000 × 4 KiB to Ceph',
    n: '10,000 files of 4 KiB in 100 folders',
    files: SMALL_FILES,
    targets: [{ against: 'rclone', atLeast: 1 }, { against: 'aws', atLeast: 4 }, LOOP],
    subjects: async (place) => {
      const { cooper, rclone, aws } = moves(place);
      const clear = (prefix: string, run: () => Promise<Sample>) => () => thenClear(place, prefix, run);
      return {
        own: [{ name: 'cooper', run: clear('cooper/', () => cooper.up(SMALL.count)) }],
        others: [
          { name: 'rclone', program: 'rclone', run: clear('rclone/', () => rclone.up(MANY_AT_ONCE)) },
          { name: 'aws', program: 'aws', run: clear('aws/', () => aws.up()) },
        ],
      };
    },
  }),
  'ceph-small-down': cephBench({
    title: 'Download of 10,000 × 4 KiB from Ceph',
    n: '10,000 objects of 4 KiB in 100 folders',
    files: SMALL_FILES,
    targets: [{ against: 'rclone', atLeast: 1 }, { against: 'aws', atLeast: 4 }, LOOP],
    subjects: async (place) => {
      const { cooper, rclone, aws } = moves(place);
      // In one request each, so that every ETag is an MD5 that all of them can check.
      await cooper.up(SMALL.count);
      return {
        own: [{ name: 'cooper', run: () => cooper.down(SMALL.count) }],
        others: [
          { name: 'rclone', program: 'rclone', run: () => rclone.down(MANY_AT_ONCE, 'cooper/tree') },
          { name: 'aws', program: 'aws', run: () => aws.down('cooper/tree') },
        ],
      };
    },
  }),
  'ceph-large-up': cephBench({
    title: 'Upload of one 2 GiB object to Ceph',
    n: 'one file of 2 GiB',
    files: LARGE_FILE,
    targets: [{ against: 'rclone', atLeast: 1 }, LOOP],
    subjects: async (place) => {
      const { cooper, rclone } = moves(place);
      const clear = (prefix: string, run: () => Promise<Sample>) => () => thenClear(place, prefix, run);
      return {
        own: [{ name: 'cooper', run: clear('cooper/', () => cooper.up(1)) }],
        others: [{ name: 'rclone', program: 'rclone', run: clear('rclone/', () => rclone.up([])) }],
      };
    },
  }),
  'ceph-large-down': cephBench({
    title: 'Download of one 2 GiB object from Ceph',
    n: 'one object of 2 GiB, each by the program that had uploaded it',
    files: LARGE_FILE,
    targets: [{ against: 'rclone', atLeast: 1 }, LOOP],
    subjects: async (place) => {
      const { cooper, rclone } = moves(place);
      await cooper.up(1);
      const others: Peer[] = [
        { name: 'rclone', program: 'rclone', run: () => rclone.down([]) },
        // It checks the MD5 of what it has uploaded itself, and of nothing else that came in parts.
        {
          name: 'rclone (not verified)',
          program: 'rclone',
          n: 'the object that Cooper had uploaded',
          run: () => rclone.down([], 'cooper/tree'),
        },
      ];
      if ((await peers(others)).subjects.length > 0) await rclone.up([]);
      return { own: [{ name: 'cooper', run: () => cooper.down(1) }], others };
    },
  }),
};
