import type { Bucket } from '#shared/objects.ts';

export type SortColumn = 'name' | 'owner' | 'created' | 'objects' | 'bytes';
export interface BucketSort {
  column: SortColumn;
  descending: boolean;
}

type Value = string | number | undefined;

const valueOf: Record<SortColumn, (bucket: Bucket) => Value> = {
  name: ({ name }) => name,
  owner: ({ owner }) => owner?.displayName ?? owner?.id,
  created: ({ createdAt }) => createdAt?.getTime(),
  objects: ({ statistics }) => statistics?.objects,
  bytes: ({ statistics }) => statistics?.bytes,
};

const words = new Intl.Collator(undefined, { numeric: true });

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b));
}

/** The buckets in another order; what is not known comes last either way, and equals are by name. */
export function sortedBuckets(buckets: readonly Bucket[], { column, descending }: BucketSort): Bucket[] {
  const value = valueOf[column];
  const direction = descending ? -1 : 1;
  return buckets.toSorted((one, other) => {
    const a = value(one);
    const b = value(other);
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined) || words.compare(one.name, other.name);
    return direction * compare(a, b) || words.compare(one.name, other.name);
  });
}
