import { describe, expect, it } from 'vitest';
import type { NamespaceBefore } from '#shared/job-results.ts';
import type { BucketSurvey } from '#shared/objects.ts';
import { changeTexts, deedOf } from '#renderer/features/bucket-deletion/words.ts';

const nothing: BucketSurvey = {
  objects: 0,
  versions: 0,
  deleteMarkers: 0,
  uploads: 0,
  bytes: 0,
  locked: { count: 0, first: [] },
  isFinal: true,
};

describe('the words of a deletion', () => {
  it.each<[Partial<BucketSurvey>, string]>([
    [{}, 'Delete bucket'],
    [{ isFinal: false }, 'Delete everything and the bucket'],
    [{ objects: 1, versions: 1 }, 'Delete 1 object and the bucket'],
    [{ objects: 20, versions: 20_412 }, 'Delete 20,412 versions and the bucket'],
    [{ objects: 20, versions: 20_412, isFinal: false }, 'Delete at least 20,412 versions and the bucket'],
    [{ versions: 3, deleteMarkers: 3 }, 'Delete 3 versions and the bucket'],
    [{ deleteMarkers: 2 }, 'Delete 2 delete markers and the bucket'],
    [{ uploads: 5 }, 'Delete 5 unfinished uploads and the bucket'],
  ])('names the button by the deed: %j', (found, words) => {
    expect(deedOf({ ...nothing, ...found })).toBe(words);
  });

  const before: NamespaceBefore = {
    versioning: { enabled: true, prune: false, keepDeletionRecords: true },
    searchEnabled: true,
  };

  it('says each setting that would be changed, from what to what', () => {
    const lines = changeTexts(['versioning', 'search'], before).map(({ setting, from, to }) => [
      setting,
      from,
      to,
    ]);
    expect(lines).toEqual([
      ['Keep deletion records', 'on', 'off'],
      ['Prune old versions', 'off', 'on'],
      ['Prune after', 'not set', 'at once (0 days)'],
      ['Search', 'on', 'off'],
    ]);
  });

  it('leaves out what is so already, and says what is not known', () => {
    const loose = { enabled: true, prune: true, pruneDays: 0, keepDeletionRecords: false };
    expect(changeTexts(['versioning'], { versioning: loose })).toEqual([]);
    expect(changeTexts(['search'], {})).toMatchObject([{ from: 'not known' }]);
    expect(changeTexts(['search'], before)[0]?.lost).toContain('search index');
  });
});
