import { expect, test } from 'vitest';
import type { Job } from '#shared/job.ts';
import {
  isEstimate,
  moodOf,
  needsAnswer,
  paceText,
  placeOf,
  progressText,
  shareDone,
  titleOf,
} from '#renderer/features/jobs/describe.ts';
import { outcomeText } from '#renderer/features/jobs/outcome.ts';

const place = { connectionId: 'c', bucket: 'archive' };
const base = {
  id: '1',
  startedAt: new Date(0),
  finishedAt: new Date(3000),
  state: 'done' as const,
  progress: { objects: { done: 3, total: 4 }, bytes: { done: 0 }, failures: { count: 0, first: [] } },
};
const chosen = (first: string, count = 1) => ({ chosen: { count, first } });
const copy = { kind: 'copy' as const, base: '', move: false, ifExists: 'skip' as const };
const gone = { objects: 2, versions: 3, deleteMarkers: 1, uploads: 2 };
const emptied = (outcome: Extract<Job, { kind: 'delete-bucket' }>['result']): Job => ({
  ...base,
  kind: 'delete-bucket',
  input: { ...place, kind: 'delete-bucket', confirm: 'archive', namespace: 'ask' },
  ...(outcome === undefined ? {} : { result: outcome }),
});
const failure = {
  kind: 'conflict' as const,
  message: 'HCP is busy.',
  nextStep: 'Wait.',
  retryable: true,
  operation: 'x',
};

const ends: [Job, string, string][] = [
  [
    {
      ...base,
      kind: 'delete',
      input: { ...place, kind: 'delete', scope: 'current', prefix: 'a/b/' },
      result: { deleted: 1204, requests: 2 },
    },
    'Delete b/',
    '1,204 objects deleted in 3 s',
  ],
  [
    {
      ...base,
      kind: 'delete',
      input: { ...place, kind: 'delete', scope: 'all-versions', ...chosen('a/x', 3) },
      result: { deleted: 7, requests: 7, oneByOne: { count: 7, reason: 'The server cannot.' } },
    },
    'Delete for good 3 items in archive',
    '7 versions deleted, 7 of them one by one in 3 s',
  ],
  [
    {
      ...base,
      kind: 'abort-uploads',
      input: { ...place, kind: 'abort-uploads', prefix: '' },
      result: { aborted: 5, younger: 1 },
    },
    'Abort uploads of archive',
    '5 uploads aborted, 1 younger one left in 3 s',
  ],
  [
    {
      ...base,
      kind: 'copy',
      input: { ...place, ...copy, to: { bucket: 'other', prefix: 'in/' }, ...chosen('x') },
      result: { copied: 1, skipped: 0, removed: 0 },
    },
    'Copy x → other/in/',
    '1 object copied in 3 s',
  ],
  [
    {
      ...base,
      kind: 'copy',
      input: { ...place, ...copy, move: true, to: { bucket: 'archive', prefix: 'in/' }, ...chosen('x', 2) },
      result: { copied: 1, skipped: 1, removed: 1 },
    },
    'Move 2 items in archive → in/',
    '1 object moved, 1 object skipped that is there already in 3 s',
  ],
  [
    {
      ...base,
      kind: 'copy',
      input: {
        ...place,
        ...copy,
        move: true,
        base: 'in/x.txt',
        to: { bucket: 'archive', prefix: 'in/y.txt' },
        ...chosen('in/x.txt'),
      },
      result: { copied: 1, skipped: 0, removed: 1 },
    },
    'Rename x.txt → y.txt',
    '1 object moved in 3 s',
  ],
  [
    {
      ...base,
      kind: 'restore',
      input: { ...place, kind: 'restore', prefix: 'a/' },
      result: { restored: 2, current: 3 },
    },
    'Bring back a/',
    '2 objects brought back, 3 objects were not deleted in 3 s',
  ],
  [
    {
      ...base,
      kind: 'restore',
      input: { ...place, kind: 'restore', version: { key: 'a/doc', versionId: 'v1' } },
      result: { restored: 1, current: 0 },
    },
    'Restore doc',
    '1 object restored in 3 s',
  ],
  [
    {
      ...base,
      kind: 'update',
      input: { ...place, kind: 'update', changes: { storageClass: 'GLACIER' }, ...chosen('a/') },
      result: { changed: 12 },
    },
    'Edit a/',
    '12 objects changed in 3 s',
  ],
  [
    {
      ...base,
      kind: 'download',
      input: { ...place, kind: 'download', key: 'a/x.tif', path: '/home/me/x.tif', overwrite: true },
      result: { path: '/home/me/x.tif', bytes: 12e6, verified: 'md5' },
    },
    'Download x.tif → x.tif',
    '12.0 MB, checked by its MD5 in 3 s',
  ],
  [
    {
      ...base,
      kind: 'count',
      input: { ...place, kind: 'count', oneLevel: false, prefix: '', asOf: new Date('2026-11-02T12:00:00Z') },
    },
    'Count archive as of Nov 2, 2026, 12:00 PM',
    '3 objects · 0 bytes in 3 s',
  ],
];

test.each(ends.map(([job, title, end]) => ({ job, title, end })))('$title: $end', ({ job, title, end }) => {
  const zone = new Date(2026, 10, 2).getTimezoneOffset() === 0;
  // the title of the past names an hour, which is another one in another time zone
  expect(zone || job.kind !== 'count' ? titleOf(job) : title).toBe(title);
  expect(outcomeText(job)).toBe(end);
  expect(moodOf(job)).toBe('done');
  expect(moodOf({ ...job, progress: { ...job.progress, failures: { count: 1, first: [] } } })).toBe('warn');
  expect(outcomeText({ ...job, progress: { ...job.progress, failures: { count: 1, first: [] } } })).toBe(
    `Done with 1 failure: ${end}`,
  );
});

test.each([
  [
    { state: 'gone' as const },
    'The bucket is gone; 3 versions, 1 delete marker, 2 uploads deleted with it in 3 s',
    false,
  ],
  [
    { state: 'needs-reconfiguring' as const, changes: ['versioning' as const], before: {} },
    'Emptied (3 versions, 1 delete marker, 2 uploads deleted), but HCP keeps deletion records: its settings would have to change in 3 s',
    true,
  ],
  [
    { state: 'cleaning-up' as const, failure, changed: ['search' as const], before: {} },
    'Emptied (3 versions, 1 delete marker, 2 uploads deleted); HCP is still cleaning up in 3 s',
    true,
  ],
])('a bucket’s deletion that ended as %j says so, and asks when it has to', (outcome, end, asks) => {
  const job = emptied({ deleted: gone, requests: 1, log: [], outcome });
  expect(titleOf(job)).toBe('Delete bucket archive');
  expect(outcomeText(job)).toBe(end);
  expect(needsAnswer(job)).toBe(asks);
  expect(moodOf(job)).toBe(asks ? 'warn' : 'done');
});

test('a running job says how far it is by what it moves', () => {
  const [first] = ends;
  const job = first?.[0] ?? emptied(undefined);
  const { finishedAt: _, ...started } = job;
  const running = { ...started, state: 'running' } as Job;
  expect(progressText(running.kind, running.progress)).toBe('3 of at least 4 objects');
  expect(shareDone(running)).toBe(0.75);
  expect(isEstimate(running)).toBe(true);
  expect(paceText({ ...running, rate: { objectsPerSecond: 900, bytesPerSecond: 0 } })).toBe(
    '900/s · counting…',
  );
  expect(placeOf(running)).toBe('archive/a/b/');
});
