import type { Sample, Target } from './bench.ts';

/** What came of one subject's runs: medians, and the least and greatest time. */
export interface SubjectSummary {
  seconds: number;
  min: number;
  max: number;
  /** Its median time divided by Cooper's: how many times as quick Cooper is. */
  ratio: number;
  cpuSeconds: number;
  peakMB: number;
  rounds: number;
  extra: Record<string, number>;
  /** What it handled, where that is not what the bench says. */
  n?: string | undefined;
}
export type Summaries = Record<string, SubjectSummary>;

/** How a bench stands to one of its targets. */
export interface Verdict {
  /** What must be reached, as “at least 8x rclone”. */
  target: string;
  /** What was, as “31x”; undefined where one of the two was not measured. */
  figure: string | undefined;
  isReached: boolean;
}

const CENTRE = 'cooper';

/** Puts the runs of all subjects together, by their names; each has at least one. */
export function summarize(
  samples: ReadonlyMap<string, { runs: Sample[]; n?: string | undefined }>,
): Summaries {
  const centre = samples.get(CENTRE) ?? [...samples.values()][0];
  const reference = median(centre?.runs.map(({ seconds }) => seconds) ?? []);
  return Object.fromEntries(
    [...samples].map(([name, { runs, n }]) => {
      const seconds = runs.map((run) => run.seconds);
      const names = Object.keys(runs[0]?.extra ?? {});
      const extra = names.map((key) => [key, median(runs.map((run) => run.extra?.[key] ?? 0))]);
      const summary: SubjectSummary = {
        seconds: median(seconds),
        min: Math.min(...seconds),
        max: Math.max(...seconds),
        ratio: median(seconds) / reference,
        cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
        peakMB: median(runs.map((run) => run.peakMB)),
        rounds: runs.length,
        extra: Object.fromEntries(extra) as Record<string, number>,
        ...(n !== undefined && { n }),
      };
      return [name, summary];
    }),
  );
}

/** How the runs stand to a target. */
export function judge(target: Target, summaries: Summaries): Verdict {
  const { subject = CENTRE } = target;
  const whose = subject === CENTRE ? '' : ` of ${subject}`;
  const own = summaries[subject];
  if ('against' in target) {
    const other = summaries[target.against];
    const ratio = own && other && other.seconds / own.seconds;
    const words =
      target.atLeast === 1
        ? `not slower than ${target.against}`
        : `at least ${target.atLeast}x ${target.against}`;
    return verdict(
      words + whose,
      ratio,
      (value) => `${short(value)}x`,
      (value) => value >= target.atLeast,
    );
  }
  const { figure, atMost, comparedTo } = target;
  const value = own && figureOf(own, figure);
  if (comparedTo === undefined) {
    const words = `${nameOf(figure)}${whose} at most ${atMost}${unitOf(figure)}`;
    return verdict(
      words,
      value,
      (found) => `${short(found)}${unitOf(figure)}`,
      (found) => found <= atMost,
    );
  }
  const other = summaries[comparedTo];
  const beside = other && figureOf(other, figure);
  const times = value === undefined || beside === undefined ? undefined : value / beside;
  const words = `${nameOf(figure)}${whose} at most ${atMost}x that of ${comparedTo}`;
  return verdict(
    words,
    times,
    (found) => `${short(found)}x`,
    (found) => found <= atMost,
  );
}

/** The number in the middle; of an even count the mean of the two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Three digits that count. */
export function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function verdict(
  target: string,
  value: number | undefined,
  show: (value: number) => string,
  isReached: (value: number) => boolean,
): Verdict {
  return {
    target,
    figure: value === undefined ? undefined : show(value),
    isReached: value !== undefined && isReached(value),
  };
}

function figureOf(summary: SubjectSummary, figure: string): number | undefined {
  if (figure === 'seconds' || figure === 'cpuSeconds' || figure === 'peakMB') return summary[figure];
  return summary.extra[figure];
}

/** `loopP99Ms`: the unit is the end of the name. */
function unitOf(figure: string): string {
  const unit = /(Ms|MB|seconds)$/i.exec(figure)?.[1]?.toLowerCase() ?? '';
  return { ms: ' ms', mb: ' MB', seconds: ' s' }[unit] ?? '';
}

const NAMES: Record<string, string> = {
  loopP99Ms: 'event-loop delay (p99)',
  peakMB: 'peak memory',
  cpuSeconds: 'CPU time',
  seconds: 'time',
};

function nameOf(figure: string): string {
  return (
    NAMES[figure] ??
    figure.replace(/(Ms|MB)$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  );
}
