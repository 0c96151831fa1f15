import type { Upload } from '#shared/objects.ts';
import { received, type World } from '../world.ts';

/** The unfinished uploads that the window would show. */
export async function uploadsIn(
  { api, connectionId }: World,
  bucket: string,
  prefix = '',
): Promise<Upload[]> {
  const pages = await received<{ uploads: Upload[] }>((handlers) =>
    api.buckets.uploads.subscribe({ connectionId, bucket, prefix }, handlers),
  );
  return pages.flatMap(({ uploads }) => uploads);
}
