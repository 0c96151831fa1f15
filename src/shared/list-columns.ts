import type { ListPage } from './objects.ts';

/**
 * A page of a listing as a window keeps it: columns, so that a million objects cross to it, and stay in it, as some thousand
 * pieces of memory. What a row does not show, ETag and storage class, is asked for where it is looked at.
 */
export interface ListColumns {
  prefixes: string[];
  /** The keys of the objects, one after the other. */
  keys: string;
  /** Where each key ends in `keys`, in UTF-16 units. */
  ends: Uint32Array;
  /** Bytes. */
  sizes: Float64Array;
  /** Milliseconds since 1970. */
  times: Float64Array;
  /** By the object's place in the page, where the listing names them: as of a date. */
  versionIds?: (string | undefined)[];
  /** Present when there is more; opaque. */
  nextToken?: string;
}

/** The columns of a page. */
export function columnsOf({ prefixes, objects, nextToken }: ListPage): ListColumns {
  const ends = new Uint32Array(objects.length);
  const sizes = new Float64Array(objects.length);
  const times = new Float64Array(objects.length);
  let end = 0;
  let hasVersions = false;
  const keys: string[] = [];
  for (const [index, { key, size, modifiedAt, versionId }] of objects.entries()) {
    keys.push(key);
    end += key.length;
    ends[index] = end;
    sizes[index] = size;
    times[index] = modifiedAt.getTime();
    hasVersions ||= versionId !== undefined;
  }
  return {
    prefixes,
    keys: keys.join(''),
    ends,
    sizes,
    times,
    ...(hasVersions && { versionIds: objects.map(({ versionId }) => versionId) }),
    ...(nextToken !== undefined && { nextToken }),
  };
}
