import type { Job, JobEvent } from '#shared/job.ts';

/** The jobs after an event. */
export function afterEvent(jobs: readonly Job[], event: JobEvent): Job[] {
  switch (event.type) {
    case 'all':
      return event.jobs.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
    case 'changed': {
      const at = jobs.findIndex(({ id }) => id === event.job.id);
      return at === -1 ? [event.job, ...jobs] : jobs.with(at, event.job);
    }
    case 'removed':
      return jobs.filter(({ id }) => id !== event.id);
  }
}
