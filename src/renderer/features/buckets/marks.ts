import type { Bucket } from '#shared/objects.ts';

export interface Mark {
  word: string;
  /** What it means. */
  text: string;
}

/** What is special about how a bucket is known: that the keys' own list does not have it. */
export function markOf({ known, owner }: Bucket): Mark | undefined {
  switch (known) {
    case 'by-hand':
      return {
        word: 'by hand',
        text: 'Named by hand on the connection: the list that the server gives does not have it.',
      };
    case 'by-management': {
      const name = owner?.displayName ?? owner?.id;
      return {
        word: 'of others',
        text: `Known by the Management API: it belongs to ${name ?? 'somebody else'}, so the list of your own buckets does not have it.`,
      };
    }
    default:
      return undefined;
  }
}

/** Who owns a bucket, as short as it is known. */
export const ownerOf = ({ owner }: Bucket): string => owner?.displayName ?? owner?.id ?? '—';
