import { describe, expect, test } from 'vitest';
import type { Failure } from '#shared/failure.ts';
import type { Job } from '#shared/job.ts';
import { afterEvent } from '#renderer/features/jobs/after-event.ts';
import { moodOf, paceText, progressText, subjectOf, titleOf } from '#renderer/features/jobs/describe.ts';
import { dockLine, lastEndText, outcomeText } from '#renderer/features/jobs/outcome.ts';

const gone: Failure = {
  kind: 'not-found',
  message: 'The object is gone.',
  nextStep: 'Export again.',
  retryable: false,
  operation: 'read',
};
const input = { connectionId: 'c', bucket: 'archive', prefix: 'scans/' };
const startedAt = new Date(0);
const zip: Job = {
  id: '1',
  kind: 'zip',
  input: { ...input, kind: 'zip', path: 'C:\\Downloads\\scans.zip', overwrite: false, compression: 'auto' },
  startedAt,
  state: 'running',
  progress: {
    objects: { done: 612_400, total: 800_000 },
    bytes: { done: 12e9, total: 20e9 },
    failures: { count: 0, first: [] },
  },
};
const count: Job = {
  id: '2',
  kind: 'count',
  input: { ...input, kind: 'count', oneLevel: false },
  startedAt,
  finishedAt: new Date(3000),
  state: 'done',
  progress: { objects: { done: 5 }, bytes: { done: 10 }, failures: { count: 0, first: [] } },
  result: {
    files: 1204,
    folders: 1,
    bytes: 37e6,
    largest: [],
    byFolder: [],
    otherFolders: { folders: 0, files: 0, bytes: 0 },
  },
};

describe('a ZIP that runs', () => {
  test('says what goes where', () => {
    expect(titleOf(zip)).toBe('ZIP scans/ → scans.zip');
  });

  test('says "at least" while its total grows, and does not guess the time', () => {
    expect(progressText(zip.kind, zip.progress)).toBe(
      '612,400 of at least 800,000 objects · 12.0 GB of at least 20.0 GB',
    );
    expect(paceText({ ...zip, rate: { objectsPerSecond: 1, bytesPerSecond: 84e6 } })).toBe(
      '84.0 MB/s · counting…',
    );
  });

  test('says the time left once it is known', () => {
    const known: Job = {
      ...zip,
      secondsLeft: 120,
      progress: { ...zip.progress, bytes: { done: 1, total: 2, totalIsFinal: true } },
    };
    expect(paceText(known)).toBe('2 min left');
  });
});

test('a job that ended with failures is a warning and says how many', () => {
  const ended: Job = {
    ...zip,
    state: 'done',
    finishedAt: new Date(61_000),
    progress: { ...zip.progress, failures: { count: 3, first: [gone] } },
    result: { path: '/scans.zip', zipBytes: 37e6, entries: 1201, renamed: 0, manifest: 'm' },
  };
  expect(moodOf(ended)).toBe('warn');
  expect(outcomeText(ended)).toBe('Done with 3 failures: 1,201 objects, 37.0 MB in 1 min');
});

test('a count says what it found; a failed or cancelled job says so', () => {
  expect(outcomeText(count)).toBe('1,204 files, 1 folder, 37.0 MB in 3 s');
  expect(outcomeText({ ...zip, state: 'failed', failure: gone })).toBe('The object is gone.');
  expect(outcomeText({ ...zip, state: 'cancelled' })).toBe('Cancelled; no file was left');
});

test.each([
  [{ prefix: '' }, 'archive'],
  [{ prefix: 'a/b/' }, 'b/'],
  [{ prefix: 'a/pa' }, 'pa…'],
  [{ prefix: undefined, chosen: { count: 1, first: 'a/x\ny' } }, 'x␊y'],
  [{ prefix: undefined, chosen: { count: 1, first: 'a/b/' } }, 'b/'],
  [{ prefix: undefined, chosen: { count: 3, first: 'a/' } }, '3 items in archive'],
])('what a job works on, %j, is called %s', (target, name) => {
  const { prefix: _, ...place } = input;
  const { prefix, ...chosen } = target;
  const where = prefix === undefined ? chosen : { prefix };
  expect(subjectOf({ ...place, kind: 'count', oneLevel: false, ...where })).toBe(name);
});

test('the closed dock tells what runs before what has ended', () => {
  expect(dockLine([])).toEqual({ title: '', text: 'Nothing runs' });
  expect(dockLine([count, zip])).toEqual({
    title: 'ZIP scans/ → scans.zip',
    text: '612,400 of at least 800,000 objects · 12.0 GB of at least 20.0 GB · counting…',
  });
  expect(dockLine([zip, { ...zip, id: '3' }]).title).toBe('ZIP scans/ → scans.zip and 1 more');
  expect(dockLine([count])).toEqual({
    title: 'Count scans/',
    text: '1,204 files, 1 folder, 37.0 MB in 3 s',
  });
});

test('what is read out is how the last job ended, and nothing while none has', () => {
  expect(lastEndText([zip])).toBe('');
  const later: Job = { ...zip, state: 'cancelled', finishedAt: new Date(9000) };
  expect(lastEndText([count, later])).toBe('ZIP scans/ → scans.zip: Cancelled; no file was left');
});

test('jobs are shown newest first and change in their place', () => {
  const later: Job = { ...zip, id: '9', startedAt: new Date(9) };
  const all = afterEvent([], { type: 'all', jobs: [zip, later] });
  expect(all.map(({ id }) => id)).toEqual(['9', '1']);
  const ended: Job = { ...zip, state: 'cancelled' };
  expect(afterEvent(all, { type: 'changed', job: ended })).toEqual([later, ended]);
  expect(afterEvent(all, { type: 'changed', job: count }).map(({ id }) => id)).toEqual(['2', '9', '1']);
  expect(afterEvent(all, { type: 'removed', id: '9' })).toEqual([zip]);
});
