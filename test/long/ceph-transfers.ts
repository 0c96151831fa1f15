// 10,000 files of 4 KiB and one of 5 GiB, up and down, on the sandbox and on a real Ceph, with rclone beside it in the same
// run, and the peak memory of the process that moves them. The Ceph is the one that the environment names (S3_ENDPOINT and
// so on), else one of its own. Takes about fifteen minutes and 30 GB of disk:
//   npm run long -- ceph-transfers [sandbox] [ceph] [small] [large]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { s3SettingsSchema } from '#shared/connection.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { openStorage } from '#storage/open.ts';
import { startCeph, stopCeph } from '#test/support/ceph.ts';
import { cephEndpoint, freshBucketName } from '#test/support/endpoints.ts';
import { differences, hashesBelow, makeFiles } from '#test/transfers/made-files.ts';
import type { ChildNews, ChildTask } from '#test/transfers/transfer-child.ts';
import { installCeph } from '../../scripts/lib/ceph-packages.ts';
import { isOnPath } from '../../scripts/lib/run.ts';
import { must, program, say } from './report.ts';

const SMALL = { count: 10_000, bytes: 4 * 1024 };
const LARGE_BYTES = 5 * 2 ** 30;
const MEMORY_LIMIT_MIB = 350;
/** Of a Ceph of our own: the large file twice, and room. */
const STORE_BYTES = 14 * 2 ** 30;
const TREES = ['small', 'large'];

const accessSchema = z.object({ settings: s3SettingsSchema, secretAccessKey: z.string() });
type Access = z.infer<typeof accessSchema>;
interface System {
  access: Access;
  stop: () => Promise<void>;
}

const work = await mkdtemp(join(tmpdir(), 'cooper-transfers-'));
const hasRclone = isOnPath('rclone');
const chosenTrees = process.argv.slice(2).filter((arg) => TREES.includes(arg));
const trees = chosenTrees.length > 0 ? chosenTrees : TREES;
const asked = process.argv.slice(2).filter((arg) => !TREES.includes(arg));

