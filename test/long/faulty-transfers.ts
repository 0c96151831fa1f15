// 5,000 files up and down through a server on which each kind of fault (reset, truncation, 503, delay, wrong ETag, expired
// keys) comes with two of a hundred requests; whoever waits for keys gets them at once. Nothing may be lost or wrong. Takes
// about two minutes: npm run long -- faulty-transfers [seed]
import { faultyRun, resultOf } from '#test/transfers/fault-runs.ts';
import { seeded } from '#test/transfers/made-files.ts';
import { must, say } from './report.ts';

const FILES = 5_000;
const MIB = 2 ** 20;

const seed = Number(process.argv[2] ?? Math.floor(Math.random() * 2 ** 31));
must(Number.isSafeInteger(seed), 'The seed is a whole number.');
say(`Seed ${seed}.`);
const random = seeded(seed);
const files = Array.from({ length: FILES }, (_, n) => ({
  path: `${n % 40}/${n % 3}/file ${n}`,
  size: n < 3 ? (40 + 20 * n) * MIB : Math.floor(random() * 12_000), // three that go in parts
}));

const result = await faultyRun(files, random, say);
const list = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';
say(`${result.requests} requests; faults: ${list(result.faults)}.`);
for (const name of ['up', 'down'] as const) {
  const way = result[name];
  const { sent, verified, retried } = resultOf(way);
  say(
    `${name}: ${way.job.state}, ${sent} sent, checked: ${list(verified)}; bodies sent or read once more: ${retried}.`,
  );
  say(`${name}: requests retried: ${list(way.retried)}; waits: ${list(way.waited)}.`);
  say(
    `${name}: failed and tried again by themselves: ${way.failed.count}. ${way.failed.first.slice(0, 3).join(' ')}`,
  );
}
must(result.wrong.length === 0, `Lost or wrong: ${result.wrong.slice(0, 10).join('; ')}`);
must(result.unfinishedUploads === 0, 'Unfinished uploads are left.');
for (const { job } of [result.up, result.down]) {
  const { objects, failures } = job.progress;
  must(
    job.state === 'done' && failures.count === 0,
    `The transfer is ${job.state}, ${failures.count} failed.`,
  );
  must(objects.done === FILES, `${objects.done} objects are done.`);
}
say('0 lost, 0 wrong.');
