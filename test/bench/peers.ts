import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample, Subject } from './bench.ts';
import { isInstalled } from './measure.ts';

const HINTS: Record<string, string> = {
  rclone: 'apt-get install rclone, or brew install rclone',
  aws: 'apt-get install awscli, or brew install awscli',
};

/** Those of the subjects whose programs are installed, and a line about each of the others. */
export async function peers(
  subjects: (Subject & { program: string })[],
): Promise<{ subjects: Subject[]; missing: string[] }> {
  const programs = [...new Set(subjects.map(({ program }) => program))];
  const isThere = new Map<string, boolean>();
  for (const program of programs) isThere.set(program, await isInstalled(program));
  return {
    subjects: subjects
      .filter(({ program }) => isThere.get(program))
      .map(({ name, run, n }) => ({ name, run, ...(n !== undefined && { n }) })),
    missing: programs
      .filter((program) => !isThere.get(program))
      .map((program) => `${program} is not installed (${HINTS[program] ?? ''}): not measured`),
  };
}

/** A new folder; within that of the run, which is removed with it. */
export function scratchFolder(): Promise<string> {
  return mkdtemp(join(process.env['COOPER_BENCH_SCRATCH'] ?? tmpdir(), 'cooper-bench-'));
}

/** Works in a new folder, which is removed at the end. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await scratchFolder();
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sample of a run that did only a part of the work, as it would be for all of it. */
export function scaled(sample: Sample, times: number): Sample {
  return { ...sample, seconds: sample.seconds * times, cpuSeconds: sample.cpuSeconds * times };
}
