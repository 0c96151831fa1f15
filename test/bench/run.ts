// `npm run bench [NAME…] [-- --json] [--rounds N] [--only SUBJECT,SUBJECT] [--latency MS] [--save]`: measures Cooper
// against its peers. Subjects take turns, so that what else the machine does meets all of them; the figures are medians over
// the rounds, with the spread. `--save` keeps them in results.json, which the README's table is made from.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type OpenBench, type Sample, Skip, type Subject } from './bench.ts';
import { benches } from './benches.ts';
import { saveResult } from './results.ts';
import { judge, short, summarize, type Summaries } from './summary.ts';

const USAGE = `Usage: npm run bench [NAME…] [-- --json] [--rounds N] [--only SUBJECT,…] [--latency MS] [--save]
Names: ${Object.keys(benches).join(', ')}`;

interface Asked {
  names: string[];
  rounds: number;
  only: string[] | undefined;
  latencyMs: number | undefined;
  isJson: boolean;
  saves: boolean;
}

/** @throws Error */
function readArguments(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      latency: { type: 'string' },
    },
  });
  const all = Object.keys(benches);
  const isUsual = (name: string) => benches[name]?.isUsual !== false;
  const isMeant = (name: string, asked: string) =>
    name === asked || name.startsWith(`${asked}:`) || (name.startsWith(`${asked}-`) && isUsual(name));
  const unknown = positionals.find((asked) => !all.some((name) => isMeant(name, asked)));
  if (unknown !== undefined) throw new Error(`There is no bench “${unknown}”.`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number, 1 or more.');
  const latencyMs = values.latency === undefined ? undefined : Number(values.latency);
  if (latencyMs !== undefined && !(Number.isInteger(latencyMs) && latencyMs >= 0))
    throw new Error('--latency is in whole milliseconds, 0 or more.');
  const only = values.only?.split(',').map((name) => name.trim());
  if (only !== undefined && values.save)
    throw new Error('What is saved has all subjects: --save without --only.');
  if (latencyMs !== undefined && values.save)
    throw new Error('What is saved has the latency of the bench: --save without --latency.');
  const names =
    positionals.length === 0
      ? all.filter(isUsual)
      : all.filter((name) => positionals.some((asked) => isMeant(name, asked)));
  return { names, rounds, only, latencyMs, isJson: values.json, saves: values.save };
}

async function measure(
  subjects: readonly Subject[],
  rounds: number,
): Promise<Map<string, { runs: Sample[]; n: string | undefined }>> {
  const samples = new Map(subjects.map(({ name, n }) => [name, { runs: [] as Sample[], n }]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of subjects) samples.get(name)?.runs.push(await run());
  }
  return samples;
}

function chosen(open: OpenBench, only: string[] | undefined): Subject[] {
  const subjects = open.subjects.filter(({ name }) => only?.includes(name) ?? true);
  if (subjects.length > 0) return subjects;
  throw new Error(`--only: there are ${open.subjects.map(({ name }) => name).join(', ')}.`);
}

async function runBench(name: string, bench: Bench, asked: Asked): Promise<void> {
  const say = (line: string) => console[asked.isJson ? 'error' : 'log'](line);
  let open: OpenBench;
  try {
    open = await bench.open({ latencyMs: asked.latencyMs });
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    say(`\n${name}: not measured, ${error.message}`);
    return;
  }
  stopOpen = open.stop;
  try {
    say(`\n${name}: ${open.n}; server: ${open.server}; ${asked.rounds} rounds`);
    const summaries = summarize(await measure(chosen(open, asked.only), asked.rounds));
    if (asked.isJson) printJson(name, open, summaries);
    else printTable(summaries);
    for (const target of bench.targets) {
      const { target: words, figure, isReached } = judge(target, summaries);
      if (figure !== undefined) say(`  ${isReached ? 'reached' : 'NOT REACHED'}: ${words}: ${figure}`);
    }
    for (const line of open.missing) say(`  ${line}`);
    if (asked.saves) saveResult(name, { n: open.n, server: open.server, subjects: summaries });
  } finally {
    if (!isEnding) {
      stopOpen = undefined;
      await open.stop();
    }
  }
}

function printJson(bench: string, { n, server }: OpenBench, summaries: Summaries): void {
  for (const [subject, { extra, n: own, ...figures }] of Object.entries(summaries))
    console.log(JSON.stringify({ bench, subject, ...figures, ...extra, n: own ?? n, server }));
}

function printTable(summaries: Summaries): void {
  const width = Math.max(...Object.keys(summaries).map((name) => name.length));
  for (const [subject, summary] of Object.entries(summaries)) {
    const columns = [
      subject.padEnd(width),
      `${short(summary.seconds)} s`.padStart(9),
      `(${short(summary.min)}–${short(summary.max)})`.padEnd(15),
      `${short(summary.ratio)}x`.padStart(7),
      `${short(summary.cpuSeconds)} s CPU`.padStart(11),
      `${summary.peakMB.toFixed(0)} MB`.padStart(7),
      ...Object.entries(summary.extra).map(
        ([key, value]) => `${key} ${Number.isInteger(value) ? value.toLocaleString('en') : short(value)}`,
      ),
      ...(summary.n === undefined ? [] : [`(${summary.n})`]),
    ];
    console.log(`  ${columns.join('  ')}`);
  }
}

// Of the SDK, which here only makes buckets.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const asked = askedOrEnd();
let stopOpen: OpenBench['stop'] | undefined;

// Subjects that are ended in the middle leave their files: in here, all of them.
const scratch = mkdtempSync(join(tmpdir(), 'cooper-bench-'));
process.env['COOPER_BENCH_SCRATCH'] = scratch;
process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
let isEnding = false;
const endEarly = () => {
  // npm passes on a Ctrl-C that the terminal has sent, too.
  if (isEnding) return;
  isEnding = true;
  void Promise.resolve(stopOpen?.()).finally(() => process.exit(130));
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, endEarly);

for (const name of asked.names) {
  const bench = benches[name];
  if (bench === undefined || isEnding) continue;
  try {
    await runBench(name, bench, asked);
  } catch (error) {
    if (isEnding) break;
    // The others are measured all the same.
    console.error(`${name} failed:`, error);
    process.exitCode = 1;
  }
}

function askedOrEnd(): Asked {
  try {
    return readArguments();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(USAGE);
    process.exit(2);
  }
}
