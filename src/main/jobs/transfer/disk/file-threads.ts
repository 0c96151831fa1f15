import { ThreadPool } from '#jobs/thread-pool.ts';
import { DATE_ROUNDED_MS, type FileDone, type FileTask, fileWork } from './file-work.ts';

/** While one waits for its disk, others go on. */
const THREADS = 4;

const pool = new ThreadPool<FileTask, FileDone>({
  size: THREADS,
  work: `((work) => (task) => ({ result: work(task) }))(
    (${fileWork.toString()})({
      fs: require('node:fs'),
      crypto: require('node:crypto'),
      path: require('node:path'),
      roundedMs: ${DATE_ROUNDED_MS},
    }),
  )`,
});

/**
 * Does what takes many small steps with a file in one go, on a thread of its own: on that of the event loop each step of it
 * costs more than the disk does. Never fails: `no` means that it is to be done in another way.
 */
export async function onFileThread(task: FileTask): Promise<FileDone> {
  try {
    return await pool.run(task);
  } catch {
    return { is: 'no' };
  }
}
