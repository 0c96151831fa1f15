import { expect, it } from 'vitest';
import { faultyRun, resultOf } from './fault-runs.ts';
import { seeded } from './made-files.ts';

const FILES = 300;

it('nothing is lost and nothing wrong when every kind of fault comes with two of a hundred requests', async () => {
  const random = seeded(20_261_125);
  const files = Array.from({ length: FILES }, (_, n) => ({
    path: `${n % 7}/file ${n}`,
    size: Math.floor(random() * 12_000),
  }));
  const { up, down, wrong, faults, unfinishedUploads } = await faultyRun(files, random);
  expect(wrong).toEqual([]);
  expect(unfinishedUploads).toBe(0);
  for (const way of [up, down]) {
    expect(way.job).toMatchObject({
      state: 'done',
      progress: { objects: { done: FILES, total: FILES }, failures: { count: 0 } },
    });
    expect(resultOf(way)).toMatchObject({ sent: FILES, skipped: 0, renamed: 0 });
    expect(way.waited['expired-credentials']).toBeGreaterThan(0);
    expect(way.retried['throttled']).toBeGreaterThan(0);
  }
  expect(up.retried['unreachable']).toBeGreaterThan(0);
  expect(resultOf(down).retried).toBeGreaterThan(0); // bodies that broke off, and were gone on with
  for (const count of Object.values(faults)) expect(count).toBeGreaterThan(0);
});
