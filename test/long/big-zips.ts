// A ZIP of 50,001 objects and one of a 5 GiB object, exported through the window, with the peak memory of the main
// process. Takes about five minutes and 16 GB of disk: npm run long -- big-zips
import { fork, spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import type { SandboxAnswer } from '#sandbox/process.ts';
import { launchApp, peakMainMemory } from '#test/support/app.ts';
import { localSettings, rawClient, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { connectTo, ended, openBucket, startCount, startZip } from '#test/support/window.ts';
import { projectFolder } from '../../scripts/lib/run.ts';
import { must, program, say } from './report.ts';

const OBJECTS = 50_001;
const BIG_BYTES = 5 * 2 ** 30;
const MEMORY_LIMIT_MIB = 350;
const work = await mkdtemp(join(tmpdir(), 'cooper-big-'));

/** The sandbox in a process of its own, as the app runs it, so that its memory is not counted as main's. */
const sandbox = fork(join(projectFolder, 'out/main/sandbox.js'));
const answer = await new Promise<SandboxAnswer>((resolve) => {
  sandbox.once('message', (message) => resolve(message as SandboxAnswer));
  sandbox.send({ folder: join(work, 'sandbox') });
});
must('ok' in answer, 'The sandbox did not start.');
const { endpoint: address, region, accessKeyId, secretAccessKey } = answer;
const endpoint = {
  settings: localSettings(address, { region, accessKeyId, idleTimeoutMs: 120_000 }),
  secretAccessKey,
  stop: async () => {},
};

/** Bytes that do not compress, the same each time. */
async function* noise(bytes: number): AsyncGenerator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(2 ** 20);
  for (let done = 0; done < bytes; done += zeros.length) yield cipher.update(zeros);
}

async function sha256(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source) hash.update(chunk);
  return hash.digest('hex');
}

try {
  const storage = storageOn(endpoint);
  const keys = Array.from(
    { length: OBJECTS },
    (_, n) => `box ${n % 100}/page ${String(n).padStart(6, '0')}.txt`,
  );
  const many = await seedBucket(storage, keys, (key) => Buffer.from(`${key}\n`.repeat(40)));
  say(`${OBJECTS} objects are in the bucket.`);

  const client = rawClient(endpoint);
  const big = await seedBucket(storage, []);
  const body = Readable.from(noise(BIG_BYTES));
  const upload = new Upload({
    client,
    params: { Bucket: big, Key: 'film scan.mov', Body: body },
    partSize: 64 * 2 ** 20,
    queueSize: 2,
  });
  await upload.done();
  client.destroy();
  storage.close();
  say('The object of 5 GiB is in its bucket.');

  for (const [bucket, objects] of [
    [many, OBJECTS],
    [big, 1],
  ] as const) {
    const app = await launchApp();
    try {
      await connectTo(app.page, endpoint, 'Big');
      await openBucket(app.page, bucket);
      const before = await peakMainMemory(app.electron);
      const count = await ended(await startCount(app.page));
      say(`Counted: ${count.text}`);
      const path = join(work, `${objects}.zip`);
      const zip = await ended(await startZip(app, path), 600_000);
      say(`Exported: ${zip.text}; ${(await stat(path)).size.toLocaleString('en-US')} bytes on the disk.`);
      must(zip.mood === 'done', 'The export did not end well.');
      const peak = await peakMainMemory(app.electron);
      say(
        `Peak memory of the main process: ${peak.toFixed(0)} MiB (${before.toFixed(0)} before the export).`,
      );
      must(peak < MEMORY_LIMIT_MIB, `The main process held more than ${MEMORY_LIMIT_MIB} MiB.`);
      program('7z', ['t', '-bd', '-bso0', path]);
      program('python3', ['-m', 'zipfile', '-t', path]);
      if (objects === 1) {
        const unzip = spawn('unzip', ['-p', path]);
        const [packed, original] = await Promise.all([sha256(unzip.stdout), sha256(noise(BIG_BYTES))]);
        must(packed === original, 'The 5 GiB in the ZIP are not those that were put in.');
        say(`The 5 GiB in the ZIP are those that were put in (sha256 ${packed.slice(0, 16)}…).`);
      } else {
        const listed = program('unzip', ['-Z1', path]).trim().split('\n');
        must(
          listed.length === objects && new Set(listed).size === objects,
          `The ZIP lists ${listed.length} entries.`,
        );
        say(`The ZIP lists ${listed.length} entries, and 7z and python3 find every one of them whole.`);
      }
    } finally {
      await app.close();
    }
  }
} finally {
  sandbox.send({ stop: true });
  await rm(work, { recursive: true });
}
