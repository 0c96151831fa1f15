import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FetchPreview, UploadPreview } from '#shared/transfer.ts';
import { headerRuleSchema, ifExistsChoices } from '#shared/transfer.ts';
import {
  existsChoices,
  fetchDeed,
  fileName,
  pathsText,
  prefixProblem,
  ruleProblem,
  rulesOf,
  syncDeed,
  syncText,
  uploadDeed,
} from '#renderer/features/transfers/words.ts';

const upload = (part: Partial<UploadPreview>): UploadPreview => ({
  files: 1204,
  folders: 0,
  bytes: 3.1e9,
  exists: { count: 0, first: [] },
  leftOut: { count: 0, first: [] },
  isFinal: true,
  ...part,
});

describe('the button of an upload is named by the deed', () => {
  test.each([
    [{}, 'skip', 'Upload 1,204 files, 3.1 GB', false],
    [{ isFinal: false }, 'skip', 'Start without waiting', false],
    [{ exists: { count: 12, first: [] } }, 'skip', 'Upload 1,192 of 1,204 files', false],
    [{ exists: { count: 12, first: [] } }, 'replace', 'Upload 1,204 files, 3.1 GB', false],
    [{ exists: { count: 1204, first: [] } }, 'skip', 'Nothing to upload', true],
    [{ files: 1, folders: 2, bytes: 5 }, 'skip', 'Upload 1 file and 2 empty folders, 5 bytes', false],
    [{ files: 0, folders: 1, bytes: 0 }, 'skip', 'Upload 1 empty folder', false],
    [{ files: 0, bytes: 0 }, 'replace', 'Nothing to upload', true],
  ] as const)('%j, %s: %s', (seen, ifExists, label, isNothing) => {
    expect(uploadDeed(upload(seen as Partial<UploadPreview>), ifExists)).toEqual({ label, isNothing });
  });

  test('before anything is known it can be started', () => {
    expect(uploadDeed(undefined, 'skip')).toEqual({ label: 'Start without waiting', isNothing: false });
  });
});

test('the button of a download too', () => {
  const seen: FetchPreview = {
    objects: 4,
    bytes: 46,
    exists: { count: 1, first: ['a'] },
    renamed: { count: 0, first: [] },
    isFinal: true,
  };
  expect(fetchDeed(seen, 'keep-both').label).toBe('Download 4 objects, 46 bytes');
  expect(fetchDeed(seen, 'skip').label).toBe('Download 3 of 4 objects');
});

test('every choice about what exists has words of its own', () => {
  const choices = existsChoices('file');
  expect(choices.map(({ id }) => id)).toEqual([...ifExistsChoices]);
  expect(new Set(choices.map(({ label }) => label)).size).toBe(choices.length);
});

describe('a sync', () => {
  const totals = { send: 12, replace: 3, delete: 2, same: 9, bytes: 1 };
  test('names what it deletes, and is not begun before that is counted', () => {
    expect(syncDeed(totals, true, true).label).toBe('Send 12, replace 3, delete 2');
    expect(syncDeed(totals, false, true).isNothing).toBe(true);
    expect(syncDeed(totals, false, false)).toEqual({ label: 'Sync without waiting', isNothing: false });
  });
  test('of two that are the same has nothing to do', () => {
    expect(syncDeed({ ...totals, send: 0, replace: 0, delete: 0 }, true, true).isNothing).toBe(true);
  });
  test('says on which side something is deleted', () => {
    expect(syncText({ direction: 'up', deletes: true })).toBe(
      'What the folder does not have is deleted in the bucket.',
    );
    expect(syncText({ direction: 'down', deletes: false })).toBe('What only the folder has stays there.');
  });
});

describe('header rules', () => {
  test('are those rows that are filled in, as the core takes them', () => {
    const rules = rulesOf([
      { pattern: ' *.css ', header: 'cacheControl', value: 'max-age=60' },
      { pattern: '', header: 'contentType', value: '' },
    ]);
    expect(rules).toEqual([{ pattern: '*.css', cacheControl: 'max-age=60' }]);
    expect(rules.every((rule) => headerRuleSchema.safeParse(rule).success)).toBe(true);
  });
  test('that are half filled in are told', () => {
    expect(ruleProblem([{ pattern: '*.css', header: 'contentType', value: '' }])).toContain('*.css');
    expect(ruleProblem([{ pattern: '', header: 'contentType', value: 'a/b' }])).toContain('which names');
    expect(ruleProblem([{ pattern: '', header: 'contentType', value: '' }])).toBeUndefined();
  });
});

test('a folder of a bucket has no empty names', () => {
  expect(prefixProblem('/a')).toBeDefined();
  expect(prefixProblem('a//b')).toBeDefined();
  expect(prefixProblem('a/b/')).toBeUndefined();
});

test('files are called as on their own system', () => {
  expect(pathsText(['C:\\scans\\page 1.tif'])).toBe('page 1.tif');
  expect(pathsText(['/home/me/scans/'])).toBe('scans');
  expect(pathsText(['/a', '/b'])).toBe('2 items');
  expect(fileName('/')).toBe('/');
});

test('the number on the button never exceeds what there is', () => {
  const numbers = fc.record({
    files: fc.nat(1e6),
    there: fc.nat(1e6),
    ifExists: fc.constantFrom(...ifExistsChoices),
  });
  fc.assert(
    fc.property(numbers, ({ files, there, ifExists }) => {
      const count = Math.min(there, files);
      const deed = uploadDeed(upload({ files, exists: { count, first: [] } }), ifExists);
      const first = Number(/[\d,]+/u.exec(deed.label)?.[0]?.replaceAll(',', '') ?? 0);
      expect(first).toBe(ifExists === 'skip' ? files - count : files);
    }),
  );
});
