import { expect, test } from 'vitest';
import type { ObjectsSurvey } from '#shared/objects.ts';
import { deedText, sizeText } from '#renderer/features/objects/delete-text.ts';
import { targetText } from '#renderer/features/objects/target-text.ts';

const found: ObjectsSurvey = {
  objects: 1204,
  versions: 3410,
  deleteMarkers: 1,
  bytes: 37e6,
  deleted: { count: 0, first: [] },
  isFinal: true,
};

test('the button says what is destroyed, in numbers, and that they grow while it is counted', () => {
  expect(deedText({ found: undefined, notAsked: 0 }, 'current')).toBe('Delete');
  expect(deedText({ found, notAsked: 0 }, 'current')).toBe('Delete 1,204 objects');
  expect(deedText({ found, notAsked: 0 }, 'all-versions')).toBe('Delete 3,410 versions and 1 delete marker');
  const growing = { ...found, objects: 1, versions: 1, isFinal: false };
  expect(deedText({ found: growing, notAsked: 0 }, 'current')).toBe('Delete 1+ objects');
  const one = { ...found, objects: 1, versions: 1, deleteMarkers: 0 };
  expect(deedText({ found: one, notAsked: 0 }, 'current')).toBe('Delete 1 object');
  expect(deedText({ found: one, notAsked: 0 }, 'all-versions')).toBe('Delete 1 version');
  expect(deedText({ found: one, notAsked: 2000 }, 'current')).toBe('Delete 2,001 objects');
  expect(deedText({ found: one, notAsked: 2000 }, 'all-versions')).toBe(
    'Delete 1 version and all versions of 2,000 objects',
  );
  const markers = { ...found, objects: 0, versions: 0, deleteMarkers: 2 };
  expect(deedText({ found: markers, notAsked: 0 }, 'all-versions')).toBe('Delete 2 delete markers');
});

test('what there is besides is told with its size', () => {
  expect(sizeText(found)).toBe('1,204 objects, 3,410 versions, 1 delete marker, 37.0 MB');
  expect(sizeText({ ...found, isFinal: false })).toBe(
    '1,204 objects, 3,410 versions, 1 delete marker, 37.0 MB so far…',
  );
});

const place = { connectionId: 'c', bucket: 'archive', base: '', bytes: 0, keys: [], prefixes: [] };
test.each([
  [{ ...place, prefix: '' }, 'everything in archive'],
  [{ ...place, prefix: 'a/b/' }, 'everything in a/b/'],
  [{ ...place, prefix: 'a/b' }, 'everything that starts with a/b'],
  [{ ...place, keys: ['a/b.txt'] }, 'b.txt'],
  [{ ...place, keys: ['a/'] }, 'the marker of a/'],
  [{ ...place, prefixes: ['a/b/'] }, 'b/'],
  [{ ...place, keys: ['a', 'b'], prefixes: ['c/'] }, '2 objects and 1 folder'],
])('%j is called %s', (target, text) => {
  expect(targetText(target)).toBe(text);
});