const systems: Record<string, () => Promise<System>> = {
  async sandbox() {
    const path = fileURLToPath(new URL('server.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', path, 'sandbox'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const stop = async () => {
      child.stdin.end();
      await exit;
    };
    return { access: accessSchema.parse(JSON.parse(line)), stop };
  },

  /** The one that the environment names, else one of its own. */
  async ceph() {
    const isGiven = process.env['S3_ENDPOINT'] !== undefined;
    if (!isGiven) {
      installCeph(say);
      Object.assign(process.env, await startCeph(join(work, 'ceph'), { storeBytes: STORE_BYTES }));
    }
    const { settings, secretAccessKey } = cephEndpoint();
    const stop = async () => (isGiven ? undefined : stopCeph(join(work, 'ceph')));
    return { access: { settings, secretAccessKey }, stop };
  },
};

/** Moves something in a process of its own, with the usual settings. */
async function cooper(task: Omit<ChildTask, 'settings'>): Promise<{ seconds: number; peakMib: number }> {
  const path = fileURLToPath(new URL('../transfers/transfer-child.ts', import.meta.url));
  const whole = JSON.stringify({ ...task, settings: transferSettingsSchema.parse({}) });
  const child = spawn(process.execPath, ['--import', 'tsx', path, whole], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const news: ChildNews[] = [];
  let begun = performance.now();
  let over = begun;
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    const one = JSON.parse(line) as ChildNews;
    news.push(one);
    if (one.news === 'at work')
      begun = performance.now(); // rclone's start is part of its time, but short
    else over = performance.now();
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  const end = news.find((one) => one.news === 'ended');
  must(end !== undefined && end.state === 'done', `The transfer failed: ${JSON.stringify(end?.job)}`);
  return { seconds: (over - begun) / 1000, peakMib: end.peakMemoryMib };
}

/** Seconds that rclone takes, with as many files and parts at once as Cooper; undefined where there is none. */
function rclone({ settings, secretAccessKey }: Access, args: string[]): number | undefined {
  if (!hasRclone) return undefined;
  const begun = performance.now();
  program(
    'rclone',
    ['copy', '--transfers', '16', '--checkers', '16', '--s3-upload-concurrency', '4', ...args],
    {
      AWS_CA_BUNDLE: undefined, // Debian's rclone does not start with it
      RCLONE_CONFIG_IT_TYPE: 's3',
      RCLONE_CONFIG_IT_PROVIDER: 'Other',
      RCLONE_CONFIG_IT_ENDPOINT: settings.endpoint,
      RCLONE_CONFIG_IT_REGION: settings.region,
      RCLONE_CONFIG_IT_ACCESS_KEY_ID: settings.accessKeyId,
      RCLONE_CONFIG_IT_SECRET_ACCESS_KEY: secretAccessKey,
      RCLONE_CONFIG_IT_FORCE_PATH_STYLE: 'true',
    },
  );
  return (performance.now() - begun) / 1000;
}

const times = (ours: number, theirs: number | undefined) =>
  `Cooper ${ours.toFixed(1)} s, ${theirs === undefined ? 'no rclone here' : `rclone ${theirs.toFixed(1)} s`}`;

async function run(name: string, { access }: System): Promise<void> {
  const storage = openStorage(access);
  const child = {
    endpoint: access.settings.endpoint,
    accessKeyId: access.settings.accessKeyId,
    secretAccessKey: access.secretAccessKey,
    region: access.settings.region,
  };
  try {
    for (const tree of trees) {
      const bucket = freshBucketName();
      await storage.createBucket(bucket);
      const source = join(work, tree);
      const store = (way: string) => join(work, `store-${name}-${tree}-${way}`);
      const common = { connectionId: 'long', bucket };
      const up = await cooper({
        ...child,
        store: store('up'),
        request: { ...common, kind: 'upload', prefix: 'cooper/', paths: [source] },
      });
      const upBeside = rclone(access, [source, `it:${bucket}/rclone/${tree}`]);
      say(`${name}, ${tree}, up: ${times(up.seconds, upBeside)}; peak memory ${up.peakMib.toFixed(0)} MiB.`);

      const out = join(work, 'out');
      const beside = join(work, 'out-rclone');
      await mkdir(out);
      const prefix = `cooper/${tree}/`;
      const down = await cooper({
        ...child,
        store: store('down'),
        request: { ...common, kind: 'fetch', prefix, base: prefix, folder: out },
      });
      const downBeside = rclone(access, [`it:${bucket}/${prefix}`, beside]);
      say(
        `${name}, ${tree}, down: ${times(down.seconds, downBeside)}; peak memory ${down.peakMib.toFixed(0)} MiB.`,
      );
      const wrong = differences(await hashesBelow(source), await hashesBelow(out));
      must(wrong.length === 0, `Lost or wrong: ${wrong.slice(0, 10).join('; ')}`);
      const peak = Math.max(up.peakMib, down.peakMib);
      must(peak < MEMORY_LIMIT_MIB, `The process held ${peak.toFixed(0)} MiB.`);
      await rm(out, { recursive: true });
      await rm(beside, { recursive: true, force: true });
    }
  } finally {
    storage.close();
  }
}

try {
  await makeFiles(
    work,
    Array.from({ length: SMALL.count }, (_, n) => ({
      path: `small/${n % 100}/file ${n}`,
      size: SMALL.bytes,
    })),
  );
  await makeFiles(work, [{ path: 'large/film.mov', size: LARGE_BYTES }]);
  say(`${SMALL.count} files of ${SMALL.bytes} bytes and one of ${LARGE_BYTES} are made.`);
  for (const name of asked.length > 0 ? asked : Object.keys(systems)) {
    const start = systems[name];
    must(start !== undefined, `There is no “${name}”: ${Object.keys(systems).join(', ')}.`);
    const system = await start();
    try {
      await run(name, system);
    } finally {
      await system.stop();
    }
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
