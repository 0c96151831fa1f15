import type { NamespaceBefore, NamespaceChange } from '#shared/job-results.ts';
import type { BucketSurvey } from '#shared/objects.ts';
import { formatCount, plural } from '#renderer/ui/format.ts';

/** Whether a bucket holds nothing at all, as far as was looked. */
export const isEmpty = ({ objects, versions, deleteMarkers, uploads }: BucketSurvey): boolean =>
  objects + versions + deleteMarkers + uploads === 0;

/** A number that may still grow: "20,412", "at least 20,412". */
export const atLeast = (n: number, { isFinal }: Pick<BucketSurvey, 'isFinal'>): string =>
  `${isFinal ? '' : 'at least '}${formatCount(n)}`;

/** What a force delete would destroy, biggest thing first: "20,412 versions", "37 objects", "3 unfinished uploads". */
function destroyed({ objects, versions, deleteMarkers, uploads }: BucketSurvey): string {
  if (versions > objects) return plural(versions, 'version');
  if (objects > 0) return plural(objects, 'object');
  if (deleteMarkers > 0) return plural(deleteMarkers, 'delete marker');
  return plural(uploads, 'unfinished upload');
}

/** The button, named by the deed: "Delete 20,412 versions and the bucket". */
export function deedOf(survey: BucketSurvey): string {
  if (isEmpty(survey)) return survey.isFinal ? 'Delete bucket' : 'Delete everything and the bucket';
  return `Delete ${survey.isFinal ? '' : 'at least '}${destroyed(survey)} and the bucket`;
}

/** One change to a namespace, in words. */
export interface ChangeText {
  setting: string;
  from: string;
  to: string;
  /** What of it cannot be undone. */
  lost?: string;
}

const onOff = (value: boolean | undefined) => (value === undefined ? 'not known' : value ? 'on' : 'off');
const days = (value: number | undefined) => (value === undefined ? 'not set' : plural(value, 'day'));

function versioningTexts({ versioning }: NamespaceBefore): ChangeText[] {
  const all: (ChangeText & { isSame: boolean })[] = [
    {
      setting: 'Keep deletion records',
      from: onOff(versioning?.keepDeletionRecords),
      to: 'off',
      lost: 'The records of what was deleted, by whom and when, are lost.',
      isSame: versioning?.keepDeletionRecords === false,
    },
    {
      setting: 'Prune old versions',
      from: onOff(versioning?.prune),
      to: 'on',
      lost: 'Old versions are deleted for good.',
      isSame: versioning?.prune === true,
    },
    {
      setting: 'Prune after',
      from: days(versioning?.pruneDays),
      to: 'at once (0 days)',
      isSame: versioning?.pruneDays === 0,
    },
  ];
  return all.flatMap(({ isSame, ...text }) => (isSame ? [] : [text]));
}

function searchTexts({ searchEnabled }: NamespaceBefore): ChangeText[] {
  if (searchEnabled === false) return [];
  return [
    {
      setting: 'Search',
      from: onOff(searchEnabled),
      to: 'off',
      lost: 'The search index, excluded annotations and the links to content classes are lost; switched on again, HCP builds a new index.',
    },
  ];
}

/** Each setting that a deletion on HCP changes, from what to what. */
export function changeTexts(changes: readonly NamespaceChange[], before: NamespaceBefore): ChangeText[] {
  return changes.flatMap((change) => {
    switch (change) {
      case 'versioning':
        return versioningTexts(before);
      case 'search':
        return searchTexts(before);
    }
  });
}
