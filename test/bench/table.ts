import { format, resolveConfig } from 'prettier';
import type { Bench, Benches } from './bench.ts';
import { machineLine } from './machine.ts';
import type { Result, Results } from './results.ts';
import { judge, short, type SubjectSummary } from './summary.ts';

const BEGIN = '<!-- bench: made by `npm run bench:table` -->';
const END = '<!-- /bench -->';

/**
 * Writes the table of all cases between the two marks of a document.
 * @param file whose format it gets: the path of the document
 * @throws Error when the marks are not there
 */
export async function withTable(
  document: string,
  file: string,
  benches: Benches,
  results: Results,
): Promise<string> {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`The marks ${BEGIN} and ${END} are missing.`);
  const made = `${document.slice(0, begin)}${BEGIN}\n\n${table(benches, results)}\n\n${document.slice(end)}`;
  return format(made, { ...(await resolveConfig(file)), parser: 'markdown' });
}

/** Every usual case, what it must reach and what it reached, and where that was. */
export function table(benches: Benches, results: Results): string {
  const shown = Object.entries(benches).filter(
    ([name, { targets, isUsual }]) => targets.length > 0 && (isUsual !== false || name in results),
  );
  const machines = [
    ...new Set(shown.flatMap(([name]) => (results[name] ? [machineLine(results[name].machine)] : []))),
  ];
  const rows = shown.map(([name, bench]) => {
    const result = results[name];
    const where =
      result && machines.length > 1 ? ` (${machines.indexOf(machineLine(result.machine)) + 1})` : '';
    return row(name, bench, result, where);
  });
  const head = ['case', 'must reach', 'reached', 'seconds (least–greatest), CPU, memory', 'command'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const places = machines.map((line, at) =>
    machines.length > 1 ? `${at + 1}. ${line}` : `Measured on: ${line}.`,
  );
  return [lines.join('\n'), places.join('\n')].filter((text) => text !== '').join('\n\n');
}

function row(name: string, { title, targets }: Bench, result: Result | undefined, where: string): string[] {
  const verdicts = targets.map((target) => judge(target, result?.subjects ?? {}));
  const times = Object.entries(result?.subjects ?? {}).map(([subject, summary]) => timesOf(subject, summary));
  return [
    title,
    verdicts.map(({ target }) => target),
    verdicts.map(({ figure, isReached }) => {
      if (figure === undefined) return 'not measured';
      return isReached ? `yes: ${figure}` : `**no**: ${figure}`;
    }),
    result === undefined
      ? ''
      : [...times, `${result.date}, commit ${result.commit}, ${roundsOf(result)} rounds${where}`],
    `\`npm run bench ${name}\``,
  ].map((cell) => (Array.isArray(cell) ? cell.map(plain).join('<br>') : plain(cell)));
}

function roundsOf({ subjects }: Result): number {
  return Math.min(...Object.values(subjects).map(({ rounds }) => rounds));
}

function timesOf(subject: string, { seconds, min, max, cpuSeconds, peakMB, n }: SubjectSummary): string {
  const memory = peakMB > 0 ? `, ${short(peakMB)} MB` : '';
  const about = n === undefined ? '' : ` (${n})`;
  return `${subject}${about}: ${short(seconds)} (${short(min)}–${short(max)}), ${short(cpuSeconds)} CPU${memory}`;
}

/** What would be read as a cell's end. */
function plain(text: string): string {
  return text.replaceAll('|', '\\|');
}
