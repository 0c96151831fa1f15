import { describe, expect, it } from 'vitest';
import { ThreadPool } from '#jobs/thread-pool.ts';

describe('threads', () => {
  const open = (size: number) =>
    new ThreadPool<number, number>({
      size,
      work: `(task) => {
        if (task === 0) process.exit();
        if (task < 0) throw new RangeError('Less than nothing.');
        return { result: 2 * task };
      }`,
    });

  it('give each task its own result, however many there are of both', async () => {
    const pool = open(3);
    const tasks = Array.from({ length: 500 }, (_, n) => n + 1);
    expect(await Promise.all(tasks.map((task) => pool.run(task)))).toEqual(tasks.map((task) => 2 * task));
  });

  it('go on after a task that fails, and its neighbours do', async () => {
    const pool = open(1);
    const [failed, done] = await Promise.allSettled([pool.run(-1), pool.run(2)]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'RangeError' } });
    expect(done).toEqual({ status: 'fulfilled', value: 4 });
  });

  it('that end fail what they had to do, and others take their place', async () => {
    const pool = open(1);
    const ended = await Promise.allSettled([pool.run(0), pool.run(1)]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await pool.run(3)).toBe(6);
  });
});
