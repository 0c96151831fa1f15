import { safeSegment } from '#jobs/segments.ts';

/** The name of the file that an object is saved as, legal on every system: the last part of its key. */
export function fileNameOf(key: string): string {
  return safeSegment(key.split('/').findLast((part) => part !== '') ?? '');
}
