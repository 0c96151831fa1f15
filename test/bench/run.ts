// `npm run bench [NAME…] [-- --json] [--rounds N] [--latency MS]`: measures Cooper against its peers. Subjects take turns, so
// that what else the machine does meets all of them; the figures are medians over the rounds, with the spread.
import { parseArgs } from 'node:util';
import { benches, type RunningBench } from './benches.ts';
import type { Sample } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    latency: { type: 'string', default: '0' },
  },
});
const rounds = Number(values.rounds);
const latencyMs = Number(values.latency);
const names = Object.keys(benches).filter(
  (name) =>
    positionals.length === 0 || positionals.some((asked) => name === asked || name.startsWith(`${asked}:`)),
);
if (names.length === 0 || !(rounds >= 1) || !(latencyMs >= 0)) {
  console.error(
    `Usage: npm run bench [NAME…] [-- --json] [--rounds N] [--latency MS]\nNames: ${Object.keys(benches).join(', ')}`,
  );
  process.exit(2);
}

for (const name of names) {
  const bench = await benches[name]?.({ latencyMs });
  if (bench === undefined) continue;
  try {
    report(bench, await measure(bench));
  } finally {
    bench.stop();
  }
}

async function measure(bench: RunningBench): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(bench.subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of bench.subjects) samples.get(name)?.push(await run());
  }
  return samples;
}

function report(bench: RunningBench, samples: Map<string, Sample[]>): void {
  const first = median([...samples.values()][0]?.map(({ seconds }) => seconds) ?? []);
  if (!values.json) console.log(`\n${bench.name}: ${bench.n}; server: ${bench.server}; ${rounds} rounds`);
  for (const [subject, runs] of samples) {
    const seconds = runs.map((run) => run.seconds);
    const figures = {
      seconds: median(seconds),
      ratio: median(seconds) / first,
      cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
      peakMB: median(runs.map((run) => run.peakMB)),
    };
    const extra = Object.fromEntries(
      Object.keys(runs[0]?.extra ?? {}).map((key) => [key, median(runs.map((run) => run.extra?.[key] ?? 0))]),
    );
    if (values.json) {
      console.log(
        JSON.stringify({
          bench: bench.name,
          subject,
          ...figures,
          ...extra,
          n: bench.n,
          server: bench.server,
        }),
      );
      continue;
    }
    const spread = `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`;
    const columns = [
      subject.padEnd(10),
      `${figures.seconds.toFixed(2)} s`.padStart(9),
      `(${spread})`.padEnd(15),
      `${figures.ratio.toFixed(2)}x`.padStart(7),
      `${figures.cpuSeconds.toFixed(2)} s CPU`.padStart(12),
      `${figures.peakMB.toFixed(0)} MB`.padStart(8),
      ...Object.entries(extra).map(([key, value]) => `${key} ${Math.round(value).toLocaleString('en')}`),
    ];
    console.log(`  ${columns.join('  ')}`);
  }
  for (const line of bench.missing) console[values.json ? 'error' : 'log'](`  ${line}`);
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
