import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '#shared/failure.ts';
import type { Job, JobState } from '#shared/job.ts';
import { moodOf } from '#renderer/features/jobs/describe.ts';
import { dockLine, outcomeText } from '#renderer/features/jobs/outcome.ts';
import { arranged, isEnded, isInterrupted, isPausable, stepped } from '#renderer/features/jobs/states.ts';
import { totalText, transfersTotal } from '#renderer/features/jobs/totals.ts';
import { checkedText, triedAgainText } from '#renderer/features/jobs/transfer-text.ts';
import { filtered, withMore } from '#renderer/features/transfers/sync-model.ts';

const gone: Failure = {
  kind: 'unreachable',
  message: 'The server cannot be reached.',
  nextStep: 'Look at the network.',
  retryable: true,
  operation: 'write',
};
function upload(id: string, state: JobState, part: Partial<Job> = {}): Job {
  return {
    id,
    kind: 'upload',
    input: {
      kind: 'upload',
      connectionId: 'c',
      bucket: 'archive',
      prefix: 'scans/',
      chosen: { count: 1, first: '/home/me/box' },
      ifExists: 'skip',
      links: 'leave-out',
      rules: [],
    },
    startedAt: new Date(Number(id)),
    progress: {
      objects: { done: 612, total: 1204, totalIsFinal: true },
      bytes: { done: 1e9, total: 3e9, totalIsFinal: true },
      failures: { count: 0, first: [] },
    },
    ...state,
    ...part,
  } as Job;
}

describe('the order of the dock', () => {
  const running = upload('1', { state: 'running' });
  const second = upload('2', { state: 'queued', place: 1 });
  const third = upload('3', { state: 'queued', place: 0 });
  const late = upload('5', { state: 'queued' });
  const done = upload('4', { state: 'done' });
  test('what is at work, then what waits in its order, then what has ended', () => {
    const order = arranged([late, done, third, second, running]).map(({ id }) => id);
    expect(order).toEqual(['1', '3', '2', '5', '4']);
  });
  test('loses no job and doubles none', () => {
    const states = fc.constantFrom<JobState>(
      { state: 'running' },
      { state: 'queued' },
      { state: 'queued', place: 3 },
      { state: 'paused' },
      { state: 'waiting', failure: gone },
      { state: 'done' },
      { state: 'cancelled' },
    );
    fc.assert(
      fc.property(fc.array(states), (all) => {
        const jobs = all.map((state, i) => upload(String(i), state));
        expect(new Set(arranged(jobs))).toEqual(new Set(jobs));
        expect(arranged(jobs)).toHaveLength(jobs.length);
      }),
    );
  });
  test('a step up or down, and none over either end', () => {
    const queue = ['a', 'b', 'c'];
    expect(stepped(queue, 'c', -1)).toBe('b');
    expect(stepped(queue, 'a', 1)).toBe('c');
    expect(stepped(queue, 'b', 1)).toBeNull();
    expect(stepped(queue, 'a', -1)).toBeUndefined();
    expect(stepped(queue, 'c', 1)).toBeUndefined();
    expect(stepped(queue, 'x', 1)).toBeUndefined();
  });
});

describe('how a transfer stands', () => {
  test('waiting says why, and when it is tried again', () => {
    const until = new Date(2026, 10, 2, 14, 3, 9);
    const waiting = upload('1', { state: 'waiting', failure: gone, until });
    expect(outcomeText(waiting)).toMatch(/^Waits: The server cannot be reached. Tried again at .*03.09/);
    expect(moodOf(waiting)).toBe('waiting');
    expect(triedAgainText(undefined)).toBe('Goes on when that is mended.');
  });
  test('interrupted is told from paused', () => {
    const interrupted = upload('1', { state: 'paused', interrupted: true });
    expect(isInterrupted(interrupted)).toBe(true);
    expect(outcomeText(interrupted)).toMatch(/^Cooper was closed at 612 of 1,204 files/);
    expect(outcomeText(upload('1', { state: 'paused' }))).toMatch(/^Paused at 612 of 1,204 files/);
  });
  test('only what moves or would can be paused, and only what has ended is dismissed', () => {
    expect(isPausable(upload('1', { state: 'queued' }))).toBe(true);
    expect(isPausable(upload('1', { state: 'paused' }))).toBe(false);
    expect(isEnded(upload('1', { state: 'waiting', failure: gone }))).toBe(false);
    expect(isEnded(upload('1', { state: 'failed', failure: gone }))).toBe(true);
  });
});

describe('all transfers together', () => {
  const rate = { objectsPerSecond: 1, bytesPerSecond: 50e6 };
  test('have one rate and one time left', () => {
    const jobs = [upload('1', { state: 'running' }, { rate }), upload('2', { state: 'running' }, { rate })];
    const total = transfersTotal(jobs);
    expect(total).toMatchObject({ count: 2, bytesPerSecond: 100e6, secondsLeft: 40 });
    expect(total && totalText(total)).toEqual({
      title: '2 transfers',
      text: '2.0 GB of 6.0 GB · 100 MB/s · 40 s left',
    });
    expect(dockLine(jobs).title).toBe('2 transfers');
  });
  test('have no time left while one of them counts, and no total while none moves', () => {
    const counting = upload('2', { state: 'queued' });
    counting.progress = { ...counting.progress, bytes: { done: 0 } };
    const total = transfersTotal([upload('1', { state: 'running' }, { rate }), counting]);
    expect(total?.secondsLeft).toBeUndefined();
    expect(total && totalText(total).text).toContain('counting…');
    expect(transfersTotal([upload('1', { state: 'paused' }), counting])).toBeUndefined();
  });
});

test('how bytes were checked is said with the strongest way first', () => {
  expect(checkedText({ length: 4, md5: 1200 })).toBe('1,200 by MD5, 4 by length only');
  expect(checkedText({})).toBe('');
});

test('a dry run grows by what comes, and is looked at by kind', () => {
  const row = { path: 'a', action: 'send', size: 1, why: 'new' } as const;
  const gonePath = { path: 'b', action: 'delete', size: 1, why: 'not in the folder' } as const;
  const totals = { send: 1, replace: 0, delete: 1, same: 0, bytes: 1 };
  const first = withMore(undefined, { rows: [row], totals, isFinal: false });
  const all = withMore(first, { rows: [gonePath], totals, isFinal: true });
  expect(all.rows).toEqual([row, gonePath]);
  expect(all.isFinal).toBe(true);
  expect(filtered(all.rows, 'delete')).toEqual([gonePath]);
  expect(filtered(all.rows, 'all')).toEqual(all.rows);
});
