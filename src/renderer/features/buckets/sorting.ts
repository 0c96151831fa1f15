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

/** Texts as servers order names, by their characters: the same as in the sidebar. */
function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}

/** The buckets in another order; what is not known comes last either way, and equals are by name. */
export function sortedBuckets(buckets: readonly Bucket[], { column, descending }: BucketSort): Bucket[] {
  const value = valueOf[column];
  const direction = descending ? -1 : 1;
  return buckets.toSorted((one, other) => {
    const a = value(one);
    const b = value(other);
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined) || compare(one.name, other.name);
    return direction * compare(a, b) || compare(one.name, other.name);
  });
}
