import { access } from 'node:fs/promises';
import type { Job } from '#shared/job.ts';
import { diskError } from '#storage/disk-errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { Context } from './context.ts';

/**
 * Shows the file that a job has made in its folder, or the folder that it has filled.
 * @throws StorageError `not-found` for an unknown job, `invalid-input` for one without a file, `disk-missing` when the
 *   file has gone since.
 */
export async function revealResult({ jobs, desktop }: Context, id: string): Promise<void> {
  const job = jobs.get(id);
  const path = pathOf(job);
  if (path === undefined) {
    throw new StorageError({
      kind: 'invalid-input',
      operation: 'reveal',
      message: 'This job has made no file.',
    });
  }
  try {
    await access(path);
  } catch (error) {
    throw diskError(error, { operation: 'show', path });
  }
  await desktop.revealFile(path);
}

function pathOf(job: Job): string | undefined {
  if (job.kind === 'zip' || job.kind === 'download') return job.result?.path;
  if (job.kind === 'fetch') return job.input.folder;
  return job.kind === 'sync' && job.input.direction === 'down' ? job.input.folder : undefined;
}
