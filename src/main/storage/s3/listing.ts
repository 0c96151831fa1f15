import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { ListPage } from '#shared/objects.ts';
import { StorageError } from '../errors.ts';

/**
 * A page out of the SDK's answer.
 *
 * @throws StorageError when the answer is no listing (a login page that a network puts in the way parses as one without
 *   anything in it), or says that there is more but not where.
 */
export function toListPage(output: ListObjectsV2CommandOutput, bucket: string): ListPage {
  if (output.Name === undefined && output.IsTruncated === undefined && output.KeyCount === undefined) {
    const message = `The server's answer to the listing of bucket “${bucket}” is not a listing. Check the endpoint.`;
    throw new StorageError({ kind: 'server-error', operation: 'list', bucket, message, retryable: false });
  }
  const decode = output.EncodingType === 'url' ? decodeKey : (key: string) => key;
  const page: ListPage = {
    prefixes: (output.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix)),
    objects: (output.Contents ?? []).map(({ Key = '', Size = 0, LastModified, ETag, StorageClass }) => ({
      key: decode(Key),
      size: Size,
      modifiedAt: LastModified ?? new Date(0),
      etag: unquote(ETag),
      ...(StorageClass !== undefined && { storageClass: StorageClass }),
    })),
  };
  if (output.IsTruncated !== true) return page;
  if (output.NextContinuationToken === undefined || output.NextContinuationToken === '') {
    const message = `The server lists only a part of bucket “${bucket}”: it says that there is more, but not where to go on.`;
    throw new StorageError({ kind: 'not-supported', operation: 'list', bucket, message });
  }
  return { ...page, nextToken: output.NextContinuationToken };
}

/**
 * A key as `encoding-type=url` sends it. AWS and MinIO write a space as `+` and a plus as `%2B`, Ceph writes `%20` and
 * `%2B`: a bare `+` is a space with all of them. Bytes that are not UTF-8 become U+FFFD, so that one such key does not
 * cost the page.
 */
export function decodeKey(encoded: string): string {
  const spaced = encoded.replaceAll('+', ' ').replaceAll('%20', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeBytes(spaced);
  }
}

function decodeBytes(text: string): string {
  const bytes = text.replace(/%([0-9a-f]{2})|[^]/giu, (all, hex: string | undefined) =>
    hex === undefined ? Buffer.from(all).toString('latin1') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** An ETag without the quotes that belong to the header, not to it. */
export function unquote(etag: string | undefined): string {
  return etag?.replace(/^"(.*)"$/u, '$1') ?? '';
}
