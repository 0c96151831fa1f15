import { FAILURES_SHOWN } from '#shared/job.ts';

/** How many there are, and the first of them: as many as travel with a job's progress. */
export interface FirstOf<T> {
  count: number;
  first: T[];
}

export function oneMore<T>({ count, first }: FirstOf<T>, next: T): FirstOf<T> {
  return { count: count + 1, first: count < FAILURES_SHOWN ? [...first, next] : first };
}
