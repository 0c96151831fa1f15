/** One measured run, in a process of its own. */
export interface Sample {
  seconds: number;
  cpuSeconds: number;
  /** The process's greatest resident set. */
  peakMB: number;
  /** Whatever else the subject has to say, in figures. */
  extra?: Record<string, number>;
}

export interface Subject {
  name: string;
  run: () => Promise<Sample>;
  /** Says that it handles something else than the bench's `n`, and how its seconds come about. */
  n?: string;
}

/**
 * What a bench must reach, in medians of one run:
 * - `against`: how many times as quick `subject` is as that one, at least;
 * - `figure`: a figure of `subject` (`peakMB`, `cpuSeconds`, or one of its extras), at most;
 * - with `comparedTo`: that figure divided by the same one of another subject, at most.
 *
 * `subject` is `cooper` where it is left out.
 */
export type Target =
  | { against: string; atLeast: number; subject?: string }
  | { figure: string; atMost: number; comparedTo?: string; subject?: string };

export interface Bench {
  /** What is done, in the words of the README's table. */
  title: string;
  targets: Target[];
  /** False: only measured when it is named, since it takes long. */
  isUsual?: boolean;
  /** What it needs is started here; throws `Skip` where that cannot be had. */
  open: (options: BenchOptions) => Promise<OpenBench>;
}

export interface BenchOptions {
  /** What the server waits before each answer, in place of what the bench has. */
  latencyMs: number | undefined;
}

export interface OpenBench {
  /** How many of what one run handles. */
  n: string;
  /** What it ran against. */
  server: string;
  /** They take turns, in this order. */
  subjects: Subject[];
  /** What could not be measured, and what to install for it. */
  missing: string[];
  stop: () => Promise<void> | void;
}

/** What a bench needs is not here; the message says what, and how to get it. */
export class Skip extends Error {
  override readonly name = 'Skip';
}

/** By name. `npm run bench zip` runs what is called so, or begins with `zip:` or `zip-`. */
export type Benches = Record<string, Bench>;
