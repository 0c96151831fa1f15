// An upload of 300 files and the download back, each killed (SIGKILL) at 50 random moments and taken up again. In the end
// every object has to be its file, with nothing half-done left, and no more than 1.3 times the data may have passed. Takes
// about five minutes and 4 GB of disk: npm run long -- kill-transfers [seed]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { s3SettingsSchema } from '#shared/connection.ts';
import { openStorage } from '#storage/open.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { startCountingProxy } from '#test/transfers/counting-proxy.ts';
import { bytesInBucket, bytesInFolder, killRun, type KillRun } from '#test/transfers/kill-runs.ts';
import { differences, hashesBelow, hashesOfObjects, makeFiles, seeded } from '#test/transfers/made-files.ts';
import { must, say } from './report.ts';

const MIB = 2 ** 20;
const FILES = 300;
const KILLS = 50;
const MOST = 1.3;
/**
 * What is under way at a kill is sent again: of 1.4 GB, 50 kills may cost 8 MiB each. So few things are under way at once;
 * with the usual settings, for which nobody would kill so often, each kill costs more.
 */
const settings = transferSettingsSchema.parse({ objectsAtOnce: 2, partsAtOnce: 1 });

const seed = Number(process.argv[2] ?? Math.floor(Math.random() * 2 ** 31));
must(Number.isSafeInteger(seed), 'The seed is a whole number.');
say(`Seed ${seed}.`);
const random = seeded(seed);

/** Three of up to 200 MiB, some without anything in them, few large ones, many small ones. */
function sizeOf(n: number): number {
  if (n === 0) return 200 * MIB;
  if (n < 3) return Math.floor((50 + 150 * random()) * MIB);
  if (n < 15) return 0;
  if (n < 60) return Math.floor(64 * 1024 * random());
  return Math.floor((n < 64 ? 24 : 8) * MIB * random());
}
const files = Array.from({ length: FILES }, (_, n) => ({
  path: `tree/${Math.floor(20 * random())}/${Math.floor(3 * random())}/file ${n}`,
  size: sizeOf(n),
}));
const totalBytes = files.reduce((sum, { size }) => sum + size, 0);

const accessSchema = z.object({ settings: s3SettingsSchema, secretAccessKey: z.string() });
const work = await mkdtemp(join(tmpdir(), 'cooper-kills-'));
const server = spawn(
  process.execPath,
  ['--import', 'tsx', fileURLToPath(new URL('server.ts', import.meta.url)), 'sandbox'],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
const serverEnd = once(server, 'exit');
try {
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const access = accessSchema.parse(JSON.parse(line));
  const storage = openStorage(access);
  const proxy = await startCountingProxy(access.settings.endpoint);
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  await makeFiles(work, files);
  say(`${FILES} files with ${totalBytes} bytes are made, 3 of them go in parts.`);

  const run = async (way: KillRun['way'], request: object, arrived: KillRun['arrived']): Promise<void> => {
    const task = {
      endpoint: proxy.endpoint,
      accessKeyId: access.settings.accessKeyId,
      secretAccessKey: access.secretAccessKey,
      store: join(work, `store-${way}`),
      settings,
      request: { connectionId: 'long', bucket, ...request },
    };
    const result = await killRun({ task, proxy, way, kills: KILLS, totalBytes, arrived, random, say });
    const ratio = result.bytes / totalBytes;
    say(
      `${way}: ${result.kills} kills, ${result.early} of them before it was at work; ${result.bytes} bytes passed, ` +
        `${ratio.toFixed(3)} times the data; peak memory of the last process ${result.ended.peakMemoryMib.toFixed(0)} MiB.`,
    );
    must(
      result.ended.state === 'done',
      `The transfer is ${result.ended.state}: ${JSON.stringify(result.ended.job)}`,
    );
    must(result.kills === KILLS, `It ended before kill ${result.kills + 1}.`);
    must(result.damaged.length === 0, `Journals were damaged: ${result.damaged.join(', ')}`);
    must(ratio < MOST, `More than ${MOST} times the data passed.`);
  };

  await run('up', { kind: 'upload', prefix: '', paths: [join(work, 'tree')] }, () =>
    bytesInBucket(storage, bucket),
  );
  const expected = await hashesBelow(join(work, 'tree'));
  const wrong = differences(expected, await hashesOfObjects(storage, bucket, 'tree/'));
  must(wrong.length === 0, `Objects are not their files: ${wrong.slice(0, 10).join('; ')}`);
  must((await storage.listUploadsPage({ bucket })).uploads.length === 0, 'Unfinished uploads are left.');
  say('up: every object is its file, and no unfinished upload is left.');

  const out = join(work, 'out');
  await mkdir(out);
  await run('down', { kind: 'fetch', prefix: 'tree/', base: 'tree/', folder: out }, () => bytesInFolder(out));
  const other = differences(expected, await hashesBelow(out));
  must(other.length === 0, `Files are not their objects: ${other.slice(0, 10).join('; ')}`);
  say('down: every file is its object, and no partial file is left.');
  await proxy.close();
  storage.close();
} finally {
  server.stdin.end();
  await serverEnd;
  await rm(work, { recursive: true, force: true });
}
